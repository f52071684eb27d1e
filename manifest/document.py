"""YAML text → a tree of nodes that know their place. Pure.

A stricter YAML than PyYAML's own, read from its events, so in bounded time and memory:

- one document; no duplicate keys, tags or merge keys; keys are text;
- at most `DEEPEST` levels and `MOST_NODES` nodes, counting what aliases stand for;
- plain scalars mean what YAML 1.2's core schema says: `no`, `on`, `010` and `2024-01-01` are text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from errors import Place, Problem
from manifest.files import Unreadable
from manifest.shown import shorten

DEEPEST = 50
MOST_NODES = 50_000
MOST_PROBLEMS = 100

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TAGS = {"tag:yaml.org,2002:str": str, "!": str}


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands: a scalar, a dict of nodes or a list of nodes.

    `key` is the place of the key it belongs to, if it is a value of a mapping; `size` counts the
    nodes of the tree below, itself included; `computed` is whether an expression gave the value.
    """

    value: Any
    place: Place
    key: Place | None = None
    size: int = 1
    computed: bool = False

    def plain(self) -> Any:
        """The same as plain Python data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, place: Place) -> Node:
        """The same value as the value of a key that stands at `place`."""
        return Node(self.value, self.place, place, self.size, self.computed)


def parse(text: str, file: str) -> Node:
    """The tree of a YAML text; `file` is how the file is called in messages.

    Raises Unreadable, which carries the first problem.
    """
    try:
        return _Builder(file).build(yaml.parse(text, Loader=Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise Unreadable(_syntax(place, error.problem or "can't be read", text)) from None
    except yaml.YAMLError as error:
        message = f"is no YAML: {error.__class__.__name__}."
        raise Unreadable(Problem(Place(file), "", message, "Correct it.")) from None


def _syntax(place: Place, problem: str, text: str) -> Problem:
    lines = text.splitlines()
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    if "\t" in line[: place.column] or "'\\t'" in problem:
        return Problem(place, "", "is indented with a tab.", "Indent with spaces.")
    return Problem(place, "", f"is no YAML: {problem}.", "Correct it.")


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    value: dict[str, Node] | list[Node]
    place: Place
    anchor: str | None
    key: tuple[str, Place] | None = None
    size: int = 1


class _Builder:
    """Builds the tree from events with a stack of its own: depth can't exhaust Python's."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None
        self._documents = 0
        self._nodes = 0
        self._problems: list[Problem] = []

    def build(self, events: Iterator[yaml.Event]) -> Node:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    self._fail(event, "holds a second document.", "Keep one document a file.")
            elif isinstance(event, yaml.ScalarEvent):
                self._add(Node(self._scalar(event), self._place(event)), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._open(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                done = self._stack.pop()
                self._add(Node(done.value, done.place, size=done.size), done.anchor)
        if self._root is None:
            problem = Problem(Place(self._file), "", "is empty.", "Write a manifest, or remove it.")
            raise Unreadable(problem)
        if self._problems:
            raise Unreadable(*self._problems)
        return self._root

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        self._plain_tag(event)
        if len(self._stack) >= DEEPEST:
            self._fail(event, f"is nested more than {DEEPEST} levels deep.", "Flatten it.")
        top = self._stack[-1] if self._stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            self._fail(event, "is a key that is no text.", "Use text as keys.")
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open({} if mapping else [], self._place(event), event.anchor))

    def _alias(self, event: yaml.AliasEvent) -> None:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            self._fail(
                event,
                f"*{shorten(event.anchor or '')} refers to nothing that is complete.",
                "Write its &anchor before it.",
            )
        self._add(node, None, event)

    def _add(self, node: Node, anchor: str | None, event: yaml.Event | None = None) -> None:
        self._nodes += node.size if event else 1
        if self._nodes > MOST_NODES:
            problem = Problem(
                node.place, "", f"makes more than {MOST_NODES:,} values.", "Use fewer aliases."
            )
            raise Unreadable(problem)
        if not self._stack:
            self._root = node
        else:
            top = self._stack[-1]
            top.size += node.size
            if isinstance(top.value, list):
                top.value.append(node)
            elif top.key is None:
                top.key = self._key(node, top.value)
            else:
                key, place = top.key
                node = node.at(place)
                top.value[key] = node
                top.key = None
        if anchor:
            self._anchors[anchor] = node

    def _key(self, node: Node, mapping: dict[str, Node]) -> tuple[str, Place]:
        """The key as text; what is wrong with it is told when the whole file is read."""
        key = node.value
        if key == "<<":
            self._later(node.place, "is a merge key, which is not supported.", "Write it out.")
        elif not isinstance(key, str):
            shown = "null" if key is None else str(key).lower()
            self._later(node.place, f"the key {shown} is no text.", f'Quote it: "{shown}".')
        elif key in mapping:
            first = mapping[key].key
            self._later(
                node.place,
                f"the key {shorten(key)} stands here twice.",
                f"Remove one; the first is in line {first.line if first else '?'}.",
            )
        return str(key), node.place

    def _later(self, place: Place, message: str, remedy: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(place, "", message, remedy))

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        self._plain_tag(event)
        if event.implicit[0]:  # plain, without quotes or tag
            return resolve(event.value)
        return event.value

    def _plain_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag and tag not in TAGS:
            message = f"has the tag {shorten(tag)}, which is not supported."
            self._fail(event, message, "Remove the tag.")

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file)

    def _fail(self, event: yaml.Event, message: str, remedy: str) -> NoReturn:
        raise Unreadable(*self._problems, Problem(self._place(event), "", message, remedy))


NULL = {"", "~", "null", "Null", "NULL"}
BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
LONGEST_NUMBER = 40


def resolve(text: str) -> Any:
    """What a plain scalar means: https://yaml.org/spec/1.2.2/#103-core-schema, numbers in decimal.

    Numbers with leading zeros stay text: YAML 1.1 read them as octal, and accounts begin with them.
    """
    if text in NULL:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if len(text) > LONGEST_NUMBER or (not text[-1].isdigit() and text[-1] != "."):
        return text
    if INTEGER.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text
