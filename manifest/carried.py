"""What no value of a manifest may be, because it would not reach Terraform as it is. Pure.

Caller: `checks.py`, once the manifests themselves are right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from errors import Problem
from manifest.document import Node
from manifest.infrastructure import Infrastructure
from manifest.references import Reference, Text
from manifest.repository import Repository
from manifest.shown import listed

NO_KEY = re.compile(r"__proto__$|\$jsii\.")
"""Keys that mean something on the way to CDKTF: it runs in another process, in JavaScript."""
LARGEST = 2**53
"""The largest whole number that JSON carries to Terraform and Helm unchanged (RFC 8259, 6)."""
STAGES = ("vpc", "domain", "kubernetes", "addons", "identity")
Path = tuple[str, ...]


def uncarried(repository: Repository) -> list[Problem]:
    """Every such value of the infrastructures that were read, at its place."""
    return [
        problem
        for name, one in repository.infrastructures.items()
        for problem in _values(repository.documents[name], (), _producers(one))
    ]


def _producers(infrastructure: Infrastructure) -> set[str]:
    """What values may name: the stages there are, and the modules."""
    made = [f"stages.{name}" for name in STAGES if getattr(infrastructure, name)]
    modules = [f"modules.{name}" for name in infrastructure.modules]
    return {"stages.backend", *made, *modules}


def _values(node: Node, path: Path, known: set[str]) -> Iterator[Problem]:
    value = node.value
    items: dict[str, Node] = {}
    if isinstance(value, dict):
        items = value
    elif isinstance(value, list):
        items = {str(index): item for index, item in enumerate(value)}
    for key, item in items.items():
        if NO_KEY.match(key):
            yield Problem(
                item.key or item.place,
                ".".join((*path, key)),
                "is a key that CDKTF keeps for itself.",
                "Give it another name.",
            )
        yield from _values(item, (*path, key), known)
    for part in value.parts if isinstance(value, Text) else (value,):
        if isinstance(part, Reference) and part.producer not in known:
            yield Problem(
                node.place,
                ".".join(path),
                f"names {part.name}, and this infrastructure has no {part.producer}.",
                f"It has {listed(sorted(known))}.",
            )
    if isinstance(value, int) and abs(value) > LARGEST:
        yield Problem(
            node.place,
            ".".join(path),
            "is a whole number that JSON does not carry unchanged.",
            "Quote it.",
            value,
        )
