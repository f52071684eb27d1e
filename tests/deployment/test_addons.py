"""The stage `addons` through the real terraform: what a change of it does, and in which order.

The Helm provider is emulated from its schema where no mirror has the real one; the stages before
are stood for by states with the outputs they give.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from emulator import Emulator
from terraform import Terraform
from tests.conftest import ROOT
from tests.people import state
from tests.stacks.conftest import synthesize

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(600)]
BUCKET = "acme-production-111122223333-eu-central-1"
SECRET = "the value of the bootstrap client"
OUTPUTS: dict[str, dict[str, str]] = {
    "domain": {"zone": "production.acme.example", "zone_id": "Z0123456789"},
    "kubernetes": {
        "cluster_name": "acme-production",
        "endpoint": "https://127.0.0.1:6443",
        "certificate_authority": "Y2VydGlmaWNhdGU=",
        "network_id": "vpc-0a1b2c3d",
    },
}


class Addons:
    """The stage of one infrastructure, synthesized anew for each change."""

    def __init__(self, cloud: Emulator, acme: Path, folder: Path) -> None:
        self.repository = folder / "repository"
        shutil.copytree(acme, self.repository, ignore=shutil.ignore_patterns(".groundplan"))
        self.outdir = folder / "cdktf.out"
        self.environment = {
            **cloud.environment(),
            "TF_VAR_secret_keycloak_bootstrap": SECRET,
            "TF_VAR_secret_keycloak_bootstrap_revision": "1",
        }
        self.plan_file = folder / "plan"
        self.messages: list[Mapping[str, Any]] = []
        self.synthesize({})

    def synthesize(self, changes: Mapping[str, Any]) -> None:
        """The example, with other addons in it."""
        file = self.repository / "infrastructures" / "production.yaml"
        manifest = yaml.safe_load((ROOT / "examples/acme/infrastructures" / file.name).read_text())
        manifest["addons"].update(changes)
        file.write_text(yaml.safe_dump(manifest))
        synthesize(self.repository, self.outdir)

    @property
    def terraform(self) -> Terraform:
        folder = self.outdir / "stacks" / "production-addons"
        return Terraform(folder, self.environment, listen=self.messages.append)

    def plan(self, *, destroy: bool = False) -> dict[str, set[str]]:
        """Action → the names of the releases it is planned for."""
        self.messages.clear()
        self.terraform.plan(self.plan_file, destroy=destroy)
        found: dict[str, set[str]] = {}
        for message in self.messages:
            if message.get("type") == "planned_change":
                change = message["change"]
                found.setdefault(change["action"], set()).add(change["resource"]["resource_name"])
        return found

    def apply(self) -> list[str]:
        """Applies the plan; the releases in the order in which they were done."""
        self.messages.clear()
        self.terraform.apply(self.plan_file)
        return [
            message["hook"]["resource"]["resource_name"]
            for message in self.messages
            if message.get("type") == "apply_complete"
        ]


@pytest.fixture(scope="module")
def addons(cloud: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Addons:
    """The addons of examples/acme's production, deployed."""
    s3 = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name="eu-central-1",
        aws_access_key_id="emulated",
        aws_secret_access_key="emulated",
    )
    s3.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    for stage, outputs in OUTPUTS.items():
        s3.put_object(Bucket=BUCKET, Key=f"state/{stage}.tfstate", Body=state(outputs))
    made = Addons(cloud, ROOT / "examples" / "acme", tmp_path_factory.mktemp("addons"))
    made.terraform.init()
    assert set(made.plan()) == {"create"}
    made.apply()
    return made


@pytest.fixture(autouse=True)
def as_deployed(addons: Addons) -> None:
    """Each test begins with the example as it is deployed."""
    addons.synthesize({})


def test_what_is_deployed_stays_as_it_is(addons: Addons) -> None:
    assert addons.plan() == {}


def test_another_version_of_a_chart_is_a_change_in_place(addons: Addons) -> None:
    addons.synthesize({"argocd": {"version": "10.2.0"}})
    assert addons.plan() == {"update": {"argocd"}}


def test_other_values_are_a_change_in_place(addons: Addons) -> None:
    addons.synthesize({"ingress": {"values": {"deployment": {"replicas": 5}}}})
    assert addons.plan() == {"update": {"ingress"}}


def test_what_is_switched_off_goes_alone(addons: Addons) -> None:
    addons.synthesize({"metrics_server": {"enabled": False}})
    assert addons.plan() == {"delete": {"metrics-server"}}


def test_a_new_secret_reaches_the_cluster(addons: Addons) -> None:
    """Told by the number beside it: the value alone, nobody can compare."""
    before = dict(addons.environment)
    try:
        addons.environment["TF_VAR_secret_keycloak_bootstrap"] = "another value"
        assert addons.plan() == {}
        addons.environment["TF_VAR_secret_keycloak_bootstrap_revision"] = "2"
        changed = addons.plan()
        assert set(changed) == {"update"}
        (release,) = changed["update"]
        assert release.startswith("keycloak_bootstrap")
    finally:
        addons.environment = before


def test_the_secret_is_in_no_state_and_no_plan(addons: Addons) -> None:
    kept = json.dumps(addons.terraform.state())
    assert "keycloak-bootstrap" in kept
    addons.plan(destroy=True)
    for text in (SECRET, "dGhlIHZhbHVlIG9m"):  # as it is, and the beginning of its base64
        assert text not in kept
        assert text.encode() not in addons.plan_file.read_bytes()
        assert text not in json.dumps(addons.messages)


def test_they_go_in_reverse(addons: Addons) -> None:
    """Last of all what removes load balancers; records while there is somebody to remove them."""
    addons.plan(destroy=True)
    gone = [name.partition("_")[0] for name in addons.apply()]
    order = ("keycloak", "databases", "external-dns", "ingress", "load-balancers", "platform")
    assert [gone.index(name) for name in order] == sorted(gone.index(name) for name in order)
    assert gone.index("argocd") < gone.index("external-dns")
    assert gone[-2:] == ["load-balancers", "platform"]
