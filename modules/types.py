"""Terraform's type expressions, and whether a value of the manifest fits one. Pure.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints. Values are
converted as Terraform does: numbers and booleans to text and back, lists to sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from manifest.references import LISTS, MAPS, Reference, Text
from manifest.shown import listed
from manifest.values import SecretReference

WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_-]*|-?[0-9.]+|[()\[\]{}=:,]')
COMMENTS = re.compile(r"(#|//)[^\n]*|/\*.*?\*/", re.DOTALL)
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
SIMPLE = {"string": "text", "number": "a number", "bool": "true or false"}
DEEPEST = 50
Way = tuple[str, ...]
Misfit = tuple[Way, str]
"""Where in a value, and what is wrong there."""


@dataclass(frozen=True)
class Type:
    """`kind` is string, number, bool, any, list, set, map, tuple or object."""

    kind: str
    items: tuple[Type, ...] = ()
    """Of a list, set or map the one type of its items; of a tuple each."""
    attributes: Mapping[str, tuple[Type, bool]] = field(default_factory=dict)
    """Of an object: name → type, and whether it must be there."""


ANY = Type("any")


def parse(expression: str | None) -> Type:
    """The type that an expression means; `any` for one that is not understood."""
    if expression is None:
        return ANY
    words = WORDS.findall(COMMENTS.sub(" ", expression))
    try:
        return _Parser(words).type()
    except (IndexError, ValueError):
        return ANY


class _Parser:
    def __init__(self, words: list[str]) -> None:
        self._words = words

    def type(self, depth: int = 0) -> Type:
        if depth > DEEPEST:
            raise ValueError("too deep")
        word = self._next().strip('"')
        if word in {*SIMPLE, "any"}:
            return Type(word)
        if word in {"list", "set", "map"}:
            # Old modules write `list` alone.
            if not self._words or self._words[0] != "(":
                return Type(word, (ANY,))
            self._expect("(")
            item = self.type(depth + 1)
            self._expect(")")
            return Type(word, (item,))
        if word == "tuple":
            return self._tuple(depth)
        if word == "object":
            return self._object(depth)
        raise ValueError(word)

    def _tuple(self, depth: int) -> Type:
        self._expect("(", "[")
        items = []
        while self._words[0] != "]":
            items.append(self.type(depth + 1))
            self._skip(",")
        self._expect("]", ")")
        return Type("tuple", tuple(items))

    def _object(self, depth: int) -> Type:
        self._expect("(", "{")
        attributes = {}
        while self._words[0] != "}":
            name = self._next().strip('"')
            if self._next() not in {"=", ":"}:
                raise ValueError(name)
            required = self._words[0] != "optional"
            if not required:
                self._expect("optional", "(")
            attributes[name] = (self.type(depth + 1), required)
            if not required:
                self._until_closed()
            self._skip(",")
        self._expect("}", ")")
        return Type("object", attributes=attributes)

    def _until_closed(self) -> None:
        """Past a default of `optional(type, default)` and its parenthesis."""
        open_ = 1
        while open_:
            word = self._next()
            open_ += (word in "([{") - (word in ")]}")

    def _next(self) -> str:
        return self._words.pop(0)

    def _expect(self, *words: str) -> None:
        for word in words:
            if self._next() != word:
                raise ValueError(word)

    def _skip(self, word: str) -> None:
        if self._words and self._words[0] == word:
            self._words.pop(0)


def misfits(value: Any, type_: Type, way: Way = ()) -> Iterator[Misfit]:
    """Where `value` does not fit. What is known only after deployment fits what it may be."""
    if value is None or type_.kind == "any":
        return
    if isinstance(value, Reference | Text | SecretReference):
        yield from _later(value, type_, way)
    elif type_.kind in SIMPLE:
        if not _is_simple(value, type_.kind):
            yield way, f"must be {SIMPLE[type_.kind]}."
    elif type_.kind in {"list", "set", "tuple"}:
        yield from _sequence(value, type_, way)
    else:
        yield from _mapping(value, type_, way)


def _later(value: Reference | Text | SecretReference, type_: Type, way: Way) -> Iterator[Misfit]:
    if isinstance(value, Reference):
        if not value.producer.startswith("stages."):
            return
        if value.output in LISTS:
            fits, what = type_.kind in {"list", "set", "tuple"}, "a list"
        elif value.output in MAPS:
            fits, what = type_.kind in {"map", "object"}, "a map"
        else:
            fits, what = type_.kind in SIMPLE, "text"
        if not fits:
            yield way, f"is {what} ({value.name}), and must be {_name(type_)}."
    elif type_.kind not in SIMPLE:
        yield way, f"is text, and must be {_name(type_)}."


def _is_simple(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind in {"bool", "string"}
    if isinstance(value, int | float):
        return kind in {"number", "string"}
    if not isinstance(value, str):
        return False
    if kind == "number":
        return bool(NUMBER.fullmatch(value))
    return kind == "string" or value in {"true", "false"}


def _sequence(value: Any, type_: Type, way: Way) -> Iterator[Misfit]:
    if not isinstance(value, list | tuple):
        yield way, "must be a list."
        return
    if type_.kind == "tuple" and len(value) != len(type_.items):
        yield way, f"must have {len(type_.items)} items, and has {len(value)}."
        return
    types = type_.items if type_.kind == "tuple" else type_.items * len(value)
    for index, (item, one) in enumerate(zip(value, types, strict=True)):
        yield from misfits(item, one, (*way, str(index)))


def _mapping(value: Any, type_: Type, way: Way) -> Iterator[Misfit]:
    if not isinstance(value, Mapping):
        yield way, "must be a map."
        return
    if type_.kind == "map":
        for key, item in value.items():
            yield from misfits(item, type_.items[0], (*way, str(key)))
        return
    missing = [
        name for name, (_, required) in type_.attributes.items() if required and name not in value
    ]
    if missing:
        yield way, f"lacks {listed(missing)}."
    for key, item in value.items():
        if key in type_.attributes:
            yield from misfits(item, type_.attributes[key][0], (*way, str(key)))
        else:
            # Terraform would drop it without a word.
            yield (*way, str(key)), f"is not known; the module knows {listed(type_.attributes)}."


def _name(type_: Type) -> str:
    if type_.kind in SIMPLE:
        return SIMPLE[type_.kind]
    return "a list" if type_.kind in {"list", "set", "tuple"} else "a map"
