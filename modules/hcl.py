"""Terraform's own files, read: the blocks that are a module's interface.

Caller: `interface.py`. python-hcl2 gives texts with their quotes, and expressions as `${…}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hcl2.api import parses_to_tree, serialize, transform
from lark import Tree
from lark.exceptions import UnexpectedInput

from errors import Place, Problem
from manifest.files import Unreadable

REMEDY = "Correct the file; `terraform validate` says more."
READ = frozenset({"terraform", "variable", "output", "module"})
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


def blocks(file: str, text: str) -> dict[str, Any]:
    """The variables, outputs, aliases and modules of one file, as plain data.

    Raises Unreadable for a file that is not Terraform's language.
    """
    try:
        content, lines = (_json if file.endswith(".json") else _native)(text)
        return {
            "variables": [
                _variable(name, body, Place(file, lines.get(name, 0), 1 if name in lines else 0))
                for name, body in _labelled(content, "variable")
            ],
            "outputs": [
                [name, _literal(body.get("sensitive")) is True]
                for name, body in _labelled(content, "output")
                if _literal(body.get("ephemeral")) is not True
            ],
            "providers": [name for name, _ in _providers(content)],
            "aliases": [alias for _, aliases in _providers(content) for alias in aliases],
            "modules": [
                _literal(body["source"])
                for _, body in _labelled(content, "module")
                if isinstance(_literal(body.get("source")), str)
            ],
        }
    except UnexpectedInput as error:
        place = Place(file, max(error.line, 0), max(error.column, 0))
        raise Unreadable(Problem(place, "", "is no Terraform file.", REMEDY)) from None
    except (ValueError, RuntimeError, AttributeError, TypeError, KeyError):
        raise Unreadable(Problem(Place(file), "", "can't be read.", REMEDY)) from None


def _native(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    start = parses_to_tree(text)
    (body,) = start.children
    lines: dict[str, int] = {}
    wanted = []
    for block in body.children:
        if not isinstance(block, Tree) or block.data != "block":
            continue
        kind, *rest = (_word(child) for child in block.children[:2])
        if kind in READ:
            wanted.append(block)
        if kind == "variable" and rest:
            lines[rest[0]] = block.meta.line
    # The rest, resources above all, takes most of the time and is nobody's business here.
    body.children = wanted
    content: dict[str, Any] = serialize(transform(start))
    return content, lines


def _json(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content, {}


def _word(tree: Any) -> str:
    """The text of an identifier or of a quoted label."""
    if not isinstance(tree, Tree):
        return str(tree)
    return "".join(_word(child) for child in tree.children).strip('"')


def _labelled(content: Mapping[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = content.get(kind, [])
    for block in found if isinstance(found, list) else [found]:
        for label, body in block.items():
            if isinstance(body, dict | list):
                yield str(_literal(label)), body[0] if isinstance(body, list) else body


def _variable(name: str, body: Mapping[str, Any], place: Place) -> dict[str, Any]:
    kind = body.get("type")
    return {
        "name": name,
        "place": place,
        "type": _expression(kind) if kind is not None else None,
        "required": "default" not in body,
        "nullable": _literal(body.get("nullable")) is not False,
        "ephemeral": _literal(body.get("ephemeral")) is True,
    }


def _providers(content: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The providers it requires, with the configurations of each that it wants by name."""
    settings = content.get("terraform", [])
    for block in settings if isinstance(settings, list) else [settings]:
        required = block.get("required_providers", [])
        for providers in required if isinstance(required, list) else [required]:
            for name, provider in providers.items():
                if name.startswith("__"):
                    continue  # a note of the parser's own
                described = provider if isinstance(provider, dict) else {}
                yield name, [_expression(one) for one in described.get("configuration_aliases", [])]


def _literal(value: Any) -> Any:
    """A text without its quotes; anything else as it is."""
    if isinstance(value, str) and (found := QUOTED.fullmatch(value)):
        return json.loads(f'"{found[1]}"', strict=False)
    return value


def _expression(value: Any) -> str:
    text = str(_literal(value))
    return text[2:-1] if text.startswith("${") and text.endswith("}") else text
