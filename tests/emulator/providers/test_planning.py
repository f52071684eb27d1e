"""Plans and computed values, over objects of every form that a schema can have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.providers.computed import Maker
from emulator.providers.planning import plan
from emulator.providers.schema import Attribute, Block, Nested, Object
from emulator.providers.sensitive import with_sensitive, without_sensitive
from emulator.providers.shapes.table import PLAIN, Shapes
from emulator.providers.values import UNKNOWN, has_unknown, objects
from tests.emulator.providers.test_values import values

NAMES = ["id", "name", "endpoint_url", "ca_certificate", "settings", "labels"]
TYPES: list[Any] = ["string", "bool", "number", ["list", "string"], ["map", "string"]]
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MODES = ["single", "list", "set", "map"]


@st.composite
def attributes(draw: st.DrawFn, name: str, depth: int) -> Attribute:
    nested = None
    if depth and draw(st.booleans()):
        nested = Nested(draw(st.sampled_from(MODES)), draw(schemas(depth - 1, blocks=False)))
    how = draw(st.sampled_from(["required", "optional", "computed", "both", "write_only"]))
    return Attribute(
        name,
        nested.type if nested else draw(st.sampled_from(TYPES)),
        nested,
        required=how == "required",
        optional=how in {"optional", "both", "write_only"},
        computed=how in {"computed", "both"},
        sensitive=draw(st.booleans()),
        write_only=how == "write_only",
        deprecated=False,
    )


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2, blocks: bool = True) -> Object:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=3))
    fields = {name: draw(attributes(name, depth)) for name in names}
    if not depth or not blocks or not draw(st.booleans()):
        return Object(fields, {})
    inside = Nested(draw(st.sampled_from([*MODES, "group"])), draw(schemas(depth - 1)))
    return Object(fields, {"block": Block("block", inside, 0, 0)})


@st.composite
def configured(draw: st.DrawFn, *, unknown: bool = False) -> tuple[Object, Any]:
    """A schema and a configuration of it; before apply, terraform may not know all of it."""
    schema = draw(schemas())
    return schema, draw(configurations(schema, unknown))


@st.composite
def configurations(draw: st.DrawFn, schema: Object, unknown: bool) -> Any:
    value: dict[str, Any] = {}
    for name, one in schema.attributes.items():
        if one.read_only:
            value[name] = None
        elif one.nested:
            value[name] = draw(st.none() | inside(one.nested, unknown))
        else:
            value[name] = draw(values(one.type, unknown))
    for name, block in schema.blocks.items():
        value[name] = draw(inside(block.nested, unknown))
    return value


def inside(nested: Nested, unknown: bool) -> st.SearchStrategy[Any]:
    one = configurations(nested.object, unknown)
    if nested.mode in {"single", "group"}:
        return one
    if nested.mode == "map":
        return st.dictionaries(st.sampled_from("ab"), one, max_size=2)
    return st.lists(one, max_size=2)


def created(schema: Object, config: Any, shapes: Shapes = PLAIN) -> Any:
    """terraform proposes the configuration itself for what does not exist yet."""
    return plan("type", schema, prior=None, config=config, proposed=config, shapes=shapes).value


def pairs(schema: Object, config: Any, planned: Any) -> Iterator[tuple[Attribute, Any, Any]]:
    """Every attribute, at every depth, with its configured and its planned value."""
    for name, one in schema.attributes.items():
        yield one, config[name], planned[name]
        if one.nested and config[name] is not None and planned[name] is not None:
            yield from nested_pairs(one.nested, config[name], planned[name])
    for name, block in schema.blocks.items():
        yield from nested_pairs(block.nested, config[name], planned[name])


def nested_pairs(nested: Nested, config: Any, planned: Any) -> Iterator[tuple[Attribute, Any, Any]]:
    now = dict(objects(nested, planned))
    for key, one in objects(nested, config):
        if one is not None:
            yield from pairs(nested.object, one, now[key])


@unhurried
@given(configured(unknown=True))
def test_a_plan_keeps_what_is_configured_and_marks_what_is_computed(one: Any) -> None:
    schema, config = one
    for attribute, given_, planned in pairs(schema, config, created(schema, config)):
        if attribute.write_only:
            assert planned is None
        elif given_ is None:
            assert planned == (UNKNOWN if attribute.computed else None)
        elif not attribute.nested:
            assert planned == given_


@unhurried
@given(configured())
def test_after_apply_all_is_known_and_what_was_known_is_unchanged(one: Any) -> None:
    schema, config = one
    planned = created(schema, config)
    made = Maker("type", schema, PLAIN).filled(planned)
    assert not has_unknown(made)
    for attribute, before, after in pairs(schema, planned, made):
        if not attribute.nested and not has_unknown(before):
            assert after == before


@unhurried
@given(configured())
def test_the_same_plan_gets_the_same_values(one: Any) -> None:
    schema, config = one
    planned = created(schema, config)
    first, second = (Maker("type", schema, PLAIN).filled(planned) for _ in range(2))
    assert first == second


@unhurried
@given(configured())
def test_nothing_changes_when_nothing_has_changed(one: Any) -> None:
    """terraform then proposes the prior object, with the write-only values in it again."""
    schema, config = one
    made = Maker("type", schema, PLAIN).filled(created(schema, config))
    again = plan("type", schema, prior=made, config=config, proposed=made, shapes=PLAIN)
    assert (again.value, again.replacing) == (made, [])


@unhurried
@given(configured())
def test_what_is_recorded_holds_no_secret_and_is_made_whole_again(one: Any) -> None:
    schema, config = one
    made = Maker("type", schema, PLAIN).filled(created(schema, config))
    recorded = without_sensitive(schema, made)
    for attribute, _, kept in pairs(schema, made, recorded):
        assert kept is None or not (attribute.sensitive or attribute.write_only)
    assert with_sensitive(schema, recorded, made) == made


def simple(name: str, *, type_: Any = "string", **flags: bool) -> Attribute:
    every = ("required", "optional", "computed", "sensitive", "write_only", "deprecated")
    return Attribute(name, type_, None, **{flag: flags.get(flag, False) for flag in every})


SERVER = Object(
    {
        "id": simple("id", computed=True, optional=True),
        "name": simple("name", required=True),
        "size": simple("size", optional=True),
        "revision": simple("revision", computed=True, type_="number"),
        "password": simple("password", optional=True, sensitive=True),
    },
    {},
)
RULES = Shapes(
    replaced_by={"*": ("name",)},
    changing={"*": ("revision",)},
    defaults={"*": {"id": "fixed"}},
    computed={"*": {"revision": lambda facts: (facts.prior or {}).get("revision", 0) + 1}},
)


def test_the_tables_decide_what_replaces_what_is_made_anew_and_what_is_known() -> None:
    config = {"id": None, "name": "a", "size": None, "revision": None, "password": None}
    planned = created(SERVER, config, RULES)
    assert (planned["id"], planned["revision"]) == ("fixed", UNKNOWN)
    first = Maker("type", SERVER, RULES).filled(planned)
    changed = first | {"size": "big"}
    wanted = config | {"size": "big"}
    second = plan("type", SERVER, prior=first, config=wanted, proposed=changed, shapes=RULES)
    assert (second.value, second.replacing) == (changed | {"revision": UNKNOWN}, [])
    assert Maker("type", SERVER, RULES, prior=first).filled(second.value)["revision"] == 2
    renamed = plan(
        "type",
        SERVER,
        prior=first,
        config=config | {"name": "b"},
        proposed=first | {"name": "b"},
        shapes=RULES,
    )
    assert renamed.replacing == ["name"]


def test_a_secret_does_not_show_in_what_is_made_of_an_object() -> None:
    """Else ids would change with a password, and be a hash of it."""
    planned = {"id": UNKNOWN, "name": "a", "size": None, "revision": 1, "password": "one"}
    other = planned | {"password": "two"}
    first, second = (Maker("type", SERVER, PLAIN).filled(one) for one in (planned, other))
    assert first["id"] == second["id"]
