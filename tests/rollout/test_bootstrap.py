"""Killed after each command of the first deploy, it resumes: on the emulated cloud.

A stack as small as can be: a bucket that keeps its own state, and one more resource.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator import Emulator
from rollout import Synthesized
from tests.conftest import ROOT
from tests.rollout.conftest import PLACE

pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.timeout(300)]
KEY = "state/backend.tfstate"
MOST = 15
"""Commands that a first deploy takes at most; a test makes sure that it is not more."""
WRAPPER = """#!{python}
import os, pathlib, signal, subprocess, sys
rollout = os.getppid()
log = pathlib.Path({log!r})
with log.open("a") as file:
    file.write(" ".join(sys.argv[1:3]) + "\\n")
number = len(log.read_text().splitlines())
code = subprocess.run([{terraform!r}, *sys.argv[1:]]).returncode
if number == {number}:
    os.kill(rollout, signal.SIGKILL)
sys.exit(code)
"""
DEPLOY = """
import os, sys
from pathlib import Path
from rollout import Rollout, Synthesized
results = Rollout(home=Path(sys.argv[2])).deploy(Synthesized.read(Path(sys.argv[1])).select((), ()))
print(results[0].outcome, results[0].reason, end="")
"""


class FirstDeploy:
    """A repository without anything deployed, on the emulated cloud."""

    def __init__(self, root: Path, cloud: Emulator, bucket: str) -> None:
        self.root, self.cloud, self.bucket = root, cloud, bucket
        self.out, self.home = root / "cdktf.out", root / "home"
        self.log = root / "commands"
        session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
        self.s3 = session.client("s3", endpoint_url=cloud.endpoint)
        self._synthesize()

    def run(self, *, kill_after: int = 0) -> subprocess.CompletedProcess[str]:
        """Deploys; killed when the command of this number (from 1) has ended."""
        program = self.root / "bin" / "terraform"
        program.parent.mkdir(exist_ok=True)
        self.log.write_text("")
        program.write_text(
            WRAPPER.format(
                python=sys.executable,
                log=str(self.log),
                number=kill_after,
                terraform=shutil.which("terraform"),
            )
        )
        program.chmod(0o755)
        path = f"{program.parent}:{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, "-c", DEPLOY, str(self.out), str(self.home)],
            env={**self.cloud.environment(), "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def commands(self) -> list[str]:
        """What the last run has called."""
        return self.log.read_text().splitlines()

    def known(self) -> set[str]:
        """What the state in the bucket knows."""
        state = json.loads(self.s3.get_object(Bucket=self.bucket, Key=KEY)["Body"].read())
        return {f"{one['type']}.{one['name']}" for one in state["resources"]}

    def _synthesize(self) -> None:
        folder = self.out / "stacks" / "one-backend"
        folder.mkdir(parents=True)
        backend = {"bucket": self.bucket, "key": KEY, "region": "eu-central-1"}
        content: dict[str, Any] = {
            "terraform": {
                "backend": {"s3": {**backend, "use_lockfile": True}},
                "required_providers": {"aws": {"source": "hashicorp/aws"}},
            },
            "provider": {"aws": {"region": "eu-central-1", "s3_use_path_style": True}},
            "resource": {
                "aws_s3_bucket": {"state": {"bucket": self.bucket, "force_destroy": True}},
                "terraform_data": {"rest": {"input": "${aws_s3_bucket.state.id}"}},
            },
        }
        (folder / "cdk.tf.json").write_text(json.dumps(content))
        stack = {"dependencies": [], "workingDirectory": "stacks/one-backend"}
        (self.out / "manifest.json").write_text(json.dumps({"stacks": {"one-backend": stack}}))
        ours = {
            "infrastructure": "one",
            "stage": "backend",
            "reads": {},
            "secrets": {},
            "keycloak": None,
            "bootstrap": {"address": "aws_s3_bucket.state", "id": self.bucket},
        }
        contract = {
            "version": 3,
            "neighbours": {},
            "stacks": {"one-backend": ours},
            "infrastructures": {"one": {"protection": "allow", "place": PLACE}},
        }
        (self.out / "groundplan.json").write_text(json.dumps(contract))
        Synthesized.read(self.out)


def test_a_first_deploy_makes_the_bucket_and_moves_in(cloud: Emulator, tmp_path: Path) -> None:
    first = FirstDeploy(tmp_path, cloud, "groundplan-whole")
    assert first.run().stdout == "changed "
    assert first.known() == {"aws_s3_bucket.state", "terraform_data.rest"}
    assert not list(first.home.rglob("*.tfstate*"))
    assert len(first.commands) <= MOST, "MOST must name every command"
    assert first.run().stdout == "unchanged "


@pytest.mark.parametrize("number", range(1, MOST + 1))
def test_killed_after_each_command_it_resumes(cloud: Emulator, tmp_path: Path, number: int) -> None:
    first = FirstDeploy(tmp_path, cloud, f"groundplan-killed-{number}")
    killed = first.run(kill_after=number)
    if len(first.commands) < number:
        assert killed.stdout == "changed ", "a deploy that is not killed comes to its end"
        pytest.skip(f"a first deploy takes {len(first.commands)} commands")
    assert killed.returncode == -signal.SIGKILL
    resumed = first.run()
    assert resumed.stdout.split(" ")[0] in {"changed", "unchanged"}, resumed.stdout
    assert first.known() == {"aws_s3_bucket.state", "terraform_data.rest"}
    assert not list(first.home.rglob("*.tfstate*")), "the state is still on this machine"
