"""Puts a manifest together: defaults below it, definitions into it. Pure.

Works on documents, before models read them, so that every value keeps the place it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from errors import Problem
from manifest.document import Node

KINDS = ("modules", "applications")
RIVALS: dict[tuple[str, ...], frozenset[str]] = {
    ("vpc",): frozenset({"create", "reuse"}),
    ("vpc", "reuse"): frozenset({"id", "tags"}),
    ("vpc", "reuse", "subnets", "private"): frozenset({"ids", "tags"}),
    ("vpc", "reuse", "subnets", "public"): frozenset({"ids", "tags"}),
    ("domain",): frozenset({"create", "reuse", "delegated"}),
    ("domain", "reuse"): frozenset({"zone", "id"}),
    ("kubernetes",): frozenset({"create", "existing"}),
    ("identity", "keycloak"): frozenset({"install", "shared", "external"}),
}
"""Path → the keys of which one is chosen."""
BUILDS = frozenset({"vpc", "domain", "kubernetes", "addons", "identity"})
"""Sections whose presence builds something: no default brings one about."""


def over(base: Node, top: Node, path: tuple[str, ...] = ()) -> Node:
    """`top` merged over `base`: maps are merged, everything else is replaced."""
    if not (isinstance(base.value, dict) and isinstance(top.value, dict)):
        return top
    if path == ("cloud",) and _differ("provider", base.value, top.value):
        return top  # another cloud has other keys
    rivals = RIVALS.get(path, frozenset())
    chosen = rivals & set(top.value)
    # A default `create` does not stand beside the manifest's own `reuse`.
    dropped = rivals - chosen if chosen else frozenset()
    if not path:
        dropped = BUILDS - set(top.value)
    merged = {key: node for key, node in base.value.items() if key not in dropped}
    for key, node in top.value.items():
        merged[key] = over(merged[key], node, (*path, key)) if key in merged else node
    return Node(merged, top.place, top.key, top.size)


def _differ(key: str, base: Mapping[str, Node], top: Mapping[str, Node]) -> bool:
    return key in base and key in top and base[key].value != top[key].value


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
        kept = {name: node for name, node in together.items() if not switched_off(node)}
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


def switched_off(definition: Node) -> bool:
    """Whether a definition says `enabled: false`."""
    enabled = definition.value.get("enabled") if isinstance(definition.value, dict) else None
    return isinstance(enabled, Node) and enabled.value is False
