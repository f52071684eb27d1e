"""Terraform's providers find our command, whatever else is on the PATH."""

from __future__ import annotations

import shutil
import sys

from terraform.commands import BIN, settings


def test_our_command_is_found_before_any_other() -> None:
    set_ = settings({"PATH": "/usr/bin:/bin"})
    assert shutil.which("groundplan", path=set_["PATH"]) == str(BIN / "groundplan")
    assert set_["PATH"].endswith(":/usr/bin:/bin")


def test_it_runs_on_the_python_that_runs_terraform() -> None:
    assert settings({})["GROUNDPLAN_PYTHON"] == sys.executable
