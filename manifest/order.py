"""What waits for what: modules, and the applications after them. Pure.

Callers: `infrastructure.py`, for the rules; `stacks/modules.py`, for the order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter

from manifest.applications import Application
from manifest.definitions import Module
from manifest.references import references
from manifest.section import Finding


def dependencies_exist(
    modules: Mapping[str, Module], applications: Mapping[str, Application]
) -> Iterator[Finding]:
    """`depends_on` names modules of the infrastructure."""
    known = ", ".join(sorted(modules)) or "none"
    for kind, definitions in (("modules", modules), ("applications", applications)):
        for name, definition in definitions.items():
            for index, other in enumerate(definition.depends_on):
                if other not in modules or (kind == "modules" and other == name):
                    yield Finding(
                        "is no other module of this infrastructure.",
                        f"Known: {known}.",
                        at=f"{kind}.{name}.depends_on.{index}",
                    )


def modules_have_an_order(modules: Mapping[str, Module]) -> Iterator[Finding]:
    """No module waits for itself, by `depends_on` or by the outputs it reads."""
    reads = _reads(modules)
    done: set[str] = set()
    for name in sorted(modules):
        circle = _circle(name, reads, done)
        if circle:
            yield Finding(
                f"waits for itself: {' → '.join(circle)}.",
                "Remove one of the dependencies.",
                at=f"modules.{circle[0]}",
            )


def in_order(modules: Mapping[str, Module]) -> list[str]:
    """The names of modules, each after those whose outputs it reads or that it depends on.

    Raises graphlib.CycleError for modules that `modules_have_an_order` refuses.
    """
    reads = _reads(modules)
    sorter = TopologicalSorter({name: sorted(reads[name]) for name in sorted(reads)})
    return list(sorter.static_order())


def _reads(modules: Mapping[str, Module]) -> dict[str, set[str]]:
    return {
        name: {*module.depends_on, *_producers(module.variables)} & set(modules)
        for name, module in modules.items()
    }


def _circle(start: str, reads: Mapping[str, set[str]], done: set[str]) -> list[str]:
    """The way from a module back to a module on it; every module is walked once."""
    path: list[str] = []
    waiting = [(start, False)]
    while waiting:
        name, leaving = waiting.pop()
        if leaving:
            path.pop()
            done.add(name)
        elif name in path:
            done.update(path)
            return [*path[path.index(name) :], name]
        elif name not in done:
            path.append(name)
            waiting.append((name, True))
            waiting.extend((other, False) for other in sorted(reads[name], reverse=True))
    return []


def _producers(value: object) -> Iterator[str]:
    """The modules whose outputs a value holds."""
    for reference in references(value):
        if reference.producer.startswith("modules."):
            yield reference.producer.removeprefix("modules.")
