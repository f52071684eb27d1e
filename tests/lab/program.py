"""Runs a program to its end, and waits for what takes its time."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from errors import GroundplanError

LONGEST = 300.0  # seconds a program may run
T = TypeVar("T")


class ProgramError(GroundplanError):
    """A program failed; its message ends with what it said."""

    def __init__(self, command: Sequence[str], returncode: int, stderr: str) -> None:
        super().__init__(f"{' '.join(command[:4])} … failed ({returncode}):\n{stderr[-4_000:]}")
        self.returncode = returncode
        self.stderr = stderr


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    given: str | None = None,
) -> str:
    """What a program writes to standard output, `given` being its input. Raises ProgramError."""
    ended = subprocess.run(
        command,
        env=dict(environment),
        input=given if given is not None else "",
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if ended.returncode:
        raise ProgramError(command, ended.returncode, ended.stderr)
    return ended.stdout


def wait(look: Callable[[], T | None], what: str, within: float = 60.0) -> T:
    """What `look` finds, once it is neither None nor False. Raises GroundplanError with `what`."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise GroundplanError(f"{what}: not so after {within:.0f} seconds")
        time.sleep(0.2)
