"""The bucket that keeps its own state, with the real terraform; a folder stands for the bucket.

What only a real S3 backend shows (the bucket does not exist, is taken over) is in
`tests/deployment/test_bootstrap.py`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from rollout import Consent, Outcome, Result, Rollout, Stack, Synthesized, Yes
from rollout.abandoned import elsewhere
from terraform import Changes
from tests.rollout.conftest import PLACE, FakeCloud

needs_terraform = pytest.mark.skipif(not shutil.which("terraform"), reason="needs terraform")


class Place:
    """A synthesized infrastructure, the folder its states are in, and the home folder."""

    def __init__(self, root: Path) -> None:
        self.out = root / "cdktf.out"
        self.states = root / "bucket" / "state"
        self.home = Path(os.path.relpath(root / "home"))  # as with `--repository ../acme`
        self.local_state = root / "home" / "one-backend" / "terraform.tfstate"

    def synthesize(self, *stages: str, value: str = "old", **resources: list[str]) -> Synthesized:
        """Writes stacks; each has a `terraform_data.bucket`, or the resources given for it."""
        theirs: dict[str, Any] = {}
        ours: dict[str, Any] = {}
        for stage in stages:
            folder = self.out / "stacks" / f"one-{stage}"
            folder.mkdir(parents=True, exist_ok=True)
            names = resources.get(stage, ["bucket"])
            content = {
                "terraform": {"backend": {"local": {"path": f"{self.states}/{stage}.tfstate"}}},
                "resource": {"terraform_data": {name: {"input": value} for name in names}},
            }
            (folder / "cdk.tf.json").write_text(json.dumps(content))
            first = stage == "backend"
            theirs[f"one-{stage}"] = {
                "dependencies": [] if first else ["one-backend"],
                "workingDirectory": f"stacks/one-{stage}",
            }
            ours[f"one-{stage}"] = {
                "infrastructure": "one",
                "stage": stage,
                "reads": {},
                "secrets": {},
                "keycloak": None,
                "bootstrap": {"address": "terraform_data.bucket", "id": "b"} if first else None,
            }
        (self.out / "manifest.json").write_text(json.dumps({"stacks": theirs}))
        contract = {"version": 3, "stacks": ours, "neighbours": {}}
        contract["infrastructures"] = {"one": {"protection": "allow", "place": PLACE}}
        (self.out / "groundplan.json").write_text(json.dumps(contract))
        return Synthesized.read(self.out)

    def rollout(self, consent: Consent | None = None) -> Rollout:
        return Rollout(
            home=self.home,
            clouds=lambda infrastructure: FakeCloud(self.states),
            consent=consent or Yes(),
        )

    def known(self, stage: str) -> set[str]:
        """What a stage's state in the bucket knows."""
        state = json.loads((self.states / f"{stage}.tfstate").read_text())
        return {one["name"] for one in state["resources"]}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def outcomes(results: list[Result]) -> dict[str, str]:
    return {result.stack.stage: str(result.outcome) for result in results}


def all_of(synthesized: Synthesized) -> list[Stack]:
    return synthesized.select((), ())


@needs_terraform
def test_a_stage_that_left_the_manifest_keeps_the_bucket(place: Place) -> None:
    """Its state lies in the bucket: without it nobody would know what it has made."""
    deployed = place.rollout().deploy(all_of(place.synthesize("backend", "vpc")))
    assert outcomes(deployed) == {"backend": "changed", "vpc": "changed"}
    (result,) = place.rollout().destroy(all_of(place.synthesize("backend")))
    assert result.outcome == Outcome.FAILED
    assert "The stage vpc of one is still deployed (1 resources)" in result.reason
    assert (place.known("backend"), place.known("vpc")) == ({"bucket"}, {"bucket"})
    again = place.rollout().destroy(all_of(place.synthesize("backend", "vpc")))
    assert outcomes(again) == {"backend": "destroyed", "vpc": "destroyed"}


@needs_terraform
def test_a_state_that_cannot_be_read_keeps_the_bucket(place: Place) -> None:
    place.rollout().deploy(all_of(place.synthesize("backend")))
    (place.states / "vpc.tfstate").write_text("{")
    (result,) = place.rollout().destroy(all_of(place.synthesize("backend")))
    assert result.outcome == Outcome.FAILED
    assert place.known("backend") == {"bucket"}


