"""JSON Schema (draft 2020-12) of the files, for editors. Pure. Callers: `manifest.schema` and the
command of that name.

Pydantic makes it; here it learns that nearly any value may be a template, `${{ }}`, says in words
what may not change later, and which keys exclude each other. What the repository's defaults can
bring is not required. Cross-section rules are not in it: the program checks them, in better words.
"""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from manifest.applications import Application
from manifest.definitions import Module
from manifest.infrastructure import Infrastructure
from manifest.section import Choice, Section
from manifest.settings import Settings

Kind = Literal["infrastructure", "settings", "module", "application"]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[str, type[Section]] = {
    "infrastructure": Infrastructure,
    "settings": Settings,
    "module": Module,
    "application": Application,
}
TEMPLATED = {"infrastructure", "module", "application"}
"""The settings are read before anything is known that a template could name."""
TEMPLATE_NAME = "Template"
TEMPLATE = {
    "title": TEMPLATE_NAME,
    "description": "An expression, `${{ … }}`, that gives the value.",
    "type": "string",
    "pattern": r"\$\{\{[\s\S]*\}\}",
}
LITERAL = {"enabled", "selector"}
"""Keys that are looked at before templates are evaluated. So is the manifest's own `name`."""
CHANGES = {
    "replaces": "May be changed: what it describes is made anew.",
    "immutable": "Not to be changed later.",
}


KINDS = tuple(MODELS)


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of one of the `KINDS` of files."""
    made = MODELS[kind].model_json_schema(by_alias=True)
    definitions = made.pop("$defs", {})
    choices = {model.__name__ for model in _choices(Section)}
    root = _object(made, kind in TEMPLATED)
    if kind == "infrastructure":
        root["properties"]["name"] = _field("name", made["properties"]["name"], False)
        root["required"] = ["apiVersion", "name"]
        for name in _mergeable(Infrastructure):
            definitions[name].pop("required", None)
    parts = {name: _object(part, kind in TEMPLATED) for name, part in definitions.items()}
    for name in choices & set(parts):
        parts[name]["maxProperties"] = 1
    if kind in TEMPLATED:
        parts[TEMPLATE_NAME] = TEMPLATE
    return {"$schema": DIALECT, **root, "$defs": parts}


def _choices(model: type[Section]) -> list[type[Section]]:
    """All models that are described in exactly one of several ways."""
    found = [model] if issubclass(model, Choice) and model is not Choice else []
    return found + [one for below in model.__subclasses__() for one in _choices(below)]


def _mergeable(model: type[Section]) -> set[str]:
    """The sections below a model that are no items of lists and maps: defaults fill them up."""
    found: set[str] = set()
    for field in model.model_fields.values():
        parts = get_args(field.annotation) or (field.annotation,)
        if get_origin(field.annotation) not in {tuple, dict}:
            for part in parts:
                if isinstance(part, type) and issubclass(part, Section):
                    found |= {part.__name__, *_mergeable(part)}
    return found


def _object(part: dict[str, Any], templated: bool) -> dict[str, Any]:
    """A model's schema."""
    properties = {
        name: _field(name, field, templated and name not in LITERAL)
        for name, field in part.get("properties", {}).items()
    }
    return {**part, "properties": properties}


def _field(name: str, field: dict[str, Any], templated: bool) -> dict[str, Any]:
    """A field's schema: its description says whether it may change; no null, perhaps a template."""
    about = {key: field.get(key) for key in ("change", "unit", "description", "default")}
    value = _tidy({key: item for key, item in field.items() if key not in {*about, "title"}})
    unit = f"In {about['unit']}." if about["unit"] else None
    sentences = [about["description"], unit, CHANGES.get(str(about["change"]))]
    told: dict[str, Any] = {"title": name, "description": " ".join(filter(None, sentences))}
    if about["default"] is not None:
        told["default"] = about["default"]
    # A constant says which rules hold for its neighbours, so it stands there in plain.
    return {**told, **(_or_template(value) if templated and "const" not in value else value)}


def _tidy(value: dict[str, Any]) -> dict[str, Any]:
    """Without null (absence, in pydantic's words) and OpenAPI's keyword; names of maps checked."""
    value = {key: item for key, item in value.items() if key != "discriminator"}
    for key in ("items", "additionalProperties"):
        if isinstance(value.get(key), dict):
            value[key] = _tidy(value[key])
    if "patternProperties" in value:
        ((pattern, item),) = value.pop("patternProperties").items()
        value["propertyNames"] = {**value.get("propertyNames", {}), "pattern": pattern}
        value["additionalProperties"] = _tidy(item)
    # Of a discriminated union, more than one may match what defaults will complete.
    ways = value.pop("anyOf", None) or value.pop("oneOf", None)
    if ways is None:
        return value
    kept = [_tidy(way) for way in ways if way != {"type": "null"}]
    return {**value, **(kept[0] if len(kept) == 1 else {"anyOf": kept})}


def _or_template(value: dict[str, Any]) -> dict[str, Any]:
    """The same, or a template; and so for what a list or a map holds."""
    value = dict(value)
    for key in ("items", "additionalProperties"):
        if isinstance(value.get(key), dict) and value[key]:
            value[key] = _or_template(value[key])
    if _takes_any_text(value):
        return value
    template = {"$ref": f"#/$defs/{TEMPLATE_NAME}"}
    if set(value) == {"anyOf"}:
        return {"anyOf": [*value["anyOf"], template]}
    return {"anyOf": [value, template]}


def _takes_any_text(value: dict[str, Any]) -> bool:
    if not set(value) & {"type", "$ref", "anyOf", "oneOf", "enum", "const"}:
        return True  # anything at all
    limits = {"pattern", "enum", "const", "maxLength", "minLength", "format"}
    return value.get("type") == "string" and not limits & set(value)
