"""Synthesized stacks, and where their golden JSON is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation

from manifest import load_repository
from stacks import synth

ROOT = Path(__file__).resolve().parents[2]
ALTERNATIVES = Path(__file__).parent / "repository"
GOOGLE = Path(__file__).parent / "google"
Stack = dict[str, Any]
"""A stack's Terraform JSON."""


class GoldenJson(SingleFileSnapshotExtension):
    """`__snapshots__/test_stacks/test_stack[<stack>].json` at the root: reviews begin there."""

    file_extension = "json"
    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(ROOT / "__snapshots__" / test_location.basename)

    @classmethod
    def matches_test_location(
        cls, *, test_location: PyTestLocation, snapshot_location: str
    ) -> bool:
        # Syrupy looks for golden files beside the tests; ours stand at the root.
        return Path(snapshot_location).parent.name == test_location.basename

    def serialize(self, data: Any, **_: Any) -> str:
        return json.dumps(data, indent=2, sort_keys=True) + "\n"


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The golden JSON of a stack, to be compared with."""
    return snapshot.use_extension(GoldenJson)


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Every stack of the example and of the alternatives, by id: all of them on AWS."""
    found: dict[str, Stack] = {}
    for repository in (ROOT / "examples" / "acme", ALTERNATIVES):
        found.update(synthesize(repository, tmp_path_factory.mktemp("synth")))
    return found


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """The same of what is on Google Cloud."""
    found: dict[str, Stack] = {}
    for repository in (ROOT / "examples" / "acme-google", GOOGLE):
        found.update(synthesize(repository, tmp_path_factory.mktemp("google")))
    return found


def synthesize(repository: Path, outdir: Path) -> dict[str, Stack]:
    """Stack → its Terraform JSON, without what CDKTF notes about itself."""
    synth.synthesize(load_repository(repository), outdir)
    return {
        path.parent.name: without_metadata(json.loads(path.read_text()))
        for path in sorted(outdir.glob("stacks/*/cdk.tf.json"))
    }


def without_metadata(value: Any) -> Any:
    """The same without the `//` keys: versions of CDKTF, paths, overrides."""
    if isinstance(value, dict):
        return {key: without_metadata(item) for key, item in value.items() if key != "//"}
    if isinstance(value, list):
        return [without_metadata(item) for item in value]
    return value
