"""No user text becomes a Terraform expression: the real terraform is asked."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from constructs.shared.text import literal

from tests.real_terraform import terraform

ALPHABET = "$%{a\r"
LONGEST = 6


def test_every_short_text_comes_back_as_it_went_in(tmp_path: Path) -> None:
    """All 19,531 texts of the characters that mean something to a template, up to six of them."""
    texts = [
        "".join(letters) + "}"
        for length in range(LONGEST + 1)
        for letters in itertools.product(ALPHABET, repeat=length)
    ]
    configuration = {
        "locals": {"texts": [literal(text) for text in texts]},
        "output": {"texts": {"value": "${local.texts}"}},
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(configuration))
    for command in (["init"], ["apply", "-auto-approve"]):
        terraform(tmp_path, *command)
    assert json.loads(terraform(tmp_path, "output", "-json", "texts")) == texts


def test_maps_are_escaped_whole() -> None:
    assert literal({"${a}": "%{b}"}) == {"$${a}": "%%{b}"}
