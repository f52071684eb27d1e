"""`${{ … }}` in the values of a document. Pure.

An expression that is the whole value gives its own type; one inside text is written into it.
Expressions are evaluated once: what they give is never looked at for further expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from errors import Place, Problem
from manifest.document import Node
from manifest.references import STAGE_OUTPUTS, Reference, Text

OPENING = "${{"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Scope:
    """The names that expressions know."""

    infrastructure: Mapping[str, Any]
    manifest: Mapping[str, Any]
    modules: frozenset[str] = frozenset()
    """The modules of the infrastructure, whose outputs may be named."""
    more: Mapping[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """What is handed to an expression."""
        return {
            "infrastructure": self.infrastructure,
            "manifest": _Raw(self.manifest),
            "stages": _Stages(),
            "modules": _Modules(self.modules),
            **self.more,
        }


def evaluate(node: Node, scope: Scope) -> tuple[Node, list[Problem]]:
    """The same tree with its expressions evaluated, and what is wrong with them."""
    problems: list[Problem] = []
    return _walk(node, scope, "", problems), problems


def _walk(node: Node, scope: Scope, path: str, problems: list[Problem]) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {
            key: _walk(item, scope, f"{path}.{key}" if path else key, problems)
            for key, item in value.items()
        }
    elif isinstance(value, list):
        value = [
            _walk(item, scope, f"{path}.{index}", problems) for index, item in enumerate(value)
        ]
    elif isinstance(value, str) and OPENING in value:
        return _as_node(_text(value, scope, node.place, path, problems), node)
    return Node(value, node.place, node.key, node.size)


def _as_node(value: Any, origin: Node) -> Node:
    """What an expression gave, all of it at the expression's place."""
    if isinstance(value, dict):
        value = {key: _as_node(item, origin) for key, item in value.items()}
    elif isinstance(value, list):
        value = [_as_node(item, origin) for item in value]
    return Node(value, origin.place, origin.key, origin.size)


def _text(text: str, scope: Scope, place: Place, path: str, problems: list[Problem]) -> Any:
    from manifest.expressions import ExpressionError
    from manifest.expressions import evaluate as value_of

    pieces = EXPRESSION.split(text)
    if any(OPENING in piece for piece in pieces[::2]):
        problems.append(
            Problem(place, path, "opens an expression and does not close it.", "Add `}}`.", text)
        )
        return text
    names = scope.names()
    try:
        values = [value_of(piece.strip(), names) for piece in pieces[1::2]]
        if len(values) == 1 and not "".join(pieces[::2]):
            return values[0]
        return _joined(pieces[::2], values)
    except ExpressionError as error:
        problems.append(
            Problem(place, path, f"{error}.", "Correct the expression in `${{ }}`.", text)
        )
        return text


def _joined(texts: list[str], values: list[Any]) -> str | Text:
    from manifest.expressions import ExpressionError

    parts: list[str | Reference] = []
    for index, text in enumerate(texts):
        parts.append(text)
        if index < len(values):
            value = values[index]
            if isinstance(value, list | dict):
                raise ExpressionError("puts a list or a map into text")
            parts.append(value if isinstance(value, Reference) else _shown(value))
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


def _shown(value: Any) -> str:
    """A scalar as YAML writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


class _Stages:
    def __getattr__(self, stage: str) -> _Outputs:
        if stage not in STAGE_OUTPUTS:
            raise _unknown(f"there is no stage {stage}", STAGE_OUTPUTS)
        return _Outputs(f"stages.{stage}", STAGE_OUTPUTS[stage])

    __getitem__ = __getattr__


class _Modules:
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> _Outputs:
        # A hyphen would be a minus in an expression.
        module = name if name in self._names else name.replace("_", "-")
        if module not in self._names:
            raise _unknown(f"there is no module {name}", self._names)
        return _Outputs(f"modules.{module}", None)

    __getitem__ = __getattr__


class _Outputs:
    def __init__(self, producer: str, known: frozenset[str] | None) -> None:
        self._producer = producer
        self._known = known

    def __getattr__(self, output: str) -> Reference:
        if self._known is not None and output not in self._known:
            raise _unknown(f"{self._producer} gives no {output}", self._known)
        return Reference(self._producer, output)

    __getitem__ = __getattr__


class _Raw:
    """The manifest as it is written; a value that is a template itself can't be used."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._value = value

    def __getattr__(self, key: str) -> Any:
        from manifest.expressions import ExpressionError

        if key not in self._value:
            raise _unknown(f"the manifest has no {key} there", self._value)
        value = self._value[key]
        if isinstance(value, Mapping):
            return _Raw(value)
        if OPENING in str(value):
            raise ExpressionError(f"uses {key}, which is an expression itself")
        return value

    __getitem__ = __getattr__


def _unknown(message: str, known: Iterable[str]) -> Exception:
    from manifest.expressions import ExpressionError

    return ExpressionError(f"{message} ({', '.join(sorted(known)) or 'none'} is known)")
