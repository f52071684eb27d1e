"""Stacks without CDKTF, and the fake terraform."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from clouds import Entry, Secret
from errors import GroundplanError
from rollout import Synthesized
from tests.terraform.conftest import FakeTerraform, fake

__all__ = ["FakeTerraform", "fake"]

PLACE = {
    "provider": "aws",
    "region": "eu-central-1",
    "account": "111122223333",
    "bucket": "states",
    "state_prefix": "state/",
    "secret_prefix": "acme/one/",
}


class FakeCloud:
    """A cloud whose bucket is a folder, and whose secret store is a map: entry → value, or None."""

    def __init__(self, states: Path | None = None, **entries: str | None) -> None:
        self._states = states
        self.entries = dict(entries)
        self.written: list[str] = []

    def secret(self, entry: str) -> Secret | None:
        """The version is made of the value, as if each value were set once."""
        value = self.entries.get(entry)
        return None if value is None else Secret(value, f"{hash(value)}")

    def set_secret(self, entry: str, value: str) -> None:
        """Refuses an entry that terraform has not made."""
        if entry not in self.entries:
            raise GroundplanError(f"There is no entry {entry} yet.")
        self.entries[entry] = value
        self.written.append(entry)

    def secrets(self) -> list[Entry]:
        """All entries."""
        return [Entry(name, value is not None, None) for name, value in self.entries.items()]

    def import_id(self, kind: str, arguments: Mapping[str, Any]) -> str | None:
        """Knows resources of one kind."""
        return f"id of {arguments['name']}" if kind == "aws_kms_alias" else None

    def outputs(self, stage: str) -> dict[str, Any]:
        """Nobody asks in these tests."""
        raise NotImplementedError(stage)

    def stages(self) -> frozenset[str]:
        """The states in the folder."""
        found = self._states.glob("*.tfstate") if self._states else ()
        return frozenset(path.stem for path in found)


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
            id_: {
                "infrastructure": "one",
                "stage": id_,
                "reads": {},
                "secrets": {},
                "keycloak": None,
                "bootstrap": None,
            }
            for id_ in stacks
        }
        (folder / "manifest.json").write_text(json.dumps({"stacks": theirs}))
        content = {
            "version": 3,
            "neighbours": {},
            "infrastructures": {"one": {"protection": "allow", "place": PLACE}},
            "stacks": ours,
        }
        (folder / "groundplan.json").write_text(json.dumps(content))
        return Synthesized.read(folder)

    return make
