"""What a laboratory starts ends with it, however it ends. Its programs are not needed here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from errors import GroundplanError
from tests.conftest import ROOT
from tests.lab.processes import Processes

SLEEP = ["sh", "-c", "sleep 600 & sleep 600"]
"""A program with a child of its own, as Argo CD's repository server has."""
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.lab.processes import Processes
folder = Path(sys.argv[1])
processes = Processes(folder / "logs", remove=folder)
processes.start("sleep", ["sh", "-c", "sleep 600 & sleep 600"], ready=lambda: True)
print(processes.pids()["sleep"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def members(group: int) -> list[int]:
    """The processes of a group that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(") ")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def emptied(group: int) -> bool:
    deadline = time.monotonic() + 20
    while members(group):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_all_end_with_their_children(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    processes = Processes(folder / "logs", remove=folder)
    processes.start("sleep", SLEEP, ready=lambda: True)
    group = processes.pids()["sleep"]
    assert members(group)
    processes.end()
    assert emptied(group)
    assert not folder.exists()


def test_they_end_when_whoever_started_them_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert emptied(int(killed.stdout))
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()


def test_one_that_ends_too_early_shows_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    processes = Processes(folder / "logs", remove=folder)
    with pytest.raises(GroundplanError, match=r"(?s)etcd ended with exit code 3.*no such flag"):
        processes.start("etcd", ["sh", "-c", "echo no such flag; exit 3"], ready=lambda: False)
    processes.end(keep=True)
    assert (folder / "logs" / "etcd.log").read_text() == "no such flag\n"
