"""`value_files`: values of Helm charts in files of the repository. Pure but for reading.

The files are merged in their order, and the definition's own `values` over them, before templates
are evaluated: so `${{ }}` works in them, and every value keeps the place it came from.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from errors import Problem
from manifest import templates
from manifest.document import Node
from manifest.merging import over
from manifest.scope import Scope
from manifest.sources import Sources

FILES, VALUES = "value_files", "values"


def expand(manifest: Node, scope: Scope, sources: Sources) -> tuple[Node, list[Problem]]:
    """The manifest with the values of all files in its applications, and what is wrong.

    What is no list of texts stays as it is: the model will say so. What is wrong in a file itself
    is noted in `sources`.
    """
    section = manifest.value.get("applications") if isinstance(manifest.value, dict) else None
    if section is None or not isinstance(section.value, dict):
        return manifest, []
    reading = _Reading(scope, sources)
    made = {
        name: reading.definition(node, f"applications.{name}")
        for name, node in section.value.items()
    }
    return _with(manifest, "applications", _same(section, made)), reading.problems


class _Reading:
    def __init__(self, scope: Scope, sources: Sources) -> None:
        self.problems: list[Problem] = []
        self._scope = scope
        self._sources = sources

    def definition(self, node: Node, at: str) -> Node:
        if not isinstance(node.value, dict):
            return node
        made = self._values(node, at)
        one, several = made.value.get("source"), made.value.get("sources")
        if one is not None:
            made = _with(made, "source", self._values(one, f"{at}.source"))
        if several is not None and isinstance(several.value, list):
            items = [
                self._values(item, f"{at}.sources.{index}")
                for index, item in enumerate(several.value)
            ]
            made = _with(made, "sources", _same(several, items))
        return made

    def _values(self, node: Node, at: str) -> Node:
        """The node with the values of its files below its own."""
        files = node.value.get(FILES) if isinstance(node.value, dict) else None
        if files is None:
            return node
        # Problems of expressions are told when the rest of the definition is evaluated.
        evaluated, wrong = templates.evaluate(files, self._scope)
        if wrong or not isinstance(evaluated.value, list):
            return node
        below: Node | None = None
        for index, item in enumerate(evaluated.value):
            values = self._file(item, f"{at}.{FILES}.{index}")
            if values:
                below = over(below, values, (VALUES,)) if below else values
        if below is None:
            return node
        own = node.value.get(VALUES)
        if own is not None and not isinstance(own.value, dict):
            return node
        return _with(node, VALUES, over(below, own, (VALUES,)) if own else below)

    def _file(self, item: Node, at: str) -> Node | None:
        name = item.value
        if not isinstance(name, str):
            return None  # the model will say so
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            self._wrong(item, at, "leaves the repository.", "Name a file in it.")
            return None
        file = self._sources.root / Path(path)
        if not os.path.lexists(file):
            self._wrong(item, at, "is not there.", "Name a file, seen from the root.")
            return None
        values = self._sources.document(file, self._scope.names())
        if values and not isinstance(values.value, dict):
            self._wrong(item, at, "holds no map.", "Write values of a chart in it.")
            return None
        return values

    def _wrong(self, item: Node, at: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(item.place, at, message, remedy, item.value))


def _with(node: Node, key: str, value: Node) -> Node:
    return _same(node, {**node.value, key: value})


def _same(node: Node, value: dict[str, Node] | list[Node]) -> Node:
    """Another value where `node` stands."""
    return Node(value, node.place, node.key, node.size)
