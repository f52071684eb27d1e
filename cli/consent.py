"""Asks before a plan is applied, and before anything is destroyed."""

from __future__ import annotations

import select
import sys
import termios
import threading
from collections.abc import Mapping, Sequence

import click

from cli.progress import Progress
from errors import GroundplanError
from rollout import Consent, Stack, Yes
from terraform import Changes

POLL = 0.2
"""Seconds."""


class Ask:
    """Asks on the terminal, one stack at a time."""

    def __init__(self, progress: Progress, stop: threading.Event) -> None:
        self._progress = progress
        self._stop = stop
        self._lock = threading.Lock()

    def allows(self, stack: Stack, changes: Changes) -> bool:
        """Shows the plan's size and waits for an answer; no answer before a Ctrl-C is a no."""
        with self._lock, self._progress.paused():
            for address in changes.destroyed:
                click.echo(f"  destroys {address}", err=True)
            click.echo(f"Apply {changes} to {stack.id}? [y/N]: ", nl=False, err=True)
            return self._answer() in {"y", "yes"}

    def _answer(self) -> str:
        """A line from the terminal. It is read in a thread that Ctrl-C does not reach: so it polls.

        What was typed before the question was seen is no answer to it.
        """
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
        while not self._stop.is_set():
            ready, _, _ = select.select([sys.stdin], [], [], POLL)
            if ready:
                return sys.stdin.readline().strip().lower()
        return ""


def consent(yes: bool, progress: Progress, stop: threading.Event) -> Consent:
    """Who decides: the user beforehand (`--yes`), or on the terminal.

    Raises GroundplanError where nobody can be asked.
    """
    if yes:
        return Yes()
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise GroundplanError("Nobody can be asked here: add --yes to apply what is planned.")
    return Ask(progress, stop)


def confirm_destruction(
    infrastructures: Sequence[str], protection: Mapping[str, str], confirmed: Sequence[str]
) -> None:
    """Makes sure that each infrastructure may be destroyed.

    Raises GroundplanError for one that may never be, or whose name nobody typed.
    """
    never = [name for name in infrastructures if protection[name] == "never"]
    if never:
        raise GroundplanError(
            f"{', '.join(never)} is protected (`protection: {{destroy: never}}`): deploy it with "
            "`confirm` or `allow` first."
        )
    for name in infrastructures:
        if protection[name] == "confirm" and name not in confirmed and not _typed(name):
            raise GroundplanError(
                f"{name} is destroyed only when its name is typed: add --confirm {name}."
            )


def _typed(name: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    answer: str = click.prompt(f"Type the name to destroy {name}", err=True, default="")
    return answer == name
