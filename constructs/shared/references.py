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


def expression(reference: str) -> str:
    """What stands within `${…}`, to be used in a larger expression.

    Raises ValueError for text that is no single reference.
    """
    inner = reference.removeprefix("${").removesuffix("}")
    if f"${{{inner}}}" != reference or "${" in inner:
        raise ValueError(f"{reference!r} is no reference")
    return inner
