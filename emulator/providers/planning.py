"""What a resource will be: terraform's proposal with the computed values marked unknown. Pure.

terraform proposes the configuration, with prior values where a computed attribute is not
configured. So a computed attribute that is null in the proposal has neither.
https://github.com/hashicorp/terraform/blob/v1.11.4/docs/resource-instance-change-lifecycle.md
"""

from __future__ import annotations

from typing import NamedTuple

from emulator.providers.schema import Attribute, Nested, Object
from emulator.providers.shapes.table import MISSING, Shapes
from emulator.providers.values import UNKNOWN, Unknown, Value, with_objects


class Plan(NamedTuple):
    """The planned object, and the attributes whose change means another object."""

    value: Value
    replacing: list[str]


def plan(
    type_: str, schema: Object, *, prior: Value, config: Value, proposed: Value, shapes: Shapes
) -> Plan:
    """The plan for one resource that is to exist; `prior` is None if it does not yet."""
    wanted = without_write_only(schema, proposed)
    for name in shapes.filled_blocks(type_):
        if not config[name]:
            wanted[name] = UNKNOWN if prior is None else prior[name]
    if wanted == prior:
        return Plan(prior, [])
    if prior is not None:
        renewed = [name for name in shapes.recomputed(type_) if config[name] is None]
        wanted |= dict.fromkeys(renewed, UNKNOWN)
    value = _Marking(type_, shapes).object(schema, wanted)
    replacing = []
    if prior is not None:
        names = [name for name in shapes.replacing(type_) if name in schema.attributes]
        replacing = [name for name in names if value[name] != prior[name]]
    return Plan(value, replacing)


def without_write_only(schema: Object, value: Value) -> Value:
    """The value with null for what may be neither in a plan nor in state."""
    if value is None or isinstance(value, Unknown):
        return value
    kept = dict(value)
    for name, attribute in schema.attributes.items():
        if attribute.write_only:
            kept[name] = None
        elif attribute.nested:
            kept[name] = _inside(attribute.nested, value[name])
    for name, block in schema.blocks.items():
        kept[name] = _inside(block.nested, value[name])
    return kept


def _inside(nested: Nested, value: Value) -> Value:
    return with_objects(nested, value, lambda one: without_write_only(nested.object, one))


class _Marking:
    """Marks unknown what is computed and has no value; a known default is put in instead."""

    def __init__(self, type_: str, shapes: Shapes) -> None:
        self._type = type_
        self._shapes = shapes

    def object(self, schema: Object, value: Value, path: str = "") -> Value:
        marked = {
            name: self._attribute(one, value[name], f"{path}{name}")
            for name, one in schema.attributes.items()
        }
        for name, block in schema.blocks.items():
            marked[name] = self._nested(block.nested, value[name], f"{path}{name}")
        return marked

    def _attribute(self, attribute: Attribute, value: Value, path: str) -> Value:
        if value is None and attribute.computed and not attribute.write_only:
            default = self._shapes.default(self._type, path)
            return UNKNOWN if default is MISSING else default
        return self._nested(attribute.nested, value, path) if attribute.nested else value

    def _nested(self, nested: Nested, value: Value, path: str) -> Value:
        return with_objects(nested, value, lambda one: self.object(nested.object, one, f"{path}."))
