"""References to resources of a stage's block, as text. Pure.

`resource.id` asks Node for a token that stands for such a text: a quarter of a millisecond each,
and a network has twenty. Where a resource's address is known, it is written down.
"""

from __future__ import annotations


def attribute(kind: str, id_: str, name: str) -> str:
    """`${aws_subnet.private-0.id}`: an attribute of a resource by its address.

    The address of a resource that stands directly in its stage's block (`Default`) is its own id;
    for any other, `id_` is its `friendly_unique_id`.
    """
    return f"${{{kind}.{id_}.{name}}}"
