"""A JSON Schema checker for the keywords that our schemas use; it refuses any other.

Written from https://json-schema.org/draft/2020-12 so that the tests need no further package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
ANNOTATIONS = {"$schema", "$defs", "title", "description", "default"}


def errors(value: Any, schema: Any, root: dict[str, Any], path: str = "") -> Iterator[str]:
    """What is wrong with `value`, a line each."""
    if isinstance(schema, bool):
        if not schema:
            yield f"{path}: not allowed"
        return
    for keyword, rule in schema.items():
        if keyword not in ANNOTATIONS:
            yield from CHECKS[keyword](value, rule, root, path, schema)


def _ref(value: Any, rule: str, root: dict[str, Any], path: str, _: Any) -> Iterator[str]:
    prefix, _, name = rule.rpartition("/")
    assert prefix == "#/$defs", rule
    yield from errors(value, root["$defs"][name], root, path)


def _type(value: Any, rule: str, root: Any, path: str, _: Any) -> Iterator[str]:
    fits = isinstance(value, TYPES[rule])
    if isinstance(value, bool) and rule != "boolean":
        fits = False
    if not fits:
        yield f"{path}: no {rule}"


def _any_of(value: Any, rule: list[Any], root: dict[str, Any], path: str, _: Any) -> Iterator[str]:
    if all(list(errors(value, one, root, path)) for one in rule):
        yield f"{path}: fits none"


def _properties(
    value: Any, rule: dict[str, Any], root: dict[str, Any], path: str, _: Any
) -> Iterator[str]:
    for name, one in rule.items():
        if isinstance(value, dict) and name in value:
            yield from errors(value[name], one, root, f"{path}.{name}")


def _additional(
    value: Any, rule: Any, root: dict[str, Any], path: str, schema: dict[str, Any]
) -> Iterator[str]:
    for name in set(value if isinstance(value, dict) else ()) - set(schema.get("properties", ())):
        yield from errors(value[name], rule, root, f"{path}.{name}")


def _names(value: Any, rule: Any, root: dict[str, Any], path: str, _: Any) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        yield from errors(name, rule, root, f"{path}.{name}")


def _items(value: Any, rule: Any, root: dict[str, Any], path: str, _: Any) -> Iterator[str]:
    for index, one in enumerate(value if isinstance(value, list) else ()):
        yield from errors(one, rule, root, f"{path}.{index}")


def _required(value: Any, rule: list[str], root: Any, path: str, _: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{path}.{name}: missing" for name in rule if name not in value)


def _pattern(value: Any, rule: str, root: Any, path: str, _: Any) -> Iterator[str]:
    if isinstance(value, str) and not re.search(rule, value):
        yield f"{path}: no match"


def _choice(value: Any, rule: Any, root: Any, path: str, _: Any) -> Iterator[str]:
    rules = rule if isinstance(rule, list) else [rule]
    if not any(value == one and type(value) is type(one) for one in rules):
        yield f"{path}: none of {rules}"


def _limit(kind: tuple[type, ...], measure: Any, fits: Any) -> Any:
    def check(value: Any, rule: int, root: Any, path: str, _: Any) -> Iterator[str]:
        if (
            isinstance(value, kind)
            and not isinstance(value, bool)
            and not fits(measure(value), rule)
        ):
            yield f"{path}: outside of {rule}"

    return check


CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "anyOf": _any_of,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "required": _required,
    "pattern": _pattern,
    "enum": _choice,
    "const": _choice,
    "minimum": _limit((int, float), lambda x: x, lambda x, rule: x >= rule),
    "maximum": _limit((int, float), lambda x: x, lambda x, rule: x <= rule),
    "minLength": _limit((str,), len, lambda x, rule: x >= rule),
    "maxLength": _limit((str,), len, lambda x, rule: x <= rule),
    "minItems": _limit((list,), len, lambda x, rule: x >= rule),
    "maxItems": _limit((list,), len, lambda x, rule: x <= rule),
    "minProperties": _limit((dict,), len, lambda x, rule: x >= rule),
    "maxProperties": _limit((dict,), len, lambda x, rule: x <= rule),
}
