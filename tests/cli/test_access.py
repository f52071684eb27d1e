"""`main.py access` on the emulated cloud, with states that stand for deployed stages."""

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
from tests.people import state

ACME = ROOT / "examples" / "acme"
PASSWORD = "the first one, of the tests"
STATES = {
    "kubernetes": {
        "cluster_name": "acme-production",
        "kubeconfig_location": "s3://states/config/kubeconfig",
    },
    "addons": {"argocd_url": "https://argocd.production.acme.example"},
    "identity": {
        "issuer": "https://auth.production.acme.example/realms/platform",
        "kubernetes_client": "production-kubernetes",
    },
}


@pytest.fixture(scope="module")
def deployed(cloud: Emulator) -> Emulator:
    """Production's stages, and the admin's password."""
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    s3: Any = session.client("s3", endpoint_url=cloud.endpoint)
    store: Any = session.client("secretsmanager", endpoint_url=cloud.endpoint)
    for name in ("production", "staging"):
        s3.create_bucket(
            Bucket=f"acme-{name}-111122223333-eu-central-1",
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
    for stage, outputs in STATES.items():
        s3.put_object(
            Bucket="acme-production-111122223333-eu-central-1",
            Key=f"state/{stage}.tfstate",
            Body=state(outputs),
        )
    entry = "acme/production/keycloak/first-passwords/admin"
    store.create_secret(Name=entry, SecretString=PASSWORD)
    return cloud


def access(cloud: Emulator, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "access", *arguments, "-r", str(ACME)],
        env=cloud.environment({**os.environ, "CDKTF_OUTDIR": str(folder / "cdktf.out")}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_says_where_things_are_and_no_password(deployed: Emulator, tmp_path: Path) -> None:
    ended = access(deployed, tmp_path, "production", "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "cluster": "acme-production",
        "kubeconfig": "s3://states/config/kubeconfig",
        "kubeconfig of people": "s3://states/config/kubeconfig-people",
        "ArgoCD": "https://argocd.production.acme.example",
        "Keycloak": "https://auth.production.acme.example/admin/platform/console",
        "people sign in at": "https://auth.production.acme.example/realms/platform",
        "first password of admin": "the secret keycloak/first-passwords/admin",
        "first password of ada": "the secret keycloak/first-passwords/ada",
        "first password of dan": "the secret keycloak/first-passwords/dan",
    }
    assert PASSWORD not in ended.stdout + ended.stderr


def test_a_password_is_printed_when_asked_for(deployed: Emulator, tmp_path: Path) -> None:
    ended = access(deployed, tmp_path, "production", "--show-password", "admin")
    assert ended.stdout == f"{PASSWORD}\n"
    assert "must be changed at the first sign-in" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("production", "--show-password", "eve"), "gives eve no first password; it gives one to"),
        (("production", "--show-password", "ada"), "ada has none yet: deploy the stage"),
        (("staging",), "staging has no cluster yet: deploy it first."),
        (("staging", "--show-password", "ada"), "it gives one to nobody."),
    ],
    ids=["unknown", "not deployed", "no cluster", "of another"],
)
def test_what_can_not_be_told_is_one_sentence(
    arguments: tuple[str, ...], message: str, deployed: Emulator, tmp_path: Path
) -> None:
    ended = access(deployed, tmp_path, *arguments)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert message in ended.stderr and "Traceback" not in ended.stderr
