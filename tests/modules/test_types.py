"""Type expressions of Terraform, and which values fit them: the real terraform is asked."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from manifest.references import Reference, Text
from manifest.values import SecretReference
from modules.types import ANY, Type, misfits, parse
from tests.real_terraform import terraform

STRING, NUMBER, BOOL = Type("string"), Type("number"), Type("bool")
CASES = 1500

EXPRESSIONS = {
    None: ANY,
    "string": STRING,
    '"string"': STRING,
    "any": ANY,
    "list": Type("list", (ANY,)),
    "list(string)": Type("list", (STRING,)),
    "set( map( number ) )": Type("set", (Type("map", (NUMBER,)),)),
    "tuple([string, bool,])": Type("tuple", (STRING, BOOL)),
    "object({})": Type("object"),
    'object({ a = string, "b" : optional(number, 3)\n c = bool })': Type(
        "object", attributes={"a": (STRING, True), "b": (NUMBER, False), "c": (BOOL, True)}
    ),
    'object({a = optional(list(string), ["(", "]"]), b = optional(map(any), {x = {}})})': Type(
        "object",
        attributes={"a": (Type("list", (STRING,)), False), "b": (Type("map", (ANY,)), False)},
    ),
    "object({ # said in words\n a = string /* and } here */ })": Type(
        "object", attributes={"a": (STRING, True)}
    ),
    "strange(": ANY,
    "list(string": ANY,
    "": ANY,
    "list(" * 60 + "string" + ")" * 60: ANY,
}


@pytest.mark.parametrize(("expression", "type_"), EXPRESSIONS.items(), ids=str)
def test_expressions(expression: str | None, type_: Type) -> None:
    assert parse(expression) == type_


NETWORK = Reference("stages.vpc", "network_id")
SUBNETS = Reference("stages.vpc", "private_subnet_ids")
IDENTITIES = Reference("stages.kubernetes", "workload_identities")
OTHER = Reference("modules.media", "anything")


@pytest.mark.parametrize(
    ("value", "expression", "told"),
    [
        ("x", "number", [((), "must be a number.")]),
        (1, "bool", [((), "must be true or false.")]),
        (["a", 1, {}], "list(string)", [(("2",), "must be text.")]),
        ({"a": [1, "x"]}, "map(list(number))", [(("a", "1"), "must be a number.")]),
        ("x", "list(string)", [((), "must be a list.")]),
        (["x"], "map(string)", [((), "must be a map.")]),
        ([1], "tuple([number, string])", [((), "must have 2 items, and has 1.")]),
        ({}, "object({a = string, b = optional(string)})", [((), "lacks a.")]),
        (
            {"a": "x", "c": 1},
            "object({a = string, b = optional(string)})",
            [(("c",), "is not known; the module knows a, b.")],
        ),
        (None, "list(string)", []),
        (NETWORK, "string", []),
        (SUBNETS, "set(string)", []),
        (IDENTITIES, "map(string)", []),
        (OTHER, "list(string)", []),
        (
            SUBNETS,
            "string",
            [((), "is a list (stages.vpc.private_subnet_ids), and must be text.")],
        ),
        (
            {"a": [NETWORK]},
            "object({a = list(map(string))})",
            [(("a", "0"), "is text (stages.vpc.network_id), and must be a map.")],
        ),
        (
            IDENTITIES,
            "list(string)",
            [((), "is a map (stages.kubernetes.workload_identities), and must be a list.")],
        ),
        (Text(("a-", NETWORK)), "string", []),
        (Text(("a-", NETWORK)), "list(string)", [((), "is text, and must be a list.")]),
        (SecretReference(secret="a"), "map(string)", [((), "is text, and must be a map.")]),
    ],
)
def test_misfits_are_told_with_their_way(
    value: Any, expression: str, told: list[tuple[tuple[str, ...], str]]
) -> None:
    assert list(misfits(value, parse(expression))) == told


def a_type(dice: random.Random, depth: int = 0) -> str:
    kinds = ["string", "number", "bool"]
    if depth < 3:
        kinds += ["list", "set", "map", "tuple", "object", "object"]
    kind = dice.choice(kinds)
    if kind in {"list", "set", "map"}:
        return f"{kind}({a_type(dice, depth + 1)})"
    if kind == "tuple":
        items = (a_type(dice, depth + 1) for _ in range(dice.randrange(3)))
        return f"tuple([{', '.join(items)}])"
    if kind == "object":
        names = dice.sample(["a", "b", "c"], dice.randrange(1, 4))
        types = [a_type(dice, depth + 1) for _ in names]
        written = [f"optional({one})" if dice.random() < 0.3 else one for one in types]
        pairs = zip(names, written, strict=True)
        return f"object({{{', '.join(f'{name} = {one}' for name, one in pairs)}}})"
    return kind


def a_value(dice: random.Random, type_: Type) -> Any:
    """Mostly one that fits."""
    if dice.random() < 0.12:
        type_ = parse(a_type(dice, 2))
    if type_.kind == "string":
        return dice.choice(["", "x", "true", "12", "-1.5e3", "0x1", 3, 2.5, True, "é"])
    if type_.kind == "number":
        return dice.choice([0, -3, 2.5, "12", "-1.5", "1e3"])
    if type_.kind == "bool":
        return dice.choice([True, False, "true", "false"])
    if type_.kind in {"list", "set"}:
        return [a_value(dice, type_.items[0]) for _ in range(dice.randrange(3))]
    if type_.kind == "tuple":
        return [a_value(dice, one) for one in type_.items]
    if type_.kind == "map":
        return {key: a_value(dice, type_.items[0]) for key in dice.sample("xyz", dice.randrange(3))}
    return {
        name: a_value(dice, one)
        for name, (one, required) in type_.attributes.items()
        if required or dice.random() < 0.5
    }


def stray(value: Any, type_: Type) -> bool:
    """Whether something is told that Terraform would drop without a word."""
    return any("is not known" in message for _, message in misfits(value, type_))


@pytest.mark.terraform
def test_terraform_takes_what_fits_and_nothing_else(tmp_path: Path) -> None:
    """Each value is the default of a variable of its type; terraform tells those that misfit."""
    dice = random.Random(7)  # noqa: S311 - the same cases each time
    cases: dict[str, tuple[str, Any]] = {}
    while len(cases) < CASES:
        expression = a_type(dice)
        value = a_value(dice, parse(expression))
        if not stray(value, parse(expression)):
            cases[f"v{len(cases)}"] = expression, value
    text = "".join(
        f"variable {name} {{\n  type = {expression}\n  default = {json.dumps(value)}\n}}\n"
        for name, (expression, value) in cases.items()
    )
    (tmp_path / "main.tf").write_text(text)
    told = json.loads(terraform(tmp_path, "validate", "-json", check=False))
    lines = {one["range"]["start"]["line"] for one in told["diagnostics"]}
    refused = {f"v{(line - 1) // 4}" for line in lines}
    ours = {
        name
        for name, (expression, value) in cases.items()
        if list(misfits(value, parse(expression)))
    }
    assert len(refused) > CASES / 20, "hardly anything was refused: the test proves nothing"
    assert {one["summary"] for one in told["diagnostics"]} == {"Invalid default value for variable"}
    assert {name: cases[name] for name in refused ^ ours} == {}
