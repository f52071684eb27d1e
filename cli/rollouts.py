"""`main.py plan`, `main.py deploy`, `main.py destroy`."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from cli import options, report
from cli.boundary import INTERRUPTED, KNOWN, surprised
from cli.consent import confirm_destruction, consent
from cli.progress import progress
from cli.synthesis import synthesize
from rollout import Outcome, Result, Rollout, Yes
from terraform import Terraform

HOME = Path(".groundplan") / "bootstrap"
"""In the repository: states that can't be in their bucket; see `rollout.workspace`."""
PENDING = 2


@click.command(
    epilog="""\b
Examples:
  main.py plan                              what a deploy would change
  main.py plan staging --detailed-exitcode  exit code 2 if that is anything
"""
)
@options.names
@options.repository
@options.stages
@options.output
@options.limit
@options.as_json
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 if changes are pending.")
def plan(
    names: tuple[str, ...],
    repository: Path,
    stages: tuple[str, ...],
    output: Path,
    limit: int,
    as_json: bool,
    detailed_exitcode: bool,
) -> int:
    """Compare what the manifests say with what is deployed. Changes nothing.

    A stack that reads from one that is not deployed yet can't be planned, and says so.
    """
    Terraform(Path()).version()
    synthesized = synthesize(repository, names, output)
    stacks = synthesized.select(names, stages)
    with progress(stacks) as view, stopping() as stop:
        rollout = Rollout(
            repository / HOME,
            limit,
            observer=view,
            consent=Yes(),
            stop=stop,
            clouds=synthesized.cloud,
        )
        results = rollout.plan(stacks)
    code = _ended(results, as_json, outputs=False)
    report.show_left_behind(synthesized, results)
    pending = any(one.outcome in {Outcome.PENDING, Outcome.PROVISIONAL} for one in results)
    return PENDING if not code and detailed_exitcode and pending else code


@click.command(
    epilog="""\b
Examples:
  main.py deploy staging              ask before each plan is applied
  main.py deploy --yes                all infrastructures, no questions
  main.py deploy staging --stage vpc  one stage of it
"""
)
@options.names
@options.repository
@options.stages
@options.output
@options.limit
@options.as_json
@click.option("--yes", "-y", is_flag=True, help="Apply what is planned without asking.")
def deploy(
    names: tuple[str, ...],
    repository: Path,
    stages: tuple[str, ...],
    output: Path,
    limit: int,
    as_json: bool,
    yes: bool,
) -> int:
    """Make everything as the manifests say, stack by stack.

    Each stack is planned when all it reads from is deployed; exactly that plan is then applied. A
    stack that fails stops what depends on it, and nothing else.
    """
    Terraform(Path()).version()
    synthesized = synthesize(repository, names, output)
    stacks = synthesized.select(names, stages)
    with progress(stacks) as view, stopping() as stop:
        rollout = Rollout(
            repository / HOME,
            limit,
            observer=view,
            consent=consent(yes, view, stop),
            stop=stop,
            clouds=synthesized.cloud,
        )
        results = rollout.deploy(stacks)
    code = _ended(results, as_json, outputs=True)
    report.show_left_behind(synthesized, results)
    return code


@click.command(
    epilog="""\b
Examples:
  main.py destroy staging                        ask for its name
  main.py destroy staging --confirm staging -y   no questions
"""
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@options.repository
@options.output
@options.limit
@options.as_json
@click.option("--confirm", "confirmed", multiple=True, metavar="NAME", help="The name, typed.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before each stack.")
def destroy(
    names: tuple[str, ...],
    repository: Path,
    output: Path,
    limit: int,
    as_json: bool,
    confirmed: tuple[str, ...],
    yes: bool,
) -> int:
    """Destroy whole infrastructures, in the reverse order; the state's storage goes last.

    `protection` in the manifest says whether that may be, and what must be typed before.
    """
    Terraform(Path()).version()
    synthesized = synthesize(repository, names, output)
    stacks = synthesized.select(names, ())
    confirm_destruction(names, synthesized.protection, confirmed)
    with progress(stacks) as view, stopping() as stop:
        rollout = Rollout(
            repository / HOME,
            limit,
            observer=view,
            consent=consent(yes, view, stop),
            stop=stop,
            clouds=synthesized.cloud,
        )
        results = rollout.destroy(stacks)
    return _ended(results, as_json, outputs=False)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM or a closed terminal sets: terraform is asked, once, to end.

    A second Ctrl-C changes nothing: terraform would lose its state by it.
    """
    stop = threading.Event()

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            return
        stop.set()
        # Not through sys.stderr: the main thread may be in the middle of writing to it.
        with suppress(OSError):
            os.write(2, b"Stopping: waiting for terraform to come to an end ...\n")

    before: dict[signal.Signals, Callable[..., object] | int | None] = {}
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup has said to ignore it.
        if signal.getsignal(one) != signal.SIG_IGN:
            before[one] = signal.signal(one, ask)
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _ended(results: Sequence[Result], as_json: bool, *, outputs: bool) -> int:
    if as_json:
        click.echo(report.as_json(results))
    else:
        report.show(results, outputs=outputs)
    surprises = [result.surprise for result in results if result.surprise]
    if surprises:
        return surprised(surprises[0])
    if any(result.outcome == Outcome.STOPPED for result in results):
        return INTERRUPTED
    return 0 if all(result.good for result in results) else KNOWN
