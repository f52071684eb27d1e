"""`main.py secret` on the emulated cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator import Emulator
from tests.conftest import ROOT

ACME = ROOT / "examples" / "acme"
VALUE = "s3cret of the tests"
ENTRY = "argocd/git"


class Commands:
    def __init__(self, cloud: Emulator, folder: Path) -> None:
        self._environment = cloud.environment(
            {**os.environ, "CDKTF_OUTDIR": str(folder / "cdktf.out")}
        )

    def __call__(
        self, *arguments: str, value: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "secret", *arguments, "-r", str(ACME)],
            env=self._environment,
            input=value,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def commands(cloud: Emulator, tmp_path: Path) -> Commands:
    return Commands(cloud, tmp_path)


@pytest.fixture
def store(cloud: Emulator) -> Any:
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    return session.client("secretsmanager", endpoint_url=cloud.endpoint)


def test_a_value_comes_by_stdin_and_is_shown_nowhere(commands: Commands, store: Any) -> None:
    store.create_secret(Name=f"acme/staging/{ENTRY}")
    ended = commands("set", "staging", ENTRY, value=f"{VALUE}\n")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == f"staging: {ENTRY} is set.\n"
    assert store.get_secret_value(SecretId=f"acme/staging/{ENTRY}")["SecretString"] == VALUE
    shown = commands("list", "staging")
    assert shown.stdout.startswith(f"{ENTRY}  set 20")
    assert VALUE not in shown.stdout + shown.stderr
    assert [one["has_value"] for one in json.loads(commands("list", "staging", "--json").stdout)]


def test_an_entry_that_nobody_names_is_refused(commands: Commands) -> None:
    ended = commands("set", "staging", "argocd/none", value=VALUE)
    assert ended.returncode == 1
    assert "There is no entry argocd/none yet" in ended.stderr
    assert VALUE not in ended.stderr


def test_an_empty_value_is_refused(commands: Commands) -> None:
    ended = commands("set", "staging", ENTRY, value="\n")
    assert ended.returncode == 1
    assert "is empty: nothing was set" in ended.stderr
