"""What pydantic found wrong → problems in the user's words, with places. Pure."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from errors import Place, Problem
from manifest.document import Node
from manifest.references import Reference, Text
from manifest.section import FINDINGS, FORMS, Finding
from manifest.shown import listed, shown

KEY = "[key]"
"""The last part of pydantic's location where a key of a map is wrong."""
TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
}
Location = tuple[str | int, ...]


def of(error: ValidationError, document: Node, model: type[BaseModel]) -> list[Problem]:
    """All problems of a validation, each at its place in `document`."""
    found = []
    details = error.errors(include_url=False)
    for detail in details:
        if not (_is_other_branch(detail, details) or _is_only_emptied(detail, details)):
            found.extend(_problems(detail, document, model))
    return found


def _is_other_branch(detail: Mapping[str, Any], details: Iterable[Mapping[str, Any]]) -> bool:
    """Of a union that fits nowhere, only the branch that came furthest is told."""
    loc = detail["loc"]
    if not loc or not re.match(r"(function-|constrained-)?(int|tuple|str|list)\b", str(loc[-1])):
        return False
    siblings = [d for d in details if d is not detail and d["loc"][: len(loc) - 1] == loc[:-1]]
    wrong_type = detail["type"] in TYPES
    return wrong_type and any(d["type"] not in TYPES or d["loc"] < loc for d in siblings)


