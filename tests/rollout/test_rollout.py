"""Order, limits and isolation: which stack's turn comes when, and what a failure stops."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from errors import GroundplanError
from rollout import Event, Rollout, Stack, Synthesized
from rollout.events import Step
from terraform import Changes
from tests.rollout.conftest import FakeTerraform, Make

SUMMARY = {"type": "change_summary", "changes": {"add": 1, "change": 0, "remove": 0, "import": 0}}
ERROR = {
    "type": "diagnostic",
    "diagnostic": {"severity": "error", "summary": "Quota exceeded", "detail": "Ask for more."},
}


class Log:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def notice(self, event: Event) -> None:
        self.events.append(event)

    def steps(self, step: Step) -> list[str]:
        return [event.stack for event in self.events if event.step == step]


class No:
    """Refuses everything."""

    def allows(self, stack: Stack, changes: Changes) -> bool:
        return False


@pytest.fixture
def ready(fake: FakeTerraform) -> FakeTerraform:
    """A terraform with changes to make."""
    fake.knows("init")
    fake.knows("plan", stdout=[SUMMARY], code=2)
    fake.knows("apply")
    fake.knows("output", stdout=['{"id": {"value": "x", "sensitive": false}}'])
    return fake


def rollout(fake: FakeTerraform, tmp_path: Path, **more: Any) -> Rollout:
    return Rollout(home=tmp_path / "home", environment=fake.environment, **more)


def outcomes(results: Any) -> dict[str, str]:
    return {result.stack.id: str(result.outcome) for result in results}


def all_of(synthesized: Synthesized) -> list[Stack]:
    return synthesized.select((), ())


def test_dependencies_come_first(synthesized: Make, ready: FakeTerraform, tmp_path: Path) -> None:
    stacks = all_of(synthesized(c=["b"], b=["a"], a=[]))
    results = rollout(ready, tmp_path).deploy(stacks)
    assert outcomes(results) == dict.fromkeys("abc", "changed")
    applied = [one["folder"] for one in ready.calls if one["arguments"][0] == "apply"]
    assert applied == ["a", "b", "c"]


def test_independent_stacks_run_side_by_side(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    """Each waits in its plan until the other has begun: alone, neither would end in time."""
    ready.knows("apply", seconds=0.6)
    stacks = all_of(synthesized(a=[], b=[]))
    began = time.monotonic()
    rollout(ready, tmp_path, limit=2).deploy(stacks)
    both = [one["folder"] for one in ready.calls if one["arguments"][0] == "apply"]
    assert sorted(both) == ["a", "b"]
    assert ready.started("a") and ready.started("b")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("limit", [1, 2, 3], ids=str)
def test_no_more_than_the_limit_run_at_once(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path, limit: int
) -> None:
    stacks = all_of(synthesized(a=[], b=[], c=[], d=[]))
    running, most = set(), []
    lock = threading.Lock()

    class Count:
        def notice(self, event: Event) -> None:
            with lock:
                if event.step == Step.STARTING:
                    running.add(event.stack)
                    most.append(len(running))
                elif event.step == Step.ENDED:
                    running.discard(event.stack)

    rollout(ready, tmp_path, limit=limit, observer=Count()).deploy(stacks)
    assert max(most) <= limit + 1  # one may have begun before the end of another was told


def test_a_failure_stops_its_dependents_only(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    ready.knows("b plan", stdout=[ERROR], code=1)
    stacks = all_of(synthesized(a=[], b=["a"], c=["b"], d=["a"]))
    results = rollout(ready, tmp_path).deploy(stacks)
    assert outcomes(results) == {"a": "changed", "b": "failed", "c": "blocked", "d": "changed"}
    by_id = {result.stack.id: result for result in results}
    assert by_id["b"].reason == "Quota exceeded"
    assert by_id["b"].diagnostics[0].detail == "Ask for more."
    assert by_id["c"].reason == "Blocked: b failed."


def test_unchanged_is_a_quiet_success(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    ready.knows("plan", code=0)
    results = rollout(ready, tmp_path).deploy(all_of(synthesized(a=[])))
    assert outcomes(results) == {"a": "unchanged"}
    assert not [one for one in ready.calls if one["arguments"][0] == "apply"]
    assert results[0].outputs["id"].value == "x"


def test_what_is_declined_is_not_applied(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    stacks = all_of(synthesized(a=[], b=["a"]))
    results = rollout(ready, tmp_path, consent=No()).deploy(stacks)
    assert outcomes(results) == {"a": "declined", "b": "blocked"}
    assert not [one for one in ready.calls if one["arguments"][0] == "apply"]


def test_the_applied_plan_is_the_one_that_was_made(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    rollout(ready, tmp_path).deploy(all_of(synthesized(a=[])))
    (planned,) = (one["arguments"] for one in ready.calls if one["arguments"][0] == "plan")
    (applied,) = (one["arguments"] for one in ready.calls if one["arguments"][0] == "apply")
    (out,) = (one.removeprefix("-out=") for one in planned if one.startswith("-out="))
    assert applied[-1] == out
    assert not Path(out).exists(), "a plan may hold secrets: it is gone afterwards"


def test_destroying_goes_backwards(synthesized: Make, ready: FakeTerraform, tmp_path: Path) -> None:
    state = '{"resources": [{"mode": "managed", "type": "t", "name": "n"}]}'
    ready.knows("state", stdout=[state])
    stacks = all_of(synthesized(c=["b"], b=["a"], a=[]))
    results = rollout(ready, tmp_path).destroy(stacks)
    assert set(outcomes(results).values()) == {"destroyed"}
    applied = [one["folder"] for one in ready.calls if one["arguments"][0] == "apply"]
    assert applied == ["c", "b", "a"]
    plans = [one["arguments"] for one in ready.calls if one["arguments"][0] == "plan"]
    assert all("-destroy" in plan for plan in plans)


def test_what_failed_to_be_destroyed_keeps_what_it_stands_on(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    state = '{"resources": [{"mode": "managed", "type": "t", "name": "n"}]}'
    ready.knows("state", stdout=[state])
    ready.knows("b apply", stdout=[ERROR], code=1)
    results = rollout(ready, tmp_path).destroy(all_of(synthesized(b=["a"], a=[])))
    assert outcomes(results) == {"a": "blocked", "b": "failed"}


def test_nothing_is_destroyed_that_no_state_knows(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    ready.knows("state", stdout=[""])
    results = rollout(ready, tmp_path).destroy(all_of(synthesized(a=[])))
    assert outcomes(results) == {"a": "absent"}
    assert not [one for one in ready.calls if one["arguments"][0] in {"plan", "apply"}]


def test_an_unreadable_state_destroys_nothing(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    ready.knows("state", stderr=["access denied"], code=1)
    results = rollout(ready, tmp_path).destroy(all_of(synthesized(a=[])))
    assert outcomes(results) == {"a": "failed"}
    assert not [one for one in ready.calls if one["arguments"][0] in {"plan", "apply"}]


def test_after_a_stop_nothing_new_starts(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    stop = threading.Event()

    class StopAfterFirst:
        def notice(self, event: Event) -> None:
            if event.step == Step.ENDED:
                stop.set()

    stacks = all_of(synthesized(a=[], b=["a"]))
    results = rollout(ready, tmp_path, stop=stop, observer=StopAfterFirst()).deploy(stacks)
    assert outcomes(results) == {"a": "changed", "b": "stopped"}


def test_what_was_never_deployed_waits(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    missing = {
        "type": "diagnostic",
        "diagnostic": {"severity": "error", "summary": "Unable to find remote state"},
    }
    ready.knows("b plan", stdout=[missing], code=1)
    results = rollout(ready, tmp_path).plan(all_of(synthesized(a=[], b=["a"])))
    assert outcomes(results) == {"a": "pending", "b": "waits"}
    assert results[1].reason == "Waits for a to be deployed."


def test_planning_applies_nothing(synthesized: Make, ready: FakeTerraform, tmp_path: Path) -> None:
    rollout(ready, tmp_path).plan(all_of(synthesized(a=[])))
    assert {one["arguments"][0] for one in ready.calls} == {"init", "plan"}


# What a synth has written


def test_a_circle_is_named(synthesized: Make) -> None:
    with pytest.raises(GroundplanError, match="in a circle"):
        synthesized(a=["b"], b=["a"])


@pytest.mark.parametrize(
    ("infrastructures", "stages", "message"),
    [
        (["two"], [], "no infrastructure two; there is one"),
        ([], ["c"], "no stage c; there is a, b"),
    ],
    ids=["infrastructure", "stage"],
)
def test_unknown_names_are_refused(
    synthesized: Make, infrastructures: list[str], stages: list[str], message: str
) -> None:
    with pytest.raises(GroundplanError, match=message):
        synthesized(a=[], b=["a"]).select(infrastructures, stages)


def test_what_no_synth_of_ours_wrote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GroundplanError, match="synthesize again"):
        Synthesized.read(tmp_path)


def test_results_keep_the_order_of_the_stacks(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    ready.knows("a apply", seconds=0.5)  # so that b ends first
    results = rollout(ready, tmp_path, limit=4).deploy(all_of(synthesized(a=[], b=[])))
    assert [result.stack.id for result in results] == ["a", "b"]
