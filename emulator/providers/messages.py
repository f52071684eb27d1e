"""Schemas, values and problems ↔ the messages of plugin protocol 6. Called by the servicer.

https://github.com/hashicorp/terraform/blob/v1.11.4/docs/plugin-protocol/tfplugin6.8.proto
"""

from __future__ import annotations

import json

from tf.gen import tfplugin_pb2 as protocol

from emulator.providers.checking import Path
from emulator.providers.schema import Attribute, Block, Nested, Object, ProviderSchema, Schema
from emulator.providers.values import Value, from_json, loads, pack, unpack

WRITE_ONLY = b"\x58\x01"
"""Field 11 of Attribute, true: the generated classes are older than it and keep it unread."""
ATTRIBUTE_MODES = {"single": 1, "list": 2, "set": 3, "map": 4}
BLOCK_MODES = {**ATTRIBUTE_MODES, "group": 5}


def provider_schema(schema: ProviderSchema) -> protocol.GetProviderSchema.Response:
    """The answer to GetProviderSchema. Functions and ephemeral resources: none."""
    return protocol.GetProviderSchema.Response(
        provider=_schema(schema.provider),
        resource_schemas={name: _schema(one) for name, one in schema.resources.items()},
        data_source_schemas={name: _schema(one) for name, one in schema.data_sources.items()},
        server_capabilities=capabilities(),
    )


def metadata(schema: ProviderSchema) -> protocol.GetMetadata.Response:
    """The answer to GetMetadata: names only."""
    response = protocol.GetMetadata.Response
    return response(
        server_capabilities=capabilities(),
        resources=[
            protocol.GetMetadata.ResourceMetadata(type_name=one) for one in schema.resources
        ],
        data_sources=[
            protocol.GetMetadata.DataSourceMetadata(type_name=one) for one in schema.data_sources
        ],
    )


def capabilities() -> protocol.ServerCapabilities:
    """terraform may keep the schema from the first time it asked."""
    return protocol.ServerCapabilities(get_provider_schema_optional=True)


def value(schema: Schema, message: protocol.DynamicValue) -> Value:
    """The value in a message; None if there is none."""
    if message.msgpack:
        return unpack(message.msgpack)
    return from_json(schema.object.type, loads(message.json)) if message.json else None


def message(value: Value) -> protocol.DynamicValue:
    """The message with a value."""
    return protocol.DynamicValue(msgpack=pack(value))


def diagnostic(summary: str, detail: str, way: Path = ()) -> protocol.Diagnostic:
    """An error, and where it is."""
    return protocol.Diagnostic(
        severity=protocol.Diagnostic.ERROR, summary=summary, detail=detail, attribute=path(way)
    )


def path(way: Path) -> protocol.AttributePath:
    """The way to a value."""
    step = protocol.AttributePath.Step
    return protocol.AttributePath(
        steps=[
            step(element_key_int=one) if isinstance(one, int) else step(attribute_name=one)
            for one in way
        ]
    )


def _schema(schema: Schema) -> protocol.Schema:
    return protocol.Schema(version=schema.version, block=_block(schema.object))


def _block(fields: Object) -> protocol.Schema.Block:
    return protocol.Schema.Block(
        attributes=[_attribute(one) for one in fields.attributes.values()],
        block_types=[_nested_block(one) for one in fields.blocks.values()],
    )


def _attribute(attribute: Attribute) -> protocol.Schema.Attribute:
    message = protocol.Schema.Attribute(
        name=attribute.name,
        required=attribute.required,
        optional=attribute.optional,
        computed=attribute.computed,
        sensitive=attribute.sensitive,
        deprecated=attribute.deprecated,
    )
    if attribute.nested:
        message.nested_type.CopyFrom(_nested_type(attribute.nested))
    else:
        message.type = json.dumps(attribute.type).encode()
    if attribute.write_only:
        message.MergeFromString(WRITE_ONLY)
    return message


def _nested_type(nested: Nested) -> protocol.Schema.Object:
    return protocol.Schema.Object(
        attributes=[_attribute(one) for one in nested.object.attributes.values()],
        nesting=ATTRIBUTE_MODES[nested.mode],
    )


def _nested_block(block: Block) -> protocol.Schema.NestedBlock:
    return protocol.Schema.NestedBlock(
        type_name=block.name,
        block=_block(block.nested.object),
        nesting=BLOCK_MODES[block.nested.mode],
        min_items=block.min_items,
        max_items=block.max_items,
    )
