"""`${{ … }}` in the values of a document. Pure.

An expression that is the whole value gives its own type; one inside text is written into it.
Expressions are evaluated once: what they give is never looked at for further expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from errors import Place, Problem
from manifest.document import Node
from manifest.references import Reference, Text
from manifest.scope import OPENING, PATH, ExpressionError, Scope, Stages, lookup
from manifest.shown import shown

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
REMEDY = "Correct the expression in `${{ }}`."


def evaluate(
    node: Node, scope: Scope, each: Mapping[str, str] | None = None
) -> tuple[Node, list[Problem]]:
    """The same tree with its expressions evaluated, and what is wrong with them.

    `each` says for which value a module is made, by the module's name: see `iteration.py`.
    """
    walk = _Walk(scope, each or {})
    return walk.node(node, ()), walk.problems


def unknown_outputs(node: Node, path: tuple[str, ...] = ()) -> list[Problem]:
    """References to outputs that no stage gives, where nothing else is known to evaluate with."""
    items = node.value if isinstance(node.value, dict) else {}
    if isinstance(node.value, list):
        items = {str(index): item for index, item in enumerate(node.value)}
    found = [one for key, item in items.items() for one in unknown_outputs(item, (*path, key))]
    if isinstance(node.value, str):
        for expression in EXPRESSION.findall(node.value):
            name = expression.strip()
            if PATH.fullmatch(name) and name.startswith("stages."):
                try:
                    lookup(name, {"stages": Stages()})
                except ExpressionError as error:
                    message = f"{error}."
                    found.append(Problem(node.place, ".".join(path), message, REMEDY, name))
    return found


class _Walk:
    def __init__(self, scope: Scope, each: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._names = scope.names()
        self._each = each

    def node(self, node: Node, path: tuple[str, ...]) -> Node:
        value = node.value
        if isinstance(value, dict):
            for key, item in value.items():
                if OPENING in key:
                    self._problem(
                        item.key or item.place,
                        (*path, key),
                        "is a key, and keys are taken as they are.",
                        "Write the file as a template, `*.yaml.j2`, to make keys.",
                    )
            value = {key: self.node(item, (*path, key)) for key, item in value.items()}
        elif isinstance(value, list):
            value = [self.node(item, (*path, str(index))) for index, item in enumerate(value)]
        elif isinstance(value, str) and OPENING in value:
            return _as_node(self._text(value, node.place, path), node)
        return Node(value, node.place, node.key, node.size)

    def _text(self, text: str, place: Place, path: tuple[str, ...]) -> Any:
        pieces = EXPRESSION.split(text)
        if any(OPENING in piece for piece in pieces[::2]):
            self._problem(
                place, path, "opens an expression and does not close it.", "Add `}}`.", text
            )
            return text
        try:
            names = self._names_at(path)
            values = [_value(piece.strip(), names) for piece in pieces[1::2]]
            if len(values) == 1 and not "".join(pieces[::2]):
                return values[0]
            return _joined(pieces[::2], values)
        except ExpressionError as error:
            self._problem(place, path, f"{error}.", REMEDY, text)
            return text

    def _names_at(self, path: tuple[str, ...]) -> Mapping[str, Any]:
        if len(path) > 1 and path[0] == "modules" and path[1] in self._each:
            return {**self._names, "each": self._each[path[1]]}
        return self._names

    def _problem(
        self, place: Place, path: tuple[str, ...], message: str, remedy: str, text: str = ""
    ) -> None:
        self.problems.append(
            Problem(place, ".".join(path), message, remedy, shown(text or None, path))
        )


def _value(expression: str, names: Mapping[str, Any]) -> Any:
    if PATH.fullmatch(expression):
        value = lookup(expression, names)
        if not isinstance(value, Mapping | list):
            return value
    # Jinja takes longer to import than a manifest to read.
    from manifest import expressions

    return expressions.evaluate(expression, names)


def _as_node(value: Any, origin: Node) -> Node:
    """What an expression gave, all of it at the expression's place."""
    if isinstance(value, dict):
        value = {key: _as_node(item, origin) for key, item in value.items()}
    elif isinstance(value, list):
        value = [_as_node(item, origin) for item in value]
    return Node(value, origin.place, origin.key, origin.size, computed=True)


def _joined(texts: list[str], values: list[Any]) -> str | Text:
    parts: list[str | Reference] = []
    for index, text in enumerate(texts):
        parts.append(text)
        if index < len(values):
            value = values[index]
            if isinstance(value, list | Mapping):
                raise ExpressionError("puts a list or a map into text")
            parts.append(value if isinstance(value, Reference) else _written(value))
    if not any(isinstance(part, Reference) for part in parts):
        return "".join(str(part) for part in parts)
    return Text(tuple(_merged(parts)))


def _merged(parts: Iterable[str | Reference]) -> list[str | Reference]:
    """Neighbouring texts made one, empty ones left out."""
    merged: list[str | Reference] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return merged


def _written(value: Any) -> str:
    """A scalar as YAML writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
