"""Values: what goes over the wire and into JSON comes back as it was, for every type."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.providers.schema import Type
from emulator.providers.values import (
    UNKNOWN,
    Unknown,
    from_json,
    has_unknown,
    loads,
    pack,
    to_json,
    unpack,
)

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.text("abc_", min_size=1, max_size=4)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=8),
    "bool": st.booleans(),
    "number": st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda one: not one.is_integer()),
}


def types() -> st.SearchStrategy[Type]:
    """Every type that terraform has."""
    return st.recursive(
        st.sampled_from([*SCALARS, "dynamic"]),
        lambda inner: (
            st.tuples(st.sampled_from(["list", "set", "map"]), inner).map(list)
            | st.dictionaries(NAMES, inner, max_size=3).map(lambda fields: ["object", fields])
            | st.lists(inner, max_size=3).map(lambda items: ["tuple", items])
        ),
        max_leaves=6,
    )


def values(type_: Type, unknown: bool) -> st.SearchStrategy[Any]:
    """Every value of a type, null and (if asked for) unknown among them."""
    special = st.none() | st.just(UNKNOWN) if unknown else st.none()
    return special | _known(type_, unknown)


def _known(type_: Type, unknown: bool) -> st.SearchStrategy[Any]:
    if type_ == "dynamic":
        inner = types().filter(lambda one: one != "dynamic")
        return inner.flatmap(
            lambda one: values(one, unknown).map(lambda value: [json.dumps(one).encode(), value])
        )
    if isinstance(type_, str):
        return SCALARS[type_]
    kind, inner = type_
    if kind in {"list", "set"}:
        return st.lists(values(inner, unknown), max_size=3)
    if kind == "map":
        return st.dictionaries(NAMES, values(inner, unknown), max_size=3)
    if kind == "tuple":
        return st.tuples(*(values(one, unknown) for one in inner)).map(list)
    return st.fixed_dictionaries({key: values(one, unknown) for key, one in inner.items()})


def typed(unknown: bool) -> st.SearchStrategy[tuple[Type, Any]]:
    return types().flatmap(lambda type_: st.tuples(st.just(type_), values(type_, unknown)))


@unhurried
@given(typed(unknown=True))
def test_the_wire_keeps_every_value(one: tuple[Type, Any]) -> None:
    _, value = one
    assert unpack(pack(value)) == value


@unhurried
@given(typed(unknown=False))
def test_state_keeps_every_known_value(one: tuple[Type, Any]) -> None:
    type_, value = one
    text = json.dumps(to_json(type_, value))
    assert from_json(type_, loads(text)) == value


@unhurried
@given(typed(unknown=True))
def test_what_is_unknown_has_no_json(one: tuple[Type, Any]) -> None:
    type_, value = one
    if has_unknown(value):
        with pytest.raises(ValueError, match="unknown"):
            to_json(type_, value)
    else:
        to_json(type_, value)


def test_what_terraform_knows_of_an_unknown_value_is_kept() -> None:
    """Say, that it is not null: it must get back what it sent."""
    sent = msgpack.packb({"id": msgpack.ExtType(12, b"\x81\x01\xc2")})
    assert unpack(sent) == {"id": Unknown(12, b"\x81\x01\xc2")}
    assert pack(unpack(sent)) == sent


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("7.0", 7),
        ("0.5", 0.5),
        ("0.1", "0.1"),
        ("18446744073709551616", "18446744073709551616"),
        ('"0.1"', "0.1"),
    ],
)
def test_a_number_keeps_its_digits(text: str, number: Any) -> None:
    """0.1 is no binary fraction, and the wire has no integer above 64 bits: digits, then."""
    assert from_json("number", loads(text)) == number
    assert unpack(pack(from_json("number", loads(text)))) == number


@pytest.mark.parametrize("write", [pack], ids=["wire"])
def test_what_is_no_value_is_a_surprise(write: Callable[[Any], bytes]) -> None:
    with pytest.raises(TypeError, match="no value of terraform"):
        write({"a": object()})


def test_a_state_of_another_shape_is_brought_into_this_one() -> None:
    type_: Type = ["object", {"kept": "string", "new": "bool"}]
    assert from_json(type_, {"kept": "x", "gone": 1}) == {"kept": "x", "new": None}
