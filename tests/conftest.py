"""What all tests share: bindings that load fast, an emulated cloud, the example repository."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import bindings
from emulator import Emulator

# What these expect is shared by several modules; a failure shall say what was found instead.
pytest.register_assert_rewrite("tests.people", "tests.people_cases")

# Before any test module imports cdktf.
bindings.start()

# A job in the background ignores these, and so would every program that a test starts and stops.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def acme() -> Path:
    """The example repository."""
    return ROOT / "examples" / "acme"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Emulator]:
    """An emulated cloud, empty at the start of each test module."""
    with Emulator.start() as running:
        yield running
