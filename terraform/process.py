"""Runs one terraform process: bounded in time, stopped gently, its output read line by line.

terraform takes SIGINT and SIGTERM alike: the first one makes it finish what it is at, persist the
state and free the lock; a second one makes it leave at once. So it runs in a process group of its
own (a Ctrl-C in the terminal does not reach it), gets exactly one SIGINT from here, alone (its
providers ignore SIGINT but not SIGTERM), and is waited for. Only after `GRACE` is the group killed.

Its output goes through `spool.py`, not through a pipe: if this process is killed, terraform would
die of the broken pipe in the middle of an apply, without writing down what it has made. So it comes
to its own end, with its state written and its lock freed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from errors import GroundplanError
from terraform.diagnostics import Interrupted, TimedOut
from terraform.spool import Spool

GRACE = 300.0
"""Seconds between the SIGINT and the end of patience: a cloud call may take minutes to return."""
POLL = 0.1


@dataclass
class Finished:
    """A process that has ended."""

    returncode: int
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    """How long a command may take, and who may stop it."""

    seconds: float
    stop: threading.Event
    """Set: no command starts, and a running one is asked to stop."""
    grace: float = GRACE


def run(
    program: str,
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    on_line: Callable[[str], None] | None = None,
) -> Finished:
    """Runs `program command…` in `folder`.

    Raises TimedOut, Interrupted, or GroundplanError when the program can't be started; what
    `on_line` raises, when the program has ended.
    """
    if limits.stop.is_set():
        raise Interrupted(tuple(command))
    with Spool(on_line) as stdout, Spool() as stderr:
        process = _start([program, *command], folder, environment, (stdout, stderr))
        try:
            reason = _wait(process, limits, stdout)
        except BaseException:
            # A Ctrl-C that nobody turned into `stop`: terraform must not be left behind running.
            _ask_to_stop(process, limits.grace, stdout)
            raise
        stdout.finish()
        stderr.finish()
    if reason == "stop":
        raise Interrupted(tuple(command))
    if reason == "time":
        raise TimedOut(tuple(command), limits.seconds)
    if stdout.trouble:
        raise stdout.trouble
    return Finished(process.returncode, stdout.lines, stderr.lines)


def _start(
    arguments: list[str],
    folder: Path,
    environment: Mapping[str, str],
    output: tuple[Spool, Spool],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            arguments,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output[0].fileno(),
            stderr=output[1].fileno(),
            process_group=0,
        )
    except FileNotFoundError as error:
        missing = error.filename or arguments[0]
        raise GroundplanError(
            f"{missing} is missing: install terraform 1.11 or newer "
            "(https://developer.hashicorp.com/terraform/install)."
        ) from None


def _wait(process: subprocess.Popen[bytes], limits: Limits, output: Spool) -> str:
    """Waits for the end; returns why it was asked to stop: `stop`, `time`, or nothing."""
    deadline = time.monotonic() + limits.seconds
    while not _ended(process, output):
        if limits.stop.is_set():
            _ask_to_stop(process, limits.grace, output)
            return "stop"
        if time.monotonic() > deadline:
            _ask_to_stop(process, limits.grace, output)
            return "time"
    return ""


def _ask_to_stop(process: subprocess.Popen[bytes], grace: float, output: Spool) -> None:
    process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + grace
    while not _ended(process, output):
        if time.monotonic() > deadline:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _ended(process: subprocess.Popen[bytes], output: Spool) -> bool:
    """Whether it has ended within `POLL`; passes on what it has said meanwhile."""
    try:
        process.wait(POLL)
    except subprocess.TimeoutExpired:
        output.read()
        return False
    return True
