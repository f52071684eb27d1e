"""Terraform's values: as they go over the wire (MessagePack) and as they lie in state (JSON).

In Python: None is null, `Unknown` is "known after apply", a number is an int, a float or, where
neither holds it, its digits; lists, sets and tuples are lists; maps and objects are dicts.
https://github.com/zclconf/go-cty/blob/main/docs/msgpack.md
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgpack

from emulator.providers.schema import Nested, Type

Value = Any
SMALLEST, GREATEST = -(2**63), 2**64 - 1
"""What MessagePack holds as an integer; beyond it, numbers travel as their digits."""


@dataclass(frozen=True)
class Unknown:
    """A value that is known after apply only, with what terraform knows about it already."""

    code: int = 0
    refinements: bytes = b"\x00"


UNKNOWN = Unknown()


def unpack(data: bytes) -> Value:
    """A value from the wire."""
    return msgpack.unpackb(data, ext_hook=Unknown, strict_map_key=False)


def pack(value: Value) -> bytes:
    """A value for the wire."""
    packed: bytes = msgpack.packb(value, default=_extension)
    return packed


def _extension(value: Any) -> msgpack.ExtType:
    if isinstance(value, Unknown):
        return msgpack.ExtType(value.code, value.refinements)
    raise TypeError(f"{value!r} is no value of terraform")


def loads(text: str | bytes) -> Any:
    """JSON whose numbers lose no digit."""
    return json.loads(text, parse_float=Decimal)


def from_json(type_: Type, value: Any) -> Value:
    """A value of the type from parsed JSON (`loads`).

    What the type does not have is left out, what the JSON does not have is null: so a state that
    an older schema wrote fits.
    """
    if value is None:
        return None
    if type_ == "number":
        return _number(value)
    if type_ == "dynamic":
        return [json.dumps(value["type"]).encode(), from_json(value["type"], value["value"])]
    return _converted(type_, value, from_json)


def to_json(type_: Type, value: Value) -> Any:
    """A value of the type for `json.dumps`; everything in it must be known.

    Fractions become their digits as text: JSON's own readers would round them.
    """
    if value is None:
        return None
    if isinstance(value, Unknown):
        raise ValueError("an unknown value has no JSON")
    if isinstance(value, float):
        return str(Decimal(value))
    if type_ == "dynamic":
        inner = json.loads(value[0])
        return {"type": inner, "value": to_json(inner, value[1])}
    return _converted(type_, value, to_json)


def _converted(type_: Type, value: Any, convert: Callable[[Type, Any], Any]) -> Any:
    if isinstance(type_, str):
        return value
    kind, inner = type_
    if kind in {"list", "set"}:
        return [convert(inner, one) for one in value]
    if kind == "map":
        return {key: convert(inner, one) for key, one in value.items()}
    if kind == "tuple":
        return [convert(one, item) for one, item in zip(inner, value, strict=True)]
    return {key: convert(one, value.get(key)) for key, one in inner.items()}


def _number(value: int | Decimal | str) -> int | float | str:
    if isinstance(value, int):
        return value if SMALLEST <= value <= GREATEST else str(value)
    exact = Decimal(value)
    if exact == exact.to_integral_value() and SMALLEST <= exact <= GREATEST:
        return int(exact)
    near = float(exact)
    return near if Decimal(near) == exact else str(value)


def objects(nested: Nested, value: Value) -> Iterable[tuple[int | str | None, Value]]:
    """The objects in a nested attribute or block, each with its index or key.

    A single one has none. Nothing comes of null and of what is unknown as a whole.
    """
    if value is None or isinstance(value, Unknown):
        return []
    if nested.mode in {"single", "group"}:
        return [(None, value)]
    return value.items() if nested.mode == "map" else enumerate(value)


def gathered(nested: Nested, parts: Mapping[int | str | None, Value]) -> Value:
    """The attribute or block that these objects make: the inverse of `objects`."""
    if nested.mode in {"single", "group"}:
        return parts[None]
    return dict(parts) if nested.mode == "map" else list(parts.values())


def with_objects(nested: Nested, value: Value, change: Callable[[Value], Value]) -> Value:
    """The same attribute or block with each object in it changed; null and unknown stay."""
    if value is None or isinstance(value, Unknown):
        return value
    parts = {key: change_known(one, change) for key, one in objects(nested, value)}
    return gathered(nested, parts)


def change_known(value: Value, change: Callable[[Value], Value]) -> Value:
    """The value changed; null and unknown stay."""
    return value if value is None or isinstance(value, Unknown) else change(value)


def has_unknown(value: Value) -> bool:
    """Whether something in it is known after apply only."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, dict):
        return any(has_unknown(one) for one in value.values())
    return isinstance(value, list) and any(has_unknown(one) for one in value)
