"""A provider's schema as `terraform providers schema -json` prints it, as typed data.

Pure: no protocol, no files. Nested attribute types and nested blocks differ in how they are
written, and not in what they hold, so both are a `Nested` here.
https://developer.hashicorp.com/terraform/cli/commands/providers/schema
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from errors import GroundplanError

Type = str | list[Any]
"""A type constraint as JSON writes it: "string", ["list", "string"], ["object", {…}]."""

MODES = ("single", "list", "set", "map", "group")


@dataclass(frozen=True)
class Attribute:
    """One attribute: it has either a type or, as newer providers write it, a nested object."""

    name: str
    type: Type
    """The type; that of the nested object, if it has one."""
    nested: Nested | None
    required: bool
    optional: bool
    computed: bool
    sensitive: bool
    write_only: bool
    deprecated: bool

    @property
    def read_only(self) -> bool:
        """Only the provider gives it a value."""
        return self.computed and not self.optional


@dataclass(frozen=True)
class Object:
    """The inside of a resource, of a nested block or of a nested attribute type."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, Block]

    @property
    def type(self) -> Type:
        """The object type its values have."""
        fields = {name: one.type for name, one in self.attributes.items()}
        return ["object", fields | {name: one.nested.type for name, one in self.blocks.items()}]


@dataclass(frozen=True)
class Nested:
    """Objects in an attribute or a block: one of them, or many."""

    mode: str
    object: Object

    @property
    def type(self) -> Type:
        """The type of the attribute or of all blocks of the name."""
        inner = self.object.type
        return inner if self.mode in {"single", "group"} else [self.mode, inner]


@dataclass(frozen=True)
class Block:
    """A nested block type."""

    name: str
    nested: Nested
    min_items: int
    max_items: int
    """0 is: no limit."""


@dataclass(frozen=True)
class Schema:
    """The schema of the provider's configuration, of a resource type or of a data source."""

    version: int
    object: Object


@dataclass(frozen=True)
class ProviderSchema:
    """Everything that a provider says about itself."""

    provider: Schema
    resources: Mapping[str, Schema]
    data_sources: Mapping[str, Schema]


def read(document: Mapping[str, Any]) -> ProviderSchema:
    """One provider's entry of `provider_schemas`.

    Raises GroundplanError for a nesting mode that terraform does not have.
    """
    return ProviderSchema(
        provider=_schema(document.get("provider", {})),
        resources=_schemas(document.get("resource_schemas", {})),
        data_sources=_schemas(document.get("data_source_schemas", {})),
    )


def _schemas(document: Mapping[str, Any]) -> dict[str, Schema]:
    return {name: _schema(one) for name, one in sorted(document.items())}


def _schema(document: Mapping[str, Any]) -> Schema:
    return Schema(document.get("version", 0), _object(document.get("block", {})))


def _object(document: Mapping[str, Any]) -> Object:
    attributes = document.get("attributes", {})
    blocks = document.get("block_types", {})
    return Object(
        attributes={name: _attribute(name, attributes[name]) for name in sorted(attributes)},
        blocks={name: _block(name, blocks[name]) for name in sorted(blocks)},
    )


def _attribute(name: str, document: Mapping[str, Any]) -> Attribute:
    nested = None
    if "nested_type" in document:
        nested = _nested(document["nested_type"], document["nested_type"])
    flags = ("required", "optional", "computed", "sensitive", "write_only", "deprecated")
    return Attribute(
        name,
        nested.type if nested else document["type"],
        nested,
        **{flag: bool(document.get(flag)) for flag in flags},
    )


def _block(name: str, document: Mapping[str, Any]) -> Block:
    nested = _nested(document, document["block"])
    return Block(name, nested, document.get("min_items", 0), document.get("max_items", 0))


def _nested(document: Mapping[str, Any], inside: Mapping[str, Any]) -> Nested:
    mode = document["nesting_mode"]
    if mode not in MODES:
        raise GroundplanError(
            f"The schema has the nesting mode {mode!r}, which is none of {', '.join(MODES)}."
        )
    return Nested(mode, _object(inside))
