"""What a provider itself refuses in a configuration, as far as its schema says it. Pure.

terraform has checked the names, the types and how often a block stands there. Left to providers:
null where a value is required, and a value where only the provider gives one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from emulator.providers.schema import Attribute, Nested, Object
from emulator.providers.values import Unknown, Value, objects

Path = tuple[str | int, ...]
"""The way to a value; a step into a set has no name, so it ends before one."""


class Fault(NamedTuple):
    """One thing that is wrong, and where."""

    path: Path
    summary: str
    detail: str


def faults(schema: Object, config: Value, path: Path = ()) -> Iterator[Fault]:
    """Everything that is wrong in a configuration."""
    if config is None or isinstance(config, Unknown):
        return
    for name, attribute in schema.attributes.items():
        yield from _attribute(attribute, config[name], (*path, name))
    for name, block in schema.blocks.items():
        yield from _nested(block.nested, config[name], (*path, name))
        yield from _too_few(block.min_items, config[name], (*path, name))


def _attribute(attribute: Attribute, value: Value, path: Path) -> Iterator[Fault]:
    if value is None and attribute.required:
        yield Fault(
            path,
            "Missing required argument",
            f'The argument "{attribute.name}" is required, but it is null.',
        )
    elif value is not None and attribute.read_only:
        yield Fault(
            path,
            "Value for a read-only attribute",
            f'The attribute "{attribute.name}" is decided by the provider. Leave it out.',
        )
    elif attribute.nested:
        yield from _nested(attribute.nested, value, path)


def _nested(nested: Nested, value: Value, path: Path) -> Iterator[Fault]:
    for key, one in objects(nested, value):
        inner = path if key is None or nested.mode == "set" else (*path, key)
        for fault in faults(nested.object, one, inner):
            yield fault._replace(path=path) if nested.mode == "set" else fault


def _too_few(least: int, value: Value, path: Path) -> Iterator[Fault]:
    # A dynamic block may have made none, which terraform leaves to the provider.
    if isinstance(value, list) and len(value) < least:
        yield Fault(
            path,
            "Too few blocks",
            f'At least {least} "{path[-1]}" block(s) must stand here; there are {len(value)}.',
        )
