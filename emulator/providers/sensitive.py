"""Objects without their secrets, and with them again. Pure.

What is recorded of an object (`objects.py`) holds no value that the schema marks sensitive, and
none that is write-only.
"""

from __future__ import annotations

from emulator.providers.schema import Attribute, Nested, Object
from emulator.providers.values import Value, gathered, objects, with_objects


def without_sensitive(schema: Object, value: Value) -> Value:
    """The object with null for every secret in it."""
    kept = {
        name: None if _secret(attribute) else _stripped(attribute.nested, value[name])
        for name, attribute in schema.attributes.items()
    }
    blocks = schema.blocks.items()
    return kept | {name: _stripped(block.nested, value[name]) for name, block in blocks}


def with_sensitive(schema: Object, recorded: Value, known: Value) -> Value:
    """A recorded object with the secrets that are known from before.

    Secrets in lists are matched by position, and only as long as the list keeps its length: what
    can't be matched is null.
    """
    if without_sensitive(schema, known) == recorded:
        return known
    whole = {
        name: known[name]
        if _secret(attribute)
        else _restored(attribute.nested, recorded.get(name), known[name])
        for name, attribute in schema.attributes.items()
    }
    return whole | {
        name: _restored(block.nested, recorded.get(name), known[name])
        for name, block in schema.blocks.items()
    }


def _secret(attribute: Attribute) -> bool:
    return attribute.sensitive or attribute.write_only


def _stripped(nested: Nested | None, value: Value) -> Value:
    if nested is None:
        return value
    inside = nested.object
    return with_objects(nested, value, lambda one: without_sensitive(inside, one))


def _restored(nested: Nested | None, recorded: Value, known: Value) -> Value:
    if nested is None or recorded is None or known is None:
        return recorded
    before, now = dict(objects(nested, known)), dict(objects(nested, recorded))
    if nested.mode != "map" and len(before) != len(now):
        return recorded

    def whole(one: Value, matching: Value) -> Value:
        return one if None in (one, matching) else with_sensitive(nested.object, one, matching)

    return gathered(nested, {key: whole(one, before.get(key)) for key, one in now.items()})
