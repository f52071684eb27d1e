"""Being stopped: by Ctrl-C, by a closed terminal, in the middle of a question."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cli.rollouts import stopping
from tests.conftest import ROOT

ASKS = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches it
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from cli.consent import consent
from cli.progress import progress
from cli.rollouts import stopping
from rollout import Stack
from terraform import Changes
stack = Stack("a", "one", "a", Path(), ())
with progress([stack]) as view, stopping() as stop, ThreadPoolExecutor(1) as pool:
    ask = consent(False, view, stop)
    print("ANSWER", pool.submit(ask.allows, stack, Changes(add=1)).result(), stop.is_set())
"""


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
def test_signals_set_the_event_and_nothing_else(one: signal.Signals) -> None:
    before = signal.getsignal(one)
    with stopping() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), one)
        assert stop.wait(5)
        os.kill(os.getpid(), one)
    assert signal.getsignal(one) == before


def test_nohup_is_respected() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0.1)
            assert not stop.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


@dataclass
class Terminal:
    """A program with a terminal of its own."""

    process: subprocess.Popen[bytes]
    controller: int
    seen: str = ""

    def until(self, text: str) -> None:
        """Waits until the program has said something."""
        end = time.monotonic() + 30
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.controller], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.controller, 4096).decode()
                except OSError:  # the program has ended
                    assert text in self.seen, self.seen

    def type(self, text: str) -> None:
        """Types."""
        os.write(self.controller, text.encode())


@pytest.fixture
def asked() -> Iterator[Terminal]:
    """A program that has just asked whether to apply a plan."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ASKS],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=ROOT,
        start_new_session=True,
    )
    os.close(terminal)
    program = Terminal(process, controller)
    try:
        program.until("[y/N]")
        # What is typed before it listens is thrown away.
        time.sleep(0.5)
        yield program
    finally:
        process.kill()
        process.wait()
        os.close(controller)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("y\n", "ANSWER True False"),
        ("Yes\n", "ANSWER True False"),
        ("\n", "ANSWER False False"),
        ("no\n", "ANSWER False False"),
        ("\x04", "ANSWER False False"),
        ("\x03", "ANSWER False True"),
    ],
    ids=["y", "yes", "nothing", "no", "end of input", "Ctrl-C"],
)
def test_a_question_is_answered_or_interrupted(asked: Terminal, typed: str, answer: str) -> None:
    asked.type(typed)
    asked.until(answer)
