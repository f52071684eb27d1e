"""Customers' modules on the emulated cloud: each others' outputs, secrets, wherever it is started.

One from the repository, one from a git repository, each after the one that it reads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from emulator import Emulator
from tests.conftest import ROOT
from tests.deployment.conftest import Project

pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.timeout(600)]
BUCKET = "acme-media-111122223333-eu-central-1"
PASSWORD = "hunter2-of-the-module"
STORE = """
variable "name" {
  type = string
}

variable "password" {
  type      = string
  ephemeral = true
  sensitive = true
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_ssm_parameter" "password" {
  name             = "/media/password"
  type             = "SecureString"
  value_wo         = var.password
  value_wo_version = 1
}

output "settings" {
  value = { bucket = aws_s3_bucket.this.id, sizes = [1, 2], none = null }
}
"""
READER = """
variable "settings" {
  type = object({ bucket = string, sizes = list(number), none = optional(string) })
}

resource "aws_s3_object" "this" {
  bucket  = var.settings.bucket
  key     = "sizes.json"
  content = jsonencode(var.settings)
}

output "key" {
  value = aws_s3_object.this.key
}
"""
MANIFEST = """
apiVersion: groundplan.dev/v1
name: media
cloud: {provider: aws, region: eu-central-1, account: "111122223333"}
protection: {destroy: allow}
modules:
  reader:
    source: git::ssh://git@git.acme.example/reader.git//module?ref=v1.0.0
    variables: {settings: "${{ modules.store.settings }}"}
    outputs: [key]
  store:
    source: ./terraform/store
    variables:
      name: "acme-${{ infrastructure.name }}"
      password: {secret: media/password}
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@acme.example"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def project(tmp_path: Path, cloud: Emulator) -> Project:
    repository = tmp_path / "repository"
    for folder in ("infrastructures", "terraform/store"):
        (repository / folder).mkdir(parents=True)
    (repository / "groundplan.yaml").write_text("name: acme\n")
    (repository / "infrastructures" / "media.yaml").write_text(MANIFEST)
    (repository / "terraform" / "store" / "main.tf").write_text(STORE)
    remote = tmp_path / "reader.git"
    (remote / "module").mkdir(parents=True)
    (remote / "module" / "main.tf").write_text(READER)
    git(remote, "init", "--quiet")
    git(remote, "add", ".")
    git(remote, "commit", "--quiet", "-m", "first")
    git(remote, "tag", "v1.0.0")
    # What would be a git server is a folder here: git itself puts one for the other.
    settings = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{remote}.insteadOf",
        "GIT_CONFIG_VALUE_0": "ssh://git@git.acme.example/reader.git",
    }
    return Project(repository, tmp_path / "cdktf.out", {**cloud.environment(), **settings})


def test_modules_live_and_go(project: Project, cloud: Emulator, tmp_path: Path) -> None:
    """One long test: each step needs what the one before it made."""
    refused = project.run("deploy", "media", "--yes", check=False)
    assert refused.returncode == 1
    assert "media/password" in refused.stderr, "the secret has no value yet"
    give_secret(project)
    deployed = project.json("deploy", "media", "--yes")["stacks"]
    order = [one["stage"] for one in deployed]
    assert order.index("module-store") < order.index("module-reader")
    assert {one["outcome"] for one in deployed} <= {"changed", "unchanged"}
    assert set(project.outcomes("plan", "media").values()) == {"unchanged"}

    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    s3 = session.client("s3", endpoint_url=cloud.endpoint)
    written = json.loads(s3.get_object(Bucket="acme-media", Key="sizes.json")["Body"].read())
    assert written == {"bucket": "acme-media", "sizes": [1, 2], "none": None}
    ssm = session.client("ssm", endpoint_url=cloud.endpoint)
    kept = ssm.get_parameter(Name="/media/password", WithDecryption=True)["Parameter"]["Value"]
    assert kept == PASSWORD

    outputs_are_published(project, s3)
    the_password_is_nowhere(project, s3, tmp_path)
    found_from_any_folder(project, tmp_path)

    # The store's bucket can't go while the reader's object is in it: the order is the reverse.
    assert set(project.outcomes("destroy", "media", "--yes").values()) == {"destroyed"}
    assert cloud.leftovers() == []


def give_secret(project: Project) -> None:
    """By standard input, as people give it."""
    subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "secret", "set", "media", "media/password"],
        env={**project.environment, "GROUNDPLAN_REPOSITORY": str(project.repository)},
        input=PASSWORD,
        text=True,
        check=True,
        capture_output=True,
    )


def outputs_are_published(project: Project, s3: object) -> None:
    """To people, and as a file in config storage; but for those of the one with a secret."""
    outputs = project.json("outputs", "media")["media"]
    assert outputs["module-reader"] == {"key": "sizes.json"}
    file = s3.get_object(Bucket=BUCKET, Key="config/modules/reader.json")  # type: ignore[attr-defined]
    assert json.loads(file["Body"].read()) == {"key": "sizes.json"}
    names = {one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}  # type: ignore[attr-defined]
    assert "config/modules/store.json" not in names


def the_password_is_nowhere(project: Project, s3: object, tmp_path: Path) -> None:
    """In no file that was synthesized, no state, nothing that the deploy left."""
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path
    for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:  # type: ignore[attr-defined]
        body = s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()  # type: ignore[attr-defined]
        assert PASSWORD.encode() not in body, one["Key"]


def found_from_any_folder(project: Project, tmp_path: Path) -> None:
    """`terraform` itself, started in the stack's folder or told to go there."""
    stack = project.outdir / "stacks" / "media-module-store"
    for folder, options in ((stack, []), (tmp_path, [f"-chdir={stack}"])):
        subprocess.run(
            ["terraform", *options, "get"],  # noqa: S607
            cwd=folder,
            env={**os.environ, **project.environment},
            check=True,
            capture_output=True,
        )
