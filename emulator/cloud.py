"""Starts and ends the emulated cloud, and says how programs find it."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator import api_server, environment
from emulator.api_server import ApiServer
from emulator.environment import REGION
from emulator.google import GoogleServer
from emulator.leftovers import Leftover, find
from emulator.mirror import Provider, in_use
from emulator.providers import objects
from errors import GroundplanError

ACCOUNT = "111122223333"
ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 60.0  # seconds; 2 are usual, the rest is for a busy machine
LONGEST_END = 10.0  # seconds
LONGEST_RESET = 30.0  # seconds
STAYING = {"google_project_service"}
"""What is no leftover: an API that was switched on stays on."""
SIGNING_REGION = "us-east-1"
"""Route 53 takes the keys that sign zones from this region only."""


@dataclass(frozen=True)
class Emulator:
    """A running emulated cloud."""

    endpoint: str
    account: str
    google: GoogleServer
    """Answers for Google Cloud, as far as programs ask it beside terraform's provider."""
    folder: Path
    """Holds its log and the files that `environment` names; gone when it has ended well."""

    @classmethod
    @contextmanager
    def start(
        cls,
        account: str = ACCOUNT,
        port: int = 0,
        api_servers: Mapping[str, ApiServer] | None = None,
    ) -> Iterator[Emulator]:
        """Runs an emulated cloud for as long as the block lasts; port 0 is any free one.

        `account` is the one that calls arrive in unless a role of another is assumed.
        `api_servers` back the EKS clusters of these names, with their authentication; the API
        server of any other cluster is invented.
        Raises GroundplanError if it does not come up or ends too early; then its log is kept, and
        the error says where.
        """
        folder = Path(tempfile.mkdtemp(prefix="groundplan-emulator-"))
        process = _spawn(account, port, folder, api_servers or {})
        ended_well = False
        try:
            with GoogleServer.start(environment.objects(folder)) as google:
                yield cls(_endpoint(process, folder), account, google, folder)
            ended_well = process.poll() is None
            if not ended_well:
                raise _fault("ended by itself", folder)
        finally:
            _end(process)
            # After a failure of the block the log tells nothing that the failure does not.
            if ended_well or process.returncode == 0:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def log(self) -> Path:
        """What the emulated cloud logs: each request, and its own faults."""
        return self.folder / "emulator.log"

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The complete environment of a program that uses this cloud.

        `base` is what the variables are added to; the program's own environment if left out.
        All other variables of programs of both clouds are taken out of it.
        """
        return environment.complete(
            self.endpoint,
            self.google.variables(),
            self.folder,
            os.environ if base is None else base,
        )

    def variables(self) -> dict[str, str]:
        """Only what `environment` sets."""
        return environment.variables(
            self.endpoint, self.google.variables(), self.folder, os.environ
        )

    def reset(self) -> None:
        """Empties the cloud: all accounts, all regions, all that emulated providers have made."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.endpoint}/moto-api/reset", method="POST"
        )
        with urllib.request.urlopen(request, timeout=LONGEST_RESET):  # noqa: S310
            pass
        shutil.rmtree(self.objects, ignore_errors=True)

    @property
    def objects(self) -> Path:
        """The folder with what emulated providers have made: see `providers/objects.py`."""
        return environment.objects(self.folder)

    def providers(self) -> list[Provider]:
        """The providers at hand, and which of them are emulated."""
        return in_use()

    def leftovers(
        self,
        infrastructure: str | None = None,
        regions: Sequence[str] = (REGION, SIGNING_REGION),
    ) -> list[Leftover]:
        """What an account has not got by itself: by listing every service our stages use.

        What emulated providers have made comes after it, whichever infrastructure it is of.

        With the name of an infrastructure, what bears its tag is looked for, too.
        """
        made = [
            Leftover(type_, id_)
            for type_, id_ in objects.everything(self.objects)
            if type_ not in STAYING
        ]
        return find(self.endpoint, regions, infrastructure) + made


def _spawn(
    account: str, port: int, folder: Path, api_servers: Mapping[str, ApiServer]
) -> subprocess.Popen[str]:
    backing = folder / "api-servers.json"
    api_server.write(backing, api_servers)
    variables = {
        # moto asks botocore, which reads what a user has set up for AWS: a profile, a region.
        # moto's own setting for accounts puts all into one: see `completions/accounts.py`.
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "MOTO_"))
        },
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # Else attaching AmazonEKSClusterPolicy answers 404.
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        # Else validating a certificate takes half a minute.
        "MOTO_ACM_VALIDATION_WAIT": "0",
        "PYTHONPATH": str(ROOT),
        api_server.VARIABLE: str(backing),
        environment.FOLDER: str(folder),
    }
    with (folder / "emulator.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "emulator.server", str(port), account],
            env=variables,
            # Stays open for as long as this process lives: so the server knows when to end.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
        )


def _endpoint(process: subprocess.Popen[str], folder: Path) -> str:
    """What the server says first: where it listens."""
    assert process.stdout  # noqa: S101
    deadline = time.monotonic() + LONGEST_START
    ready, _, _ = select.select([process.stdout], [], [], deadline - time.monotonic())
    if not ready:
        raise _fault(f"did not start within {LONGEST_START:.0f} seconds", folder)
    line = process.stdout.readline().strip()
    if not line.startswith("http://127.0.0.1:"):
        raise _fault("did not start", folder)
    return line


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def _fault(what: str, folder: Path) -> GroundplanError:
    log = folder / "emulator.log"
    last = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
    return GroundplanError(f"The emulated cloud {what}. Its log is {log}; it ends with:\n{last}")
