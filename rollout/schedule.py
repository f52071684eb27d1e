"""Runs work on stacks in the order of their dependencies, independent ones side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from rollout.results import Outcome, Result
from rollout.synthesized import Stack

Work = Callable[[Stack], Result]


def run(
    stacks: Sequence[Stack],
    work: Work,
    *,
    limit: int,
    stop: threading.Event,
    backwards: bool = False,
    ended: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Does `work` on each stack; returns how each ended, in the order of `stacks`.

    A stack whose work ended badly blocks only what depends on it (backwards: what it depends on).
    After `stop` is set nothing new starts; what runs is waited for. At most `limit` run at once.
    `work` must not raise; `ended` is called in the calling thread.
    """
    before = _before(stacks, backwards)
    sorter = TopologicalSorter(before)
    sorter.prepare()
    by_id = {stack.id: stack for stack in stacks}
    results: dict[str, Result] = {}
    running: dict[Future[Result], str] = {}

    def end(result: Result) -> None:
        results[result.stack.id] = result
        sorter.done(result.stack.id)
        ended(result)

    with ThreadPoolExecutor(max_workers=limit) as pool:
        while sorter.is_active():
            for id_ in sorter.get_ready():
                obstacle = _obstacle(by_id[id_], before[id_], results, stop)
                if obstacle:
                    end(obstacle)
                else:
                    running[pool.submit(_unless_stopped, work, by_id[id_], stop)] = id_
            if running:
                done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    del running[future]
                    end(future.result())
    return [results[stack.id] for stack in stacks]


def _before(stacks: Sequence[Stack], backwards: bool) -> Mapping[str, set[str]]:
    """Stack → those of the given ones that must end before it."""
    ids = {stack.id for stack in stacks}
    # Through stacks that are not among the given ones, too.
    before = {stack.id: {*stack.dependencies, *stack.after} & ids for stack in stacks}
    if not backwards:
        return before
    return {
        id_: {other for other, dependencies in before.items() if id_ in dependencies} for id_ in ids
    }


def _obstacle(
    stack: Stack, before: set[str], results: Mapping[str, Result], stop: threading.Event
) -> Result | None:
    bad = sorted(id_ for id_ in before if not results[id_].good)
    if bad:
        ended = ", ".join(f"{id_} {results[id_].outcome}" for id_ in bad)
        return Result(stack, Outcome.BLOCKED, reason=f"Blocked: {ended}.")
    if stop.is_set():
        return Result(stack, Outcome.STOPPED, reason="Interrupted before it began.")
    return None


def _unless_stopped(work: Work, stack: Stack, stop: threading.Event) -> Result:
    if stop.is_set():
        return Result(stack, Outcome.STOPPED, reason="Interrupted before it began.")
    return work(stack)
