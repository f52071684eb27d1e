"""Puts a manifest together: defaults below it, definitions into it. Pure.

Works on documents, before models read them, so that every value keeps the place it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from errors import Problem
from manifest.document import Node

KINDS = ("modules", "applications")


def over(base: Node, top: Node) -> Node:
    """`top` merged over `base`: maps are merged, everything else is replaced."""
    if not (isinstance(base.value, dict) and isinstance(top.value, dict)):
        return top
    merged = dict(base.value)
    for key, node in top.value.items():
        merged[key] = over(merged[key], node) if key in merged else node
    return Node(_without_rivals(merged, top.value), top.place, top.key, top.size)


def _without_rivals(merged: dict[str, Node], top: Mapping[str, Node]) -> dict[str, Node]:
    """A default `create` does not stand beside the manifest's own `reuse`."""
    ways = {"create", "reuse", "delegated", "existing", "install", "shared", "external"}
    chosen = ways & set(top)
    if not chosen:
        return merged
    return {key: node for key, node in merged.items() if key not in ways or key in chosen}


def with_definitions(
    manifest: Node, common: Mapping[str, Mapping[str, Node]], own: Mapping[str, Mapping[str, Node]]
) -> tuple[Node, list[Problem]]:
    """The manifest with the definitions that apply to it: kind → name → document.

    The manifest's own and the infrastructure's folder replace common ones of the same name; the
    same name in both of those is a problem.
    """
    problems: list[Problem] = []
    if not isinstance(manifest.value, dict):
        return manifest, problems
    merged = dict(manifest.value)
    for kind in KINDS:
        inline = merged.get(kind)
        if inline is not None and not isinstance(inline.value, dict):
            continue  # the model will say that it is no map
        written: dict[str, Node] = inline.value if inline else {}
        for name in sorted(set(written) & set(own.get(kind, {}))):
            first = own[kind][name].place.file
            problems.append(
                Problem(
                    written[name].key or written[name].place,
                    f"{kind}.{name}",
                    f"is defined in {first}, too.",
                    "Keep one of them.",
                )
            )
        selected = {
            name: node
            for name, node in common.get(kind, {}).items()
            if _selects(node, manifest.value.get("labels"))
        }
        together = {**selected, **own.get(kind, {}), **written}
        kept = {name: node for name, node in together.items() if not _switched_off(node)}
        if kept or inline:
            place = inline or manifest
            merged[kind] = Node(kept, place.place, place.key, place.size)
    return Node(merged, manifest.place, manifest.key, manifest.size), problems


def _selects(definition: Node, labels: Node | None) -> bool:
    """Whether an infrastructure with `labels` carries all that the definition's selector asks."""
    if not isinstance(definition.value, dict) or "selector" not in definition.value:
        return True
    wanted: Any = definition.value["selector"].plain()
    carried: Any = labels.plain() if labels else {}
    if not isinstance(wanted, dict) or not isinstance(carried, dict):
        return True  # the model will say what is wrong with it
    return all(carried.get(key) == value for key, value in wanted.items())


def _switched_off(definition: Node) -> bool:
    enabled = definition.value.get("enabled") if isinstance(definition.value, dict) else None
    return isinstance(enabled, Node) and enabled.value is False
