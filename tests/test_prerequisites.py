"""What a machine lacks is said in one sentence, before anything is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPT = ROOT / "tools" / "prerequisites.py"


def check(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={**os.environ, "PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def put(folder: Path, name: str, says: str = "") -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        ({}, "git is missing: install it"),
        ({"git": ""}, "terraform is missing: install 1.11 or newer"),
        ({"git": "", "terraform": "Terraform v1.10.5"}, "terraform 1.10 is too old: install 1.11"),
        ({"git": "", "terraform": "gibberish"}, "gave no version: install 1.11"),
    ],
    ids=["no git", "no terraform", "an old terraform", "something else"],
)
def test_what_is_missing_is_one_sentence(
    tmp_path: Path, programs: dict[str, str], sentence: str
) -> None:
    for name, says in programs.items():
        put(tmp_path, name, says)
    ended = check(tmp_path)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_complete_machine_is_not_spoken_to(tmp_path: Path) -> None:
    put(tmp_path, "git")
    put(tmp_path, "terraform", "Terraform v1.11.4")
    ended = check(tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_old_python_is_told_so() -> None:
    """Run with what the script reads of an older Python: it may use nothing newer itself."""
    code = f"import sys; sys.version_info = (3, 9, 2); exec(open({str(SCRIPT)!r}).read())"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "Python 3.11 or newer is needed and this is 3.9" in ended.stderr
