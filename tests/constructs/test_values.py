"""What a user writes as values is what Helm gets: the real terraform is asked."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from manifest.references import Reference
from stacks.interpolation import interpolated
from tests.real_terraform import terraform

TREES = 1000
ALPHABET = "$%{}\\\"'`\n~#<>&. ab-:é"
DEEP, WIDE, LONG = 3, 3, 10


def never(reference: Reference) -> str:
    raise AssertionError(f"text became a reference: {reference.name}")


def tree(dice: random.Random, depth: int = 0) -> Any:
    """Anything that YAML can say."""
    kind = dice.choice(("text", "text", "text", "map", "map", "list", "plain"))
    if kind == "plain" or (depth == DEEP and kind != "text"):
        return dice.choice((None, True, False, 0, -7, 2**40, 1.5))
    if kind == "map":
        return {text(dice): tree(dice, depth + 1) for _ in range(dice.randint(0, WIDE))}
    if kind == "list":
        return [tree(dice, depth + 1) for _ in range(dice.randint(0, WIDE))]
    return text(dice)


def text(dice: random.Random) -> str:
    return "".join(dice.choice(ALPHABET) for _ in range(dice.randint(0, LONG)))


def test_values_reach_helm_as_they_were_written(tmp_path: Path) -> None:
    """Structure, types, nulls and every character, through locals and `jsonencode`, as releases
    send them."""
    dice = random.Random(4)  # noqa: S311
    trees = {f"tree-{number}": tree(dice) for number in range(TREES)}
    configuration = {
        "locals": {name: interpolated(value, never) for name, value in trees.items()},
        "output": {name: {"value": f"${{jsonencode(local.{name})}}"} for name in trees},
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(configuration))
    for command in (["init"], ["apply", "-auto-approve"]):
        terraform(tmp_path, *command)
    outputs = json.loads(terraform(tmp_path, "output", "-json"))
    assert {name: json.loads(one["value"]) for name, one in outputs.items()} == trees
