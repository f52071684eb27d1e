"""Programs run in a process of their own: a process has one jsii kernel for good."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Run(Protocol):
    """Runs Python code in the project's folder; keywords are environment variables."""

    def __call__(self, code: str, **environment: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that lasts as long as the tests: the first to use it fills it."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(cache_home: Path, tmp_path: Path) -> Run:
    """See Run. `OUT` names a folder of the test's own."""

    def call(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"XDG_CACHE_HOME": str(cache_home), "OUT": str(tmp_path / "out")}
        return subprocess.run(
            [sys.executable, "-c", code],
            check=False,
            cwd=ROOT,
            env={**clean_environment(), **own, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return call


def clean_environment() -> dict[str, str]:
    """The environment without what would steer the bindings, Node or cdktf."""
    steering = ("CDKTF_", "GROUNDPLAN_", "JSII_", "NODE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(steering)}
