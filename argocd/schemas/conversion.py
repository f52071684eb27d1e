"""A CustomResourceDefinition → JSON Schema, small and strict. Pure.

The schema of a CRD is OpenAPI 3.0 with words of Kubernetes' own
(https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/).
Kubernetes drops fields that a schema does not know; here they are refused.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOT_WRITTEN = frozenset({"status"})
"""What the controller writes, never a user."""
TAKEN = frozenset({"type", "enum", "pattern", "required", "minimum", "maximum"})
TAKEN_COUNTS = frozenset({"minItems", "maxItems", "minLength", "maxLength"})
SMALLEST_SHARED = 200
"""Characters. A smaller schema that stands in several places is repeated."""
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
METADATA: Schema = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"},
        "namespace": {"type": "string"},
        "labels": TEXTS,
        "annotations": TEXTS,
        "finalizers": {"type": "array", "items": {"type": "string"}},
    },
}
"""What users write of ObjectMeta. CRDs leave it out: the API server knows it without them."""


def json_schema(definition: Schema) -> Schema:
    """The schema of the newest version in a CRD."""
    version = definition["spec"]["versions"][-1]
    group, kind = definition["spec"]["group"], definition["spec"]["names"]["kind"]
    schema = _converted(version["schema"]["openAPIV3Schema"])
    fields = {name: one for name, one in schema["properties"].items() if name not in NOT_WRITTEN}
    schema["properties"] = {
        **fields,
        "apiVersion": {"const": f"{group}/{version['name']}"},
        "kind": {"const": kind},
        "metadata": METADATA,
    }
    schema["required"] = ["apiVersion", "kind", "metadata", "spec"]
    return {"$schema": DIALECT, **_shared(schema)}


def _converted(schema: Schema) -> Schema:
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    made = {key: value for key, value in schema.items() if key in TAKEN | TAKEN_COUNTS}
    if schema.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
    if "items" in schema:
        made["items"] = _converted(schema["items"])
    if "properties" in schema:
        made["properties"] = {name: _converted(one) for name, one in schema["properties"].items()}
    rest = schema.get("additionalProperties")
    if isinstance(rest, dict):
        made["additionalProperties"] = _converted(rest)
    elif schema.get("type") == "object" and not (
        rest or schema.get("x-kubernetes-preserve-unknown-fields")
    ):
        made["additionalProperties"] = False
    return made


def _shared(schema: Schema) -> Schema:
    """The same with what is repeated said once, in `$defs`: a tenth of the size."""
    counts: Counter[str] = Counter()
    _count(schema, counts)
    names: dict[str, str] = {}
    definitions: dict[str, Schema] = {}

    def share(value: Any, *, is_schema: bool) -> Any:
        if isinstance(value, list):
            return [share(item, is_schema=False) for item in value]
        if not isinstance(value, dict):
            return value
        text = json.dumps(value, sort_keys=True)
        if is_schema and len(text) >= SMALLEST_SHARED and counts[text] > 1:
            if text not in names:
                names[text] = f"shared{len(names) + 1}"
                definitions[names[text]] = below(value)
            return {"$ref": f"#/$defs/{names[text]}"}
        return below(value)

    def below(value: Schema) -> Schema:
        made = {}
        for key, item in value.items():
            if key == "properties":
                made[key] = {name: share(one, is_schema=True) for name, one in item.items()}
            else:
                made[key] = share(item, is_schema=key in {"items", "additionalProperties"})
        return made

    whole = below(schema)
    return {**whole, "$defs": definitions} if definitions else whole


def _count(schema: Schema, counts: Counter[str]) -> None:
    text = json.dumps(schema, sort_keys=True)
    counts[text] += 1
    if counts[text] > 1:
        return  # what is below it was counted, and will be shared with it
    below = list(schema.get("properties", {}).values())
    below += [schema[key] for key in ("items", "additionalProperties") if key in schema]
    for one in below:
        if isinstance(one, dict):
            _count(one, counts)
