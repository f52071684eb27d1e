"""Stacks without CDKTF, and the fake terraform."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rollout import Synthesized
from tests.terraform.conftest import FakeTerraform, fake

__all__ = ["FakeTerraform", "fake"]

Make = Callable[..., Synthesized]


@pytest.fixture
def synthesized(tmp_path: Path) -> Make:
    """Writes an output folder: stack → the stacks it depends on."""

    def make(**stacks: list[str]) -> Synthesized:
        folder = tmp_path / "cdktf.out"
        for id_ in stacks:
            (folder / "stacks" / id_).mkdir(parents=True)
        theirs = {
            id_: {"dependencies": after, "workingDirectory": f"stacks/{id_}"}
            for id_, after in stacks.items()
        }
        ours: dict[str, Any] = {
            id_: {"infrastructure": "one", "stage": id_, "reads": {}, "bootstrap": None}
            for id_ in stacks
        }
        (folder / "manifest.json").write_text(json.dumps({"stacks": theirs}))
        content = {
            "version": 1,
            "infrastructures": {"one": {"protection": "allow"}},
            "stacks": ours,
        }
        (folder / "groundplan.json").write_text(json.dumps(content))
        return Synthesized.read(folder)

    return make
