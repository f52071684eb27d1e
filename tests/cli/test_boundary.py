"""Errors become words and exit codes in one place."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cli.boundary import guarded
from errors import GroundplanError, ManifestError, Place, Problem


def fail(error: BaseException) -> int:
    def work() -> int:
        raise error

    return guarded(work)


def test_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: 0) == 0
    assert capsys.readouterr().err == ""


def test_a_known_error_is_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert fail(GroundplanError("The bucket is gone: deploy the backend.")) == 1
    assert capsys.readouterr().err == "The bucket is gone: deploy the backend.\n"


def test_problems_come_in_the_order_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [
        Problem(Place("a.yaml", line, 3), "vpc.create.cidr", "is no range.", "Write one.")
        for line in (9, 2)
    ]
    assert fail(ManifestError(problems)) == 1
    assert capsys.readouterr().err == (
        "a.yaml:2:3: vpc.create.cidr: is no range. Write one.\n"
        "a.yaml:9:3: vpc.create.cidr: is no range. Write one.\n"
        "2 problems.\n"
    )


def test_ctrl_c(capsys: pytest.CaptureFixture[str]) -> None:
    assert fail(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_surprise_is_kept_in_a_private_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert fail(ZeroDivisionError("inside")) == 3
    (log,) = (tmp_path / "groundplan").glob("error-*.log")
    said = capsys.readouterr().err
    assert str(log) in said and "Traceback" not in said
    assert "ZeroDivisionError: inside" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
