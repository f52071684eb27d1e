"""The end of a rollout in words: a summary, and why what failed did."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from cli.boundary import count
from cli.progress import duration
from rollout import Outcome, Result, Synthesized
from rollout.abandoned import left_behind
from rollout.results import failures
from terraform import Output

LONGEST_VALUE = 70
COLOURS = {
    Outcome.FAILED: "red",
    Outcome.BLOCKED: "yellow",
    Outcome.STOPPED: "yellow",
    Outcome.DECLINED: "yellow",
    Outcome.PENDING: "cyan",
    Outcome.CHANGED: "green",
    Outcome.DESTROYED: "green",
}


def as_json(results: Sequence[Result]) -> str:
    """The results for machines."""
    return json.dumps({"stacks": [_as_data(result) for result in results]}, indent=2)


def show(results: Sequence[Result], *, outputs: bool) -> None:
    """The results for people: a line a stack, the outputs, the reasons of failures."""
    width = max((len(result.stack.id) for result in results), default=0)
    for result in results:
        outcome = click.style(f"{result.outcome:<10}", fg=COLOURS.get(result.outcome))
        changes = str(result.changes) if result.changes else ""
        took = f"{duration(result.seconds):>12}"
        click.echo(f"{result.stack.id:<{width}}  {outcome} {took}  {changes}".rstrip())
    if outputs:
        for result in results:
            show_outputs(result.stack.id, result.outputs)
    for result in results:
        for note in result.notes:
            click.echo(f"{result.stack.id}: {note}")
    for result in failures(results):
        _show_failure(result)


def show_left_behind(synthesized: Synthesized, results: Sequence[Result]) -> None:
    """Warns of stages that are deployed and in no manifest now: nobody else would.

    Where a stack has failed the cloud may be out of reach, and there is enough to read.
    """
    if failures(results):
        return
    names = sorted({result.stack.infrastructure for result in results})
    for name, stages in left_behind(synthesized, names).items():
        click.secho(
            f"{name}: deployed, and no longer in the manifest: {', '.join(stages)}. Nothing was "
            "done to it. Put it back to change it, or to destroy it with the infrastructure.",
            fg="yellow",
            err=True,
        )


def show_outputs(stack: str, outputs: Mapping[str, Output]) -> None:
    """The outputs of one stack."""
    if not outputs:
        return
    click.echo(f"\n{click.style(stack, bold=True)}")
    width = max(len(name) for name in outputs)
    for name, output in outputs.items():
        click.echo(f"  {name:<{width}}  {shown(output)}")


def shown(output: Output) -> str:
    """An output's value on one line."""
    if output.sensitive:
        return "(sensitive)"
    text = output.value if isinstance(output.value, str) else json.dumps(output.value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def outputs_as_data(outputs: Mapping[str, Output]) -> dict[str, Any]:
    """Outputs for machines; sensitive ones are null."""
    return {name: output.value for name, output in outputs.items()}


def summary(results: Iterable[Result]) -> str:
    """`3 changed, 1 failed`."""
    counts: dict[str, int] = {}
    for result in results:
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    return ", ".join(f"{number} {outcome}" for outcome, number in counts.items())


def _show_failure(result: Result) -> None:
    click.echo(err=True)
    click.echo(f"{click.style(result.stack.id, bold=True)}: {result.outcome}", err=True)
    if not result.diagnostics:
        click.echo(f"  {result.reason}", err=True)
    for diagnostic in result.diagnostics:
        for line in str(diagnostic).splitlines():
            click.echo(f"  {line}", err=True)


def _as_data(result: Result) -> dict[str, Any]:
    return {
        "stack": result.stack.id,
        "infrastructure": result.stack.infrastructure,
        "stage": result.stack.stage,
        "outcome": str(result.outcome),
        "seconds": round(result.seconds, 1),
        "add": result.changes.add,
        "change": result.changes.change,
        "remove": result.changes.remove,
        "reason": result.reason,
        "notes": list(result.notes),
        "outputs": outputs_as_data(result.outputs),
    }


def how_many(stacks: Sequence[object]) -> str:
    """`4 stacks`."""
    return count(len(stacks), "stack")
