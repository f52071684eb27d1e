"""States in Cloud Storage: terraform's own backend, as the stacks configure it, against servers.

One is the emulated Cloud Storage. The other is fake-gcs-server, which others have written: it is
looked for on the PATH, and without it these tests are skipped. To have it:
`go install github.com/fsouza/fake-gcs-server@v1.56.1`
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from emulator.google import GoogleServer
from emulator.google.server import TOKEN
from tests.stacks.conftest import Stack

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(300)]
LONGEST = 60
TERRAFORM = shutil.which("terraform") or "terraform"
STACK = "europe-vpc"


@dataclass
class Storage:
    """A server with one bucket."""

    endpoint: str
    bucket: str

    def names(self) -> list[str]:
        url = f"{self.endpoint}/storage/v1/b/{self.bucket}/o"
        return [one["name"] for one in requests.get(url, timeout=10).json().get("items", [])]


@pytest.fixture(params=["emulated", "fake-gcs-server"])
def storage(
    request: pytest.FixtureRequest, google: dict[str, Stack], tmp_path: Path
) -> Iterator[Storage]:
    bucket = google[STACK]["terraform"]["backend"]["gcs"]["bucket"]
    if request.param == "emulated":
        folder = tmp_path / "objects" / "google" / "google" / "google_storage_bucket"
        folder.mkdir(parents=True)
        (folder / "states.json").write_text(json.dumps({"name": bucket}))
        with GoogleServer.start(tmp_path / "objects") as server:
            yield Storage(server.endpoint, bucket)
        return
    program = shutil.which("fake-gcs-server")
    if program is None:
        pytest.skip("fake-gcs-server is not on the PATH")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    where = ("-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-public-host", address)
    with subprocess.Popen(
        [program, *where, "-backend", "memory", "-log-level", "error"], stdout=subprocess.DEVNULL
    ) as process:
        try:
            made = Storage(f"http://{address}", bucket)
            _answers(lambda: _makes_bucket(made))
            yield made
        finally:
            process.terminate()


def _makes_bucket(storage: Storage) -> bool:
    try:
        url = f"{storage.endpoint}/storage/v1/b"
        return bool(requests.post(url, json={"name": storage.bucket}, timeout=10).ok)
    except requests.ConnectionError:
        return False


def _answers(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Work:
    """A folder in which terraform keeps a state as the stack does."""

    def __init__(self, folder: Path, storage: Storage, stack: Stack) -> None:
        self.folder = folder
        folder.mkdir()
        # Holds the lock until the file `go` is there.
        wait = f"until [ -e {folder}/go ]; do sleep 0.05; done"
        content = {
            "terraform": {"backend": stack["terraform"]["backend"]},
            "resource": {
                "terraform_data": {
                    "slow": {"provisioner": [{"local-exec": {"command": wait}}]},
                }
            },
        }
        (folder / "cdk.tf.json").write_text(json.dumps(content))
        foreign = ("GOOGLE_", "TF_", "STORAGE_EMULATOR_HOST")
        self.environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith(foreign)},
            "GOOGLE_OAUTH_ACCESS_TOKEN": TOKEN,
            "GOOGLE_STORAGE_CUSTOM_ENDPOINT": f"{storage.endpoint}/storage/v1/",
            "CHECKPOINT_DISABLE": "1",
        }
        self.run("init")

    def run(self, *arguments: str, check: bool = True) -> str:
        ended = subprocess.run(
            [TERRAFORM, *arguments, "-no-color"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert (ended.returncode == 0) is check, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def apply(self) -> subprocess.Popen[bytes]:
        """Starts an apply that goes on until `go`."""
        return subprocess.Popen(
            [TERRAFORM, "apply", "-auto-approve", "-no-color"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def go(self) -> None:
        (self.folder / "go").touch()


@pytest.fixture
def work(storage: Storage, google: dict[str, Stack], tmp_path: Path) -> Work:
    return Work(tmp_path / "work", storage, google[STACK])


def test_a_state_is_kept_where_the_stack_says(work: Work, storage: Storage) -> None:
    work.go()
    work.run("apply", "-auto-approve")
    assert storage.names() == ["state/vpc/default.tfstate"], "the lock is gone"
    assert "terraform_data.slow" in work.run("state", "list")
    work.run("destroy", "-auto-approve")
    assert work.run("state", "list").strip() == ""


def test_two_never_write_the_same_state(
    work: Work, storage: Storage, google: dict[str, Stack], tmp_path: Path
) -> None:
    other = Work(tmp_path / "other", storage, google[STACK])
    with work.apply() as first:
        _answers(lambda: "state/vpc/default.tflock" in storage.names())
        told = other.run("apply", "-auto-approve", check=False)
        assert "Error acquiring the state lock" in told
        work.go()
        assert first.wait(LONGEST) == 0
    assert "terraform_data.slow" in other.run("state", "list")


def test_the_lock_of_one_who_was_killed_is_told_and_can_be_taken_off(
    work: Work, storage: Storage
) -> None:
    with work.apply() as killed:
        _answers(lambda: "state/vpc/default.tflock" in storage.names())
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait(LONGEST)
    told = work.run("plan", check=False)
    (id_,) = {line.split()[-1] for line in told.splitlines() if " ID: " in line}
    work.run("force-unlock", "-force", id_)
    work.go()
    work.run("apply", "-auto-approve")
    assert storage.names() == ["state/vpc/default.tfstate"]