def _is_only_emptied(detail: Mapping[str, Any], details: Iterable[Mapping[str, Any]]) -> bool:
    """Of a list whose items are wrong pydantic says, too, that too few are left."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(one["loc"]) > len(loc) and one["loc"][: len(loc)] == loc for one in details
    )


def _problems(detail: Mapping[str, Any], document: Node, model: type[BaseModel]) -> list[Problem]:
    location: Location = detail["loc"]
    if detail["type"] == FINDINGS:
        findings: tuple[Finding, ...] = detail["ctx"]["findings"]
        return [_finding(finding, location, document) for finding in findings]
    node, place, path = locate(document, location)
    message, remedy = _words(detail, location, model)
    if node and node.computed and detail["type"] in TYPES:
        remedy = "Its expression gives something else; `| string` or `| int` make text or a number."
    if detail["type"] == "extra_forbidden" and node and node.key:
        place = node.key
    if location and location[-1] == KEY:
        message = f"the name {message}"
        place = node.key if node and node.key else place
        value = shown(location[-2], ())
    else:
        value = None if detail["type"] == "missing" else _value(node, path)
    return [Problem(place, path, message, remedy, value)]


def _finding(finding: Finding, location: Location, document: Node) -> Problem:
    at = finding.at.split(".") if isinstance(finding.at, str) else finding.at
    node, place, path = locate(document, (*location, *(part for part in at if part)))
    return Problem(place, path, finding.message, finding.remedy, _value(node, path))


def _value(node: Node | None, path: str) -> str | None:
    if node is None or isinstance(node.value, Reference | Text):
        return None
    return shown(node.value, path.split("."))


def locate(document: Node, location: Location) -> tuple[Node | None, Place, str]:
    """The node at a location, its place, and its dotted path.

    Pydantic puts names of union branches into locations: what is no key of the document is passed
    over, but for the last part, which may be a key that is missing. A location of which only the
    beginning exists (a default) gives the place of the part that does.
    """
    node = document
    path: list[str] = []
    place = document.place
    for index, part in enumerate(location):
        child = _child(node, part)
        if child is None:
            if index == len(location) - 1 and isinstance(node.value, dict) and _is_key(part):
                return None, place, ".".join([*path, str(part)])
            continue
        node = child
        path.append(str(part))
        place = node.key if node.key and isinstance(node.value, dict | list) else node.place
    return node, place, ".".join(path)


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node.value, dict):
        child = node.value.get(str(part))
        return child if isinstance(child, Node) else None
    if isinstance(node.value, list) and str(part).isdigit() and int(part) < len(node.value):
        child = node.value[int(part)]
        return child if isinstance(child, Node) else None
    return None


def _is_key(part: str | int) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", str(part)))


def _words(
    detail: Mapping[str, Any], location: Location, model: type[BaseModel]
) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if isinstance(detail["input"], Reference | Text):
        return (
            "is known only after deployment.",
            "References fit in variables and values of modules, addons and applications.",
        )
    if kind == "missing":
        return "is missing.", "Add it."
    if kind == "extra_forbidden":
        return "is not known here.", _known_fields(str(location[-1]), location, model)
    if kind in TYPES:
        return f"is not {TYPES[kind]}.", _typed(kind, detail["input"])
    if kind == "literal_error":
        return "is none of the choices.", f"Write one of {_choices(context['expected'])}."
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        key = context["discriminator"].strip("'")
        message = f"has no known {key}." if kind == "union_tag_invalid" else f"says no {key}."
        return message, f"Write `{key}:` with one of {_tags(key, location, model)}."
    if kind == "string_pattern_mismatch":
        return "does not have the right form.", f"Write {FORMS[context['pattern']]}."
    return _bounds(kind, context) or (f"is not valid: {detail['msg']}.", "Correct it.")


def _typed(kind: str, value: Any) -> str:
    if kind == "string_type" and isinstance(value, bool | int):
        return f'Quote it: "{str(value).lower()}".'
    if kind == "string_type" and isinstance(value, float):
        return "Quote it, as it is meant: a number loses its last zeros."
    if value is None and TYPES[kind] == "a map":
        return "Write `{}` for its defaults, or remove the line."
    return f"Write {TYPES[kind]} there."


def _bounds(kind: str, context: Mapping[str, Any]) -> tuple[str, str] | None:
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = context.get("ge", context.get("le"))
        side = "small" if "ge" in context else "large"
        return f"is too {side}.", f"Write {bound} or {'more' if side == 'small' else 'less'}."
    if kind in {"too_short", "string_too_short"}:
        return "is too short.", f"It needs {context['min_length']} at least."
    if kind in {"too_long", "string_too_long"}:
        return "is too long.", f"It may have {context['max_length']} at most."
    return None


def _choices(expected: str) -> str:
    return expected.replace(" or ", ", ").replace("'", "`")


def _known_fields(name: str, location: Location, model: type[BaseModel]) -> str:
    fields = sorted(_fields_at(model, location[:-1]))
    close = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
    known = listed(f"`{field}`" for field in fields)
    return f"Did you mean `{close[0]}`?" if close else f"Known here: {known}."


def _fields_at(model: type[BaseModel], location: Location) -> set[str]:
    """The names of the fields a location's section has."""
    return {
        field.alias or name
        for here in _models_at(model, location)
        for name, field in here.model_fields.items()
    }


def _tags(key: str, location: Location, model: type[BaseModel]) -> str:
    """The constants that tell the models at a location apart."""
    tags = [
        f"`{value}`"
        for here in _models_at(model, location)
        if key in here.model_fields
        for value in typing.get_args(here.model_fields[key].annotation)
    ]
    return ", ".join(tags)


def _models_at(model: type[BaseModel], location: Location) -> list[Any]:
    found: list[Any] = [model]
    for part in location:
        found = [step for here in found for step in _step(here, part)] or found
    return found


def _step(here: Any, part: str | int) -> list[Any]:
    """The models below a model's field; also the branch of a union that `part` names."""
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    for name, field in here.model_fields.items():
        if str(part) in {name, field.alias}:
            return _models(field.annotation)
    tags = [
        value
        for field in here.model_fields.values()
        if typing.get_origin(field.annotation) is typing.Literal
        for value in typing.get_args(field.annotation)
    ]
    return [here] if part in tags else []


def _models(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if typing.get_origin(annotation) or isinstance(annotation, types.UnionType):
        return [model for part in typing.get_args(annotation) for model in _models(part)]
    return []
