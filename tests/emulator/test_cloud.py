"""The emulated cloud as a process: how it starts, whose account it is, how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator import Emulator
from emulator import cloud as module
from errors import GroundplanError
from tests.conftest import ROOT

OTHER = "222222222222"
COMMAND = [sys.executable, "-m", "emulator"]


def client(endpoint: str, service: str, keys: tuple[str, str] = ("emulated", "emulated")) -> Any:
    session = boto3.Session(*keys, region_name="eu-central-1")
    return session.client(service, endpoint_url=endpoint)


def answers(endpoint: str) -> bool:
    host, _, port = endpoint.removeprefix("http://").partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def is_gone(endpoint: str) -> bool:
    deadline = time.monotonic() + 20
    while answers(endpoint):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def server(cloud: Emulator) -> int:
    """The process id of the server: the one that writes its log."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "fd" / "2").readlink() == cloud.log:
                return int(folder.name)
    raise AssertionError(f"no process writes {cloud.log}")


# Accounts


def test_it_is_the_account_that_the_examples_name(cloud: Emulator) -> None:
    assert client(cloud.endpoint, "sts").get_caller_identity()["Account"] == "111122223333"


def test_the_account_can_be_another_one() -> None:
    with Emulator.start(account="999988887777") as other:
        identity = client(other.endpoint, "sts").get_caller_identity()
    assert identity["Account"] == "999988887777"


def test_a_role_of_another_account_is_in_that_account(cloud: Emulator) -> None:
    given = client(cloud.endpoint, "sts").assume_role(
        RoleArn=f"arn:aws:iam::{OTHER}:role/deployer", RoleSessionName="test"
    )["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"])
    assert client(cloud.endpoint, "sts", keys).get_caller_identity()["Account"] == OTHER
    role = {"RoleName": "theirs", "AssumeRolePolicyDocument": "{}"}
    client(cloud.endpoint, "iam", keys).create_role(**role)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        client(cloud.endpoint, "iam").get_role(RoleName="theirs")


# Start and end


def test_a_reset_empties_it(cloud: Emulator) -> None:
    client(cloud.endpoint, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    client(cloud.endpoint, "kms").create_key()
    assert cloud.leftovers() != []
    cloud.reset()
    assert cloud.leftovers() == []
    policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    assert client(cloud.endpoint, "iam").get_policy(PolicyArn=policy)["Policy"]["Arn"] == policy


def test_a_server_that_cannot_start_says_where_its_log_is() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(GroundplanError, match="did not start") as fault,
            Emulator.start(port=port),
        ):
            pass
    log = Path(str(fault.value).partition("Its log is ")[2].partition(";")[0])
    assert "in use" in log.read_text()
    assert "in use" in str(fault.value)


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_START", 0.01)
    with pytest.raises(GroundplanError, match="did not start within 0"), Emulator.start():
        pass


def test_a_server_that_ends_too_early_is_told() -> None:
    with pytest.raises(GroundplanError, match="ended by itself"), Emulator.start() as short:
        os.kill(server(short), signal.SIGKILL)
        assert is_gone(short.endpoint)


def test_its_files_go_with_it() -> None:
    with Emulator.start() as short:
        folder = short.folder
        assert short.log.is_file()
    assert is_gone(short.endpoint)
    assert not folder.exists()


# The command line


def address(serving: subprocess.Popen[str]) -> str:
    """Where a server that was just started answers."""
    assert serving.stdout
    text = ""
    while not text.endswith("}\n"):
        line = serving.stdout.readline()
        assert line, "it ended"
        text += line
    endpoint: str = json.loads(text)["AWS_ENDPOINT_URL"]
    return endpoint


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_serving_ends_with_its_command(end: signal.Signals) -> None:
    command = [*COMMAND, "serve", "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as serving:
        try:
            endpoint = address(serving)
            assert answers(endpoint)
            serving.send_signal(end)
            assert serving.wait(20) == (-signal.SIGKILL if end == signal.SIGKILL else 0)
        finally:
            serving.kill()
    assert is_gone(endpoint)


def test_ctrl_c_leaves_the_server_to_whoever_destroys_on_it(cloud: Emulator) -> None:
    os.kill(server(cloud), signal.SIGINT)
    assert client(cloud.endpoint, "sts").get_caller_identity()["Account"] == cloud.account


def test_what_serving_prints_is_fit_for_a_shell(tmp_path: Path) -> None:
    user = {"AWS_PROFILE": "production", "TMPDIR": f"{tmp_path}/it's"}
    Path(user["TMPDIR"]).mkdir()
    with subprocess.Popen(
        [*COMMAND, "serve"],
        cwd=ROOT,
        env={**os.environ, **user},
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout
        lines: list[str] = []
        while not any("TF_CLI_CONFIG_FILE" in line for line in lines):
            lines.append(serving.stdout.readline())
            assert lines[-1], "it ended"
        script = "".join(lines) + 'echo "$AWS_ENDPOINT_URL [$AWS_PROFILE]"; cat "$AWS_CONFIG_FILE"'
        shell = subprocess.run(
            ["sh", "-c", script],  # noqa: S607
            env={**os.environ, **user},
            capture_output=True,
            text=True,
            check=False,
        )
        serving.terminate()
    assert shell.stderr == ""
    assert shell.stdout.startswith("http://127.0.0.1:")
    assert shell.stdout.endswith(" []\n")


@pytest.mark.parametrize(
    ("command", "code", "output"),
    [
        (["sh", "-c", "echo $AWS_ENDPOINT_URL; exit 7"], 7, "http://127.0.0.1:"),
        (["no-such-program"], 127, ""),
    ],
    ids=["its exit code", "a program that does not exist"],
)
def test_a_command_runs_on_it(command: list[str], code: int, output: str) -> None:
    ran = subprocess.run(
        [*COMMAND, "run", "--", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == code
    assert ran.stdout.startswith(output)
    assert "Traceback" not in ran.stderr
