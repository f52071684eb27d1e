"""The emulated cloud as a process: how it starts, how it is found, what is left in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator import Emulator
from emulator.mirror import cli_configuration, mirrors
from tests.conftest import ROOT


def client(cloud: Emulator, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint,
        region_name="eu-central-1",
        aws_access_key_id="emulated",
        aws_secret_access_key="emulated",
    )


def test_it_is_the_account_that_the_examples_name(cloud: Emulator) -> None:
    assert client(cloud, "sts").get_caller_identity()["Account"] == "111122223333"


def test_what_is_made_is_left_and_what_is_deleted_is_not(cloud: Emulator) -> None:
    assert cloud.leftovers() == []
    vpc = client(cloud, "ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    key = client(cloud, "kms").create_key()["KeyMetadata"]["KeyId"]
    kinds = {one.kind for one in cloud.leftovers()}
    assert {"ec2 vpcs", "kms key"} <= kinds
    client(cloud, "ec2").delete_vpc(VpcId=vpc)
    client(cloud, "kms").schedule_key_deletion(KeyId=key)
    assert cloud.leftovers() == []


def test_programs_find_it_by_their_environment(cloud: Emulator) -> None:
    environment = cloud.environment({"AWS_PROFILE": "own", "PATH": os.environ["PATH"]})
    assert environment["AWS_ENDPOINT_URL"] == cloud.endpoint
    assert "AWS_PROFILE" not in environment
    code = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "111122223333"


def test_a_command_runs_on_it() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "emulator",
            "run",
            "--",
            "sh",
            "-c",
            "echo $AWS_ENDPOINT_URL; exit 7",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 7
    assert ran.stdout.startswith("http://127.0.0.1:")


def test_the_users_own_cli_configuration_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.rc"
    own.write_text("")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))
    assert cli_configuration(tmp_path) == own


def test_mirrors_come_before_the_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    monkeypatch.setenv("GROUNDPLAN_PLUGIN_MIRROR", str(mirror))
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "missing"))
    assert next(iter(mirrors())) == mirror
    text = cli_configuration(tmp_path).read_text()
    assert f'path = "{mirror}"' in text
    assert 'exclude = ["registry.terraform.io/hashicorp/aws"]' in text
