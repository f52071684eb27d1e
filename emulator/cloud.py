"""Starts and ends the emulated cloud, and says how programs find it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator.leftovers import Leftover, inventory
from emulator.mirror import cli_configuration
from errors import GroundplanError

ACCOUNT = "111122223333"
REGION = "eu-central-1"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Emulator:
    """A running emulated cloud."""

    endpoint: str
    account: str
    folder: Path
    """Holds its log and the terraform CLI configuration; gone when it ends."""
    baseline: frozenset[Leftover]
    """What an untouched AWS account holds: a default network in each region."""

    @classmethod
    @contextmanager
    def start(cls, account: str = ACCOUNT, port: int = 0) -> Iterator[Emulator]:
        """Runs an emulated cloud for as long as the block lasts; port 0 is any free one.

        Raises GroundplanError if it does not come up, with the place of its log.
        """
        with tempfile.TemporaryDirectory(prefix="groundplan-emulator-") as name:
            folder = Path(name)
            process = _spawn(account, port, folder)
            try:
                endpoint = _endpoint(process, folder)
                yield cls(endpoint, account, folder, frozenset(inventory(endpoint, REGION)))
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                if process.stdout:
                    process.stdout.close()

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The variables with which terraform, boto3 and the aws CLI use this cloud.

        `base` is what they are added to; the program's own environment if it is left out.
        """
        environment = {**(os.environ if base is None else base), **self.variables()}
        # The certificates of a proxy are none of the emulator's; profiles would win over keys.
        for name in ("AWS_CA_BUNDLE", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
            environment.pop(name, None)
        return environment

    def variables(self) -> dict[str, str]:
        """Only what `environment` sets."""
        return {
            # One endpoint for every service, for the provider, the s3 backend and boto3 alike.
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "emulated",
            "AWS_SECRET_ACCESS_KEY": "emulated",
            "AWS_REGION": REGION,
            # What boto3 reads.
            "AWS_DEFAULT_REGION": REGION,
            # Else the provider looks for an instance role, and waits.
            "AWS_EC2_METADATA_DISABLED": "true",
            # A call that is not implemented fails soon.
            "AWS_MAX_ATTEMPTS": "3",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(cli_configuration(self.folder)),
        }

    def leftovers(self) -> list[Leftover]:
        """What exists now and did not when the cloud was started: by listing every service."""
        now = inventory(self.endpoint, REGION)
        return sorted(one for one in now if one not in self.baseline)


def _spawn(account: str, port: int, folder: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "MOTO_ACCOUNT_ID": account,
        # Else attaching AmazonEKSClusterPolicy answers 404.
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "emulator.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "emulator.server", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
        )


def _endpoint(process: subprocess.Popen[str], folder: Path) -> str:
    """What the server says first: where it listens."""
    line = process.stdout.readline().strip() if process.stdout else ""
    if not line.startswith("http://127.0.0.1:"):
        log = (folder / "emulator.log").read_text()[-2_000:]
        raise GroundplanError(f"The emulated cloud did not start:\n{log}")
    return line
