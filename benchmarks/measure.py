"""Runs a program and measures it: wall time, and the memory of all its processes together.

Caller: `benchmarks/run`. Time and memory are measured in runs of their own, since looking at
memory takes time. Memory is the sum of the peaks of all processes of the program's tree, as the
kernel keeps them (VmHWM): more than they ever held at one time, and pages that two processes share
count twice. Linux only.
"""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY = 0.01  # seconds
TIME_LIMIT = 900.0  # seconds


@dataclass(frozen=True)
class Program:
    """A program, possibly of several processes side by side, with its environment."""

    commands: Sequence[Sequence[str]]
    environments: Sequence[Mapping[str, str]]
    folder: Path

    def start(self) -> list[subprocess.Popen[bytes]]:
        """Starts all commands."""
        return [
            subprocess.Popen(
                command,
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for command, environment in zip(self.commands, self.environments, strict=True)
        ]


def seconds(program: Program, runs: int) -> list[float]:
    """The wall times of `runs` runs, in order. Raises RuntimeError if one fails."""
    return [_once(program) for _ in range(runs)]


def _once(program: Program) -> float:
    started = time.perf_counter()
    for process in program.start():
        _end(process)
    return time.perf_counter() - started


def megabytes(program: Program) -> float:
    """The memory of all of a program's processes: the sum of the most that each ever held."""
    most: dict[int, int] = {}
    processes = program.start()
    while any(process.poll() is None for process in processes):
        for pid in _tree([process.pid for process in processes]):
            most[pid] = max(most.get(pid, 0), _peak(pid))
        time.sleep(LOOK_EVERY)
    for process in processes:
        _end(process)
    return sum(most.values()) / 1024


def _end(process: subprocess.Popen[bytes]) -> None:
    output, _ = process.communicate(timeout=TIME_LIMIT)
    if process.returncode:
        raise RuntimeError(f"{process.args!r} failed:\n{output.decode(errors='replace')}")


def _tree(roots: Sequence[int]) -> list[int]:
    found = []
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
    return found


def _peak(pid: int) -> int:
    """The kernel's own high-water mark of a process's resident memory, in KB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
