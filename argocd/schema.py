"""Objects against ArgoCD's schemas: what is wrong, in the user's words. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from argocd import schemas
from argocd.names import Object
from argocd.objects import Path
from manifest.references import Reference, Text
from manifest.section import Finding
from manifest.shown import listed

if TYPE_CHECKING:
    import jsonschema_rs

TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
    "null": "null",
}
UNKNOWN = "is not known to ArgoCD."
LATER = "later"
"""Stands for text that is known only after deployment."""


def findings(manifest: Object) -> list[Finding]:
    """What is wrong with an object; `at` is the way in it.

    A reference to an output fits wherever it is the whole value: its type is known only later.
    """
    later: dict[Path, Reference | Text] = {}
    instance = _instance(manifest, (), later)
    found: list[Finding] = []
    for error in _validator(str(manifest.get("kind"))).iter_errors(instance):
        at = tuple(str(part) for part in error.instance_path)
        unknown = later.get(at)
        if unknown is None or (isinstance(unknown, Text) and error.kind.name == "type"):
            found.extend(_findings(error, at, str(manifest.get("kind"))))
    return found


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    # Only repositories with applications pay for it.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schemas.of(kind))


def _instance(value: Any, path: Path, later: dict[Path, Reference | Text]) -> Any:
    if isinstance(value, Reference | Text):
        later[path] = value
        return LATER
    if isinstance(value, dict):
        return {key: _instance(item, (*path, str(key)), later) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_instance(item, (*path, str(index)), later) for index, item in enumerate(value)]
    return value


def _findings(error: jsonschema_rs.ValidationError, at: Path, kind: str) -> Iterator[Finding]:
    details = error.kind.as_dict()
    match error.kind.name:
        case "additionalProperties":
            known = sorted(_schema_at(kind, error.schema_path[:-1]).get("properties", {}))
            for name in details["unexpected"]:
                yield Finding(UNKNOWN, _instead(name, known), at=(*at, name))
        case "required":
            yield Finding("is missing.", "Add it.", at=(*at, str(details["property"]).strip('"')))
        case "type":
            kinds = " or ".join(TYPES[one] for one in details["types"])
            yield Finding(f"is not {kinds}.", f"Write {kinds} there.", at=at)
        case "const":
            wanted = details["expected_value"]
            yield Finding(f"is not {wanted}.", f"Write {wanted}.", at=at)
        case "enum":
            choices = ", ".join(f"`{one}`" for one in details["options"])
            yield Finding("is none of the choices.", f"Write one of {choices}.", at=at)
        case _:
            yield Finding("is not as ArgoCD wants it.", f"It says: {error.message}.", at=at)


def _instead(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known here: {listed(f'`{one}`' for one in known)}."


def _schema_at(kind: str, path: list[str | int]) -> dict[str, Any]:
    schema: Any = schemas.of(kind)
    for part in path:
        schema = schema[part]
    return schema if isinstance(schema, dict) else {}
