"""The command line as its users run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs main.py with arguments; keywords are environment variables."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"CDKTF_OUTDIR": str(tmp_path / "cdktf.out"), "XDG_STATE_HOME": str(tmp_path)}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("GROUNDPLAN_")}
        return subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            env={**inherited, **own, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=tmp_path,
        )

    return call
