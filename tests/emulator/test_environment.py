"""Programs use the emulated cloud and nothing else; terraform finds its providers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import Emulator
from emulator.environment import complete
from emulator.mirror import cli_configuration, mirrors, providers
from emulator.providers.mirror import target

HERE = target()
AWS = "registry.terraform.io/hashicorp/aws"

# Variables


def test_boto_finds_it_whatever_the_user_has_set_up(cloud: Emulator, tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(
        "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = y\nregion = us-west-2\n"
    )
    user = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "AWS_PROFILE": "own",
        "AWS_SESSION_TOKEN": "own",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_CA_BUNDLE": "/nowhere",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    code = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=cloud.environment(user),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout.strip() == "111122223333", answer.stderr


def test_no_variable_for_a_cloud_is_handed_on(tmp_path: Path) -> None:
    user = {
        "AWS_PROFILE": "own",
        "AWS_ENDPOINT_URL_S3": "https://own",
        "GOOGLE_CREDENTIALS": "own.json",
        "CLOUDSDK_CONFIG": "own",
        "EDITOR": "vi",
    }
    given = complete("http://127.0.0.1:1", {}, tmp_path, user)
    assert given["EDITOR"] == "vi"
    assert not (set(user) - {"EDITOR"} | {"AWS_CA_BUNDLE", "NO_PROXY"}) & set(given)
    assert Path(given["AWS_CONFIG_FILE"]).read_text() == ""


def test_a_proxy_keeps_the_exceptions_of_the_user(tmp_path: Path) -> None:
    user = {"https_proxy": "http://proxy", "no_proxy": "acme.internal"}
    given = complete("http://127.0.0.1:1", {}, tmp_path, user)
    assert given["NO_PROXY"] == given["no_proxy"] == "acme.internal,127.0.0.1,localhost"


# Mirrors


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def mirror(folder: Path, package: str = f"5.100.0/{HERE}") -> Path:
    (folder / AWS / package).mkdir(parents=True)
    return folder


def test_the_users_own_cli_configuration_is_left_alone(home: Path) -> None:
    own = home / "own.rc"
    own.write_text("")
    assert cli_configuration(home, {"TF_CLI_CONFIG_FILE": str(own)}) == own


def test_a_users_file_that_says_where_providers_come_from_is_used(home: Path) -> None:
    usual = home / ".terraformrc"
    usual.write_text("disable_checkpoint = true\n")
    assert cli_configuration(home, {}) != usual
    usual.write_text("provider_installation {\n  direct {}\n}\n")
    assert cli_configuration(home, {}) == usual
    missing = {"TF_CLI_CONFIG_FILE": str(home / "missing")}
    assert cli_configuration(home, missing) != usual


def test_mirrors_come_before_the_registry(home: Path) -> None:
    own = mirror(home / "mirror")
    given = {"GROUNDPLAN_PLUGIN_MIRROR": str(own)}
    assert next(mirrors(given)) == own
    text = cli_configuration(home, given).read_text()
    assert f'path = "{own}"' in text
    assert f'include = ["{AWS}"]' in text
    assert f'exclude = ["{AWS}"' in text


@pytest.mark.parametrize("place", [".terraform.d/plugins", ".local/share/terraform/plugins"])
def test_usual_places_are_looked_at(home: Path, place: str) -> None:
    assert mirror(home / place) in mirrors({})


@pytest.mark.parametrize(
    ("package", "found"),
    [
        (f"5.100.0/{HERE}", [AWS]),
        (f"terraform-provider-aws_5.100.0_{HERE}.zip", [AWS]),
        ("5.100.0/plan9_mips", []),
    ],
    ids=["unpacked", "packed", "for another machine"],
)
def test_providers_are_those_that_run_here(tmp_path: Path, package: str, found: list[str]) -> None:
    assert providers(mirror(tmp_path, package)) == found


def test_terraform_reads_what_was_written(home: Path) -> None:
    file = cli_configuration(home, {"GROUNDPLAN_PLUGIN_MIRROR": str(mirror(home / 'a "b" mirror'))})
    ran = subprocess.run(
        ["terraform", "version"],  # noqa: S607
        env={
            "PATH": os.environ["PATH"],
            "TF_CLI_CONFIG_FILE": str(file),
            "CHECKPOINT_DISABLE": "1",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "Error" not in ran.stdout + ran.stderr
    assert "Warning" not in ran.stdout + ran.stderr
