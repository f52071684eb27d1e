"""The processes of a laboratory: started, waited for, ended by their ids.

A second process, the keeper, ends them if this one is killed: see `keeper.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from errors import GroundplanError

LONGEST_START = 120.0  # seconds; a few are usual, the rest is for a busy machine
PAUSE = 0.05  # seconds between two looks
KEEPER = Path(__file__).parent / "keeper.py"


class Processes:
    """All processes of one laboratory; their logs are in `folder`, a file each."""

    def __init__(self, folder: Path, remove: Path) -> None:
        """`remove` is the folder that goes at the end."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._started: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), str(remove)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def start(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Starts a program and waits until `ready`.

        Raises GroundplanError with the end of its log if it ends, or is not ready in time.
        """
        log = self.folder / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                arguments,
                env=None if environment is None else dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                # Its own group: Ctrl-C does not reach it, and it can be ended with its children.
                start_new_session=True,
            )
        self._started.append((name, process))
        self._tell(str(process.pid))
        deadline = time.monotonic() + LONGEST_START
        while not ready():
            if process.poll() is not None:
                raise self._fault(f"{name} ended with exit code {process.returncode}", log)
            if time.monotonic() > deadline:
                raise self._fault(f"{name} was not ready after {LONGEST_START:.0f} seconds", log)
            time.sleep(PAUSE)

    def pids(self) -> dict[str, int]:
        """Name → process id of those that run."""
        return {name: one.pid for name, one in self._started if one.poll() is None}

    def end(self, *, keep: bool = False) -> None:
        """Kills all at once: nothing they hold is wanted. `keep` leaves the folder there."""
        for _, process in reversed(self._started):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for _, process in self._started:
            process.wait()
        if keep:
            self._tell("keep")
        if self._keeper.stdin:
            self._keeper.stdin.close()
        self._keeper.wait()

    def _tell(self, line: str) -> None:
        assert self._keeper.stdin
        self._keeper.stdin.write(f"{line}\n")
        self._keeper.stdin.flush()

    def _fault(self, what: str, log: Path) -> GroundplanError:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        return GroundplanError(f"{what}. Its log is {log}; it ends with:\n{last}")