@needs_terraform
def test_a_forgotten_copy_at_home_does_not_hide_what_exists(place: Place) -> None:
    """Left by a kill; others have gone on since, on another machine."""
    place.rollout().deploy(all_of(place.synthesize("backend")))
    copy = (place.states / "backend.tfstate").read_text()
    full = place.synthesize("backend", backend=["bucket", "key"])
    place.rollout().deploy(all_of(full))
    place.local_state.parent.mkdir(parents=True, exist_ok=True)
    place.local_state.write_text(copy)
    (result,) = place.rollout().destroy(all_of(full))
    assert (result.outcome, result.changes.remove) == (Outcome.DESTROYED, 2)
    assert not place.local_state.exists()


@needs_terraform
@pytest.mark.parametrize("work", ["deploy", "destroy"])
def test_two_states_that_contradict_are_both_kept(place: Place, work: str) -> None:
    synthesized = place.synthesize("backend")
    place.rollout().deploy(all_of(synthesized))
    state = json.loads((place.states / "backend.tfstate").read_text())
    state["resources"][0]["name"] = "other"
    place.local_state.parent.mkdir(parents=True, exist_ok=True)
    place.local_state.write_text(json.dumps(state))
    (result,) = getattr(place.rollout(), work)(all_of(synthesized))
    assert result.outcome == Outcome.FAILED
    assert "has two states" in result.reason and "terraform_data.other" in result.reason
    assert place.known("backend") == {"bucket"}
    assert json.loads(place.local_state.read_text()) == state


@needs_terraform
def test_an_interrupted_destroy_goes_on_from_home(place: Place) -> None:
    """The bucket is gone with the state in it; the rest failed, and is known at home only."""
    synthesized = place.synthesize("backend")
    place.rollout().deploy(all_of(synthesized))
    place.local_state.parent.mkdir(parents=True, exist_ok=True)
    (place.states / "backend.tfstate").rename(place.local_state)
    (result,) = place.rollout().destroy(all_of(synthesized))
    assert (result.outcome, result.changes.remove) == (Outcome.DESTROYED, 1)
    assert not place.local_state.exists()
    (again,) = place.rollout().destroy(all_of(synthesized))
    assert again.outcome == Outcome.ABSENT


@needs_terraform
def test_a_copy_at_home_that_was_cut_off_is_no_obstacle(place: Place) -> None:
    synthesized = place.synthesize("backend")
    place.rollout().deploy(all_of(synthesized))
    place.local_state.parent.mkdir(parents=True, exist_ok=True)
    place.local_state.write_text('{"version": 4, "ter')
    assert outcomes(place.rollout().deploy(all_of(synthesized))) == {"backend": "unchanged"}
    assert not place.local_state.exists()


@needs_terraform
def test_even_the_first_bucket_is_made_with_consent_only(place: Place) -> None:
    class No:
        def allows(self, stack: Stack, changes: Changes) -> bool:
            return False

    place.rollout().deploy(all_of(place.synthesize("backend")))
    place.local_state.parent.mkdir(parents=True, exist_ok=True)
    (place.states / "backend.tfstate").rename(place.local_state)
    before = place.local_state.read_text()
    (result,) = place.rollout(No()).deploy(all_of(place.synthesize("backend", value="new")))
    assert result.outcome == Outcome.DECLINED
    assert place.local_state.read_text() == before
    assert not (place.states / "backend.tfstate").exists()


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        (
            {"s3": {"bucket": "acme-backend", "key": "state/backend.tfstate"}},
            {"s3": {"bucket": "acme-backend", "key": "state/vpc.tfstate"}},
        ),
        (
            {"gcs": {"bucket": "b", "prefix": "backend/state/backend"}},
            {"gcs": {"bucket": "b", "prefix": "backend/state/vpc"}},
        ),
    ],
    ids=["s3", "gcs"],
)
def test_another_stages_state_lies_beside_this_ones(
    backend: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert elsewhere(backend, "backend", "vpc") == expected
