"""Runs one terraform process: bounded in time, stopped gently, its output read line by line.

terraform takes SIGINT and SIGTERM alike: the first one makes it finish what it is at, persist the
state and free the lock; a second one makes it leave at once. So it runs in a process group of its
own (a Ctrl-C in the terminal does not reach it), gets exactly one SIGINT from here, alone (its
providers ignore SIGINT but not SIGTERM), and is waited for. Only after `GRACE` is the group killed.
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
from typing import IO

from errors import GroundplanError
from terraform.diagnostics import Interrupted, TimedOut

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

    Raises TimedOut, Interrupted, or GroundplanError when the program can't be started.
    """
    if limits.stop.is_set():
        raise Interrupted(tuple(command))
    process = _start([program, *command], folder, environment)
    finished = Finished(0)
    readers = [
        _reader(process.stdout, finished.stdout, on_line),
        _reader(process.stderr, finished.stderr, None),
    ]
    reason = _wait(process, limits)
    for reader in readers:
        reader.join()
    finished.returncode = process.returncode
    if reason == "stop":
        raise Interrupted(tuple(command))
    if reason == "time":
        raise TimedOut(tuple(command), limits.seconds)
    return finished


def _start(
    arguments: list[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            arguments,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            process_group=0,
        )
    except FileNotFoundError as error:
        missing = error.filename or arguments[0]
        raise GroundplanError(
            f"{missing} is missing: install terraform 1.11 or newer "
            "(https://developer.hashicorp.com/terraform/install)."
        ) from None


def _reader(
    stream: IO[str] | None, lines: list[str], on_line: Callable[[str], None] | None
) -> threading.Thread:
    def read() -> None:
        if stream is None:
            return
        with stream:
            for line in stream:
                lines.append(line)
                if on_line:
                    on_line(line)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def _wait(process: subprocess.Popen[str], limits: Limits) -> str:
    """Waits for the end; returns why it was asked to stop: `stop`, `time`, or nothing."""
    deadline = time.monotonic() + limits.seconds
    while process.poll() is None:
        if limits.stop.is_set():
            return _ask_to_stop(process, limits.grace, "stop")
        if time.monotonic() > deadline:
            return _ask_to_stop(process, limits.grace, "time")
        try:
            process.wait(POLL)
        except subprocess.TimeoutExpired:
            continue
    return ""


def _ask_to_stop(process: subprocess.Popen[str], grace: float, reason: str) -> str:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return reason
