"""The command line on the emulated cloud, with the real terraform and the real provider."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from tests.conftest import ROOT
from tests.stacks import conftest as stacks_conftest

LONGEST = 540


@dataclass
class Project:
    """A copy of a repository, and the command line working on it."""

    repository: Path
    outdir: Path
    environment: dict[str, str]

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        ended = subprocess.run(
            self._command(*arguments),
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert not check or ended.returncode == 0, ended.stdout + ended.stderr
        return ended

    def json(self, *arguments: str) -> Any:
        """What a command answers for machines."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def outcomes(self, *arguments: str) -> dict[str, str]:
        """Stack → how its turn ended."""
        return {one["stack"]: one["outcome"] for one in self.json(*arguments)["stacks"]}

    def kill(self, *arguments: str, when: Callable[[], bool]) -> None:
        """Runs a command and kills it and its terraform the moment `when` says so."""
        process = subprocess.Popen(
            self._command(*arguments),
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + LONGEST
        while not when():
            assert process.poll() is None, "the command came to an end before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        children = _terraforms(process.pid)
        process.kill()
        for pid in children:
            os.killpg(pid, signal.SIGKILL)
        process.wait()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "main.py"), *arguments]

    def _environment(self) -> dict[str, str]:
        own = {"GROUNDPLAN_REPOSITORY": str(self.repository), "CDKTF_OUTDIR": str(self.outdir)}
        return {**self.environment, **own}


def _terraforms(parent: int) -> list[int]:
    """The terraform processes a command has started: leaders of their own process groups."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    threads = Path(f"/proc/{parent}/task").glob("*/children")
    found = {int(pid) for file in threads for pid in file.read_text().split()}
    return sorted(found | {int(pid) for pid in children})


@pytest.fixture
def project(cloud: Emulator, acme: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of the example repository on the emulated cloud.

    Its staging stands alone: people, whom it shares with production, are for `test_identity.py`.
    """
    repository = tmp_path / "repository"
    shutil.copytree(acme, repository, ignore=shutil.ignore_patterns(".groundplan"))
    staging = repository / "infrastructures" / "staging.yaml"
    staging.write_text(re.sub(r"(?ms)^identity:\n.*?(?=^\w)", "", staging.read_text()))
    yield Project(repository, tmp_path / "cdktf.out", cloud.environment())


google = stacks_conftest.google
"""The stacks on Google Cloud, synthesized."""
