"""The real terraform with emulated providers only, in a folder of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from emulator.providers import mirror
from emulator.providers.objects import VARIABLE
from emulator.schemas import SchemaFile, files

Json = dict[str, Any]
SOURCES = {one.type: one.address.removeprefix("registry.terraform.io/") for one in files()}


@dataclass
class Work:
    """A folder with a configuration, and terraform in it."""

    folder: Path
    environment: dict[str, str]
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def objects(self) -> Path:
        return self.folder / "objects"

    def write(self, **blocks: Any) -> None:
        """The configuration: only these providers, resources, outputs and so on."""
        names = blocks["provider"]
        required = {name: {"source": SOURCES[name]} for name in names}
        whole = {"terraform": {"required_providers": required}, **blocks}
        (self.folder / "main.tf.json").write_text(json.dumps(whole))

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Runs a command; what it says, on one line."""
        ended = self._run(*arguments)
        said = ended.stdout + ended.stderr
        assert (ended.returncode != 0) == fails, said
        # Diagnostics are wrapped in a frame.
        return " ".join(said.replace("│", " ").split())

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a command in a process group of its own; what it says is in the file `said`."""
        with (self.folder / "said").open("w") as said:
            return subprocess.Popen(
                [_program(), *arguments],
                cwd=self.folder,
                env=self.environment | self.extra,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def init(self) -> None:
        self.run("init", "-no-color")

    def apply(self, *arguments: str, fails: bool = False) -> str:
        return self.run("apply", "-auto-approve", "-no-color", *arguments, fails=fails)

    def destroy(self) -> str:
        return self.run("destroy", "-auto-approve", "-no-color")

    def plan(self, *arguments: str) -> dict[str, Json]:
        """Address → what would happen to it; nothing is `no-op` only."""
        self.run("plan", "-no-color", "-out=plan", *arguments)
        shown = json.loads(self.raw("show", "-json", "plan"))
        changes = shown.get("resource_changes", [])
        return {
            one["address"]: one["change"]
            for one in changes
            if one["change"]["actions"] not in (["no-op"], ["read"])
        }

    def raw(self, *arguments: str) -> str:
        """What a command prints."""
        ended = self._run(*arguments)
        ended.check_returncode()
        return ended.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [_program(), *arguments],
            cwd=self.folder,
            env=self.environment | self.extra,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def state(self) -> dict[str, Json]:
        """Address → attributes."""
        document = json.loads((self.folder / "terraform.tfstate").read_text())
        return {
            f"{one['type']}.{one['name']}": one["instances"][0]["attributes"]
            for one in document["resources"]
            if one["mode"] == "managed"
        }

    def recorded(self) -> list[Json]:
        """What exists on the emulated servers."""
        return [json.loads(file.read_text()) for file in sorted(self.objects.glob("*/*/*/*.json"))]


def _program() -> str:
    program = shutil.which("terraform")
    assert program, "terraform is missing"
    return program


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLI configuration with nothing but emulated providers."""
    folder = tmp_path_factory.mktemp("plugins")
    mirror.write(folder / "mirror", files())
    configuration = folder / "terraform.rc"
    mirrored = f'filesystem_mirror {{\npath = "{folder}/mirror"\n}}'
    configuration.write_text(f"provider_installation {{\n{mirrored}\n}}\n")
    return configuration


@pytest.fixture
def work(tmp_path: Path, plugins: Path) -> Work:
    """An empty folder to work in. The environment has neither PYTHONPATH nor the project."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TF_CLI_CONFIG_FILE": str(plugins),
        "CHECKPOINT_DISABLE": "1",
        VARIABLE: str(tmp_path / "objects"),
    }
    return Work(tmp_path, environment)


@pytest.fixture
def schema_file() -> Callable[[str], SchemaFile]:
    """The schema file of a provider by the last part of its address."""
    by_type: Mapping[str, SchemaFile] = {one.type: one for one in files()}
    return by_type.__getitem__
