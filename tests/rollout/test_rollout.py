"""Order, limits and isolation: which stack's turn comes when, and what a failure stops."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from errors import GroundplanError
from rollout import Event, Outcome, Result, Rollout, Stack, Synthesized, schedule
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
    """Each waits in its apply until the other's has begun: alone, neither would come to an end."""
    ready.knows("a apply", meets="b-apply")
    ready.knows("b apply", meets="a-apply")
    results = rollout(ready, tmp_path, limit=2).deploy(all_of(synthesized(a=[], b=[])))
    assert outcomes(results) == {"a": "changed", "b": "changed"}


@pytest.mark.parametrize("limit", [1, 2, 3], ids=str)
def test_no_more_than_the_limit_run_at_once(synthesized: Make, limit: int) -> None:
    stacks = all_of(synthesized(a=[], b=[], c=[], d=[]))
    running, most = 0, 0
    lock = threading.Lock()

    def work(stack: Stack) -> Result:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.1)
        with lock:
            running -= 1
        return Result(stack, Outcome.CHANGED)

    schedule.run(stacks, work, limit=limit, stop=threading.Event())
    assert most == limit


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


def test_the_order_holds_through_stacks_that_are_left_out(synthesized: Make) -> None:
    a, _, c = all_of(synthesized(a=[], b=["a"], c=["b"]))
    seen: list[str] = []

    def work(stack: Stack) -> Result:
        time.sleep(0.1 if stack is a else 0)
        seen.append(stack.id)
        return Result(stack, Outcome.CHANGED)

    schedule.run([a, c], work, limit=2, stop=threading.Event())
    assert seen == ["a", "c"]


def test_a_watcher_that_fails_stops_nothing(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    """A terminal that was closed must not kill terraform in the middle of an apply."""
    made = {
        "type": "apply_complete",
        "hook": {"action": "create", "resource": {"addr": "a.b"}},
    }
    ready.knows("apply", stdout=[made] * 5000)  # more than a pipe holds

    class Gone:
        def notice(self, event: Event) -> None:
            raise BrokenPipeError

    results = rollout(ready, tmp_path, observer=Gone()).deploy(all_of(synthesized(a=[], b=["a"])))
    assert outcomes(results) == {"a": "changed", "b": "changed"}


def test_what_nobody_expected_stops_one_stack_only(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    ready.knows("a output", stdout=["no JSON"])
    results = rollout(ready, tmp_path).deploy(all_of(synthesized(a=[], b=["a"], c=[])))
    assert outcomes(results) == {"a": "failed", "b": "blocked", "c": "changed"}
    assert isinstance(results[0].surprise, ValueError)


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


@pytest.mark.parametrize(
    ("traversal", "outcome"),
    [
        ("data.terraform_remote_state.a-state.outputs", "waits"),
        ("aws_vpc.network", "failed"),
    ],
    ids=["of a state", "of a resource"],
)
def test_what_is_not_given_yet_is_waited_for(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path, traversal: str, outcome: str
) -> None:
    """A new output of `a` that `b` reads: only the deploy of `a` makes it."""
    missing = {
        "type": "diagnostic",
        "diagnostic": {
            "severity": "error",
            "summary": "Unsupported attribute",
            "detail": 'This object does not have an attribute named "b".',
            "snippet": {"values": [{"traversal": traversal, "statement": "is object"}]},
        },
    }
    ready.knows("b plan", stdout=[missing], code=1)
    results = rollout(ready, tmp_path).plan(all_of(synthesized(a=[], b=["a"])))
    assert outcomes(results) == {"a": "pending", "b": outcome}


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


@pytest.mark.parametrize(
    ("file", "edit", "message"),
    [
        ("groundplan.json", ('"version": 3', '"version": 4'), "has version 4"),
        ("groundplan.json", ('"stage"', '"stages"'), "synthesize again"),
        ("manifest.json", ('"stacks/a"', "7"), "synthesize again"),
        ("manifest.json", ('{"a"', '{"z"'), "synthesize again"),
        ("manifest.json", ('["a"]', '["gone"]'), "b depends on gone, which was not synthesized"),
    ],
    ids=["version", "field", "type", "stacks differ", "dependency"],
)
def test_what_does_not_fit_together_is_refused(
    synthesized: Make, tmp_path: Path, file: str, edit: tuple[str, str], message: str
) -> None:
    synthesized(a=[], b=["a"])
    path = tmp_path / "cdktf.out" / file
    assert edit[0] in path.read_text()
    path.write_text(path.read_text().replace(*edit))
    with pytest.raises(GroundplanError, match=message):
        Synthesized.read(tmp_path / "cdktf.out")


def test_what_no_synth_of_ours_wrote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GroundplanError, match="synthesize again"):
        Synthesized.read(tmp_path)


def test_results_keep_the_order_of_the_stacks(
    synthesized: Make, ready: FakeTerraform, tmp_path: Path
) -> None:
    ready.knows("a apply", seconds=0.5)  # so that b ends first
    results = rollout(ready, tmp_path, limit=4).deploy(all_of(synthesized(a=[], b=[])))
    assert [result.stack.id for result in results] == ["a", "b"]
