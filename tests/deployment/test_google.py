"""A Google infrastructure, from nothing to nothing, through the real terraform.

The provider is emulated from its schema, Cloud Storage and Secret Manager as far as states and
secrets go; terraform and its gcs backend are real.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
import yaml

from emulator import Emulator
from emulator.providers.objects import Server
from tests.conftest import ROOT
from tests.deployment.conftest import Project
from tests.stacks.conftest import GOOGLE

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(900)]
STAGES = ("backend", "vpc", "domain", "kubernetes", "addons", "identity", "applications")
BUCKET = "acme-europe-acme-platform-europe-west3"


@pytest.fixture(autouse=True)
def empty(cloud: Emulator) -> None:
    """Each test begins on an empty cloud, whatever the one before has left."""
    cloud.reset()


@pytest.fixture
def project(cloud: Emulator, tmp_path: Path) -> Project:
    return of(ROOT / "examples" / "acme-google", cloud, tmp_path)


def of(repository: Path, cloud: Emulator, folder: Path) -> Project:
    copy = folder / "repository"
    shutil.copytree(repository, copy, ignore=shutil.ignore_patterns(".groundplan"))
    return Project(copy, folder / "cdktf.out", cloud.environment())


def made(cloud: Emulator, type_: str) -> list[dict[str, Any]]:
    """What terraform has made of a type."""
    return [
        json.loads(file.read_text()) for file in sorted(cloud.objects.glob(f"*/*/{type_}/*.json"))
    ]


def exists(cloud: Emulator, type_: str, record: Mapping[str, Any]) -> None:
    """Something that was there before us."""
    Server.of(cloud.objects, "google", "google").create(type_, str(record["id"]), record)


def objects(cloud: Emulator, bucket: str) -> list[str]:
    """The names of the objects in a bucket."""
    url = f"{cloud.google.endpoint}/storage/v1/b/{bucket}/o"
    return [one["name"] for one in requests.get(url, timeout=10).json().get("items", [])]


@pytest.mark.slow
def test_an_infrastructure_lives_and_goes(project: Project, cloud: Emulator) -> None:
    """One long test: each step needs what the one before it made."""
    first = project.outcomes("plan", "europe")
    assert first["europe-backend"] == "pending"
    assert {first[f"europe-{stage}"] for stage in STAGES[1:]} == {"waits"}
    assert cloud.leftovers() == [], "planning made something"

    deployed = project.json("deploy", "europe", "--yes")["stacks"]
    assert [one["outcome"] for one in deployed] == ["changed"] * len(STAGES)
    assert not list((project.repository / ".groundplan" / "bootstrap").rglob("*.tfstate*"))
    states = [name for name in objects(cloud, BUCKET) if name.startswith("state/")]
    assert states == sorted(f"state/{stage}/default.tfstate" for stage in STAGES)

    assert set(project.outcomes("plan", "europe").values()) == {"unchanged"}
    assert set(project.outcomes("deploy", "europe", "--yes").values()) == {"unchanged"}

    what_was_deployed(project, cloud)
    a_locked_state_is_left_alone(project, cloud)
    a_pool_that_must_be_replaced_gets_another_name(project, cloud)

    destroyed = project.outcomes("destroy", "europe", "--yes")
    assert set(destroyed.values()) == {"destroyed"}
    assert cloud.leftovers() == []
    assert set(project.outcomes("destroy", "europe", "--yes").values()) == {"absent"}


def what_was_deployed(project: Project, cloud: Emulator) -> None:
    """The outputs are true; the secret that the program made has a value, and stands nowhere."""
    outputs = project.json("outputs", "europe")["europe"]
    (cluster,) = made(cloud, "google_container_cluster")
    assert outputs["kubernetes"]["endpoint"] == f"https://{cluster['endpoint']}"
    assert outputs["kubernetes"]["kubeconfig_location"] == f"gs://{BUCKET}/config/kubeconfig"
    # Its content is sensitive to the provider, and so recorded nowhere but in the state.
    state = requests.get(
        f"{cloud.google.endpoint}/{BUCKET}/state/kubernetes/default.tfstate", timeout=10
    ).json()
    (file,) = (one for one in state["resources"] if one["type"] == "google_storage_bucket_object")
    kubeconfig = yaml.safe_load(file["instances"][0]["attributes"]["content"])
    assert kubeconfig["clusters"][0]["cluster"]["server"] == outputs["kubernetes"]["endpoint"]
    assert kubeconfig["users"][0]["user"]["exec"]["args"] == ["token", "google"]
    pools = made(cloud, "google_container_node_pool")
    assert {one["initial_node_count"] for one in pools} == {1}, "ceil(3 / 3) and ceil(1 / 3)"

    entries = {one["name"]: one["has_value"] for one in project.json("secret", "list", "europe")}
    assert entries["keycloak/bootstrap"] is True
    url = f"{cloud.google.endpoint}/v1/projects/acme-platform/secrets"
    secret = requests.get(
        f"{url}/acme_europe_keycloak_2fbootstrap/versions/latest:access", timeout=10
    ).json()["payload"]["data"]
    recorded = [file.read_text() for file in cloud.objects.rglob("*.json")]
    assert not any(secret in text for text in recorded)


def a_locked_state_is_left_alone(project: Project, cloud: Emulator) -> None:
    """Somebody else is at work on the network."""
    lock = "state/vpc/default.tflock"
    boundary = "x"
    part = f"--{boundary}\r\nContent-Type: application/json\r\n\r\n"
    body = f'{part}{{}}\r\n{part}{{"ID":"1","Who":"ada@example"}}\r\n--{boundary}--\r\n'
    answer = requests.post(
        f"{cloud.google.endpoint}/upload/storage/v1/b/{BUCKET}/o",
        params={"uploadType": "multipart", "name": lock},
        data=body,
        headers={"Content-Type": f"multipart/related; boundary={boundary}"},
        timeout=10,
    )
    assert answer.ok
    ended = project.run("plan", "europe", "--stage", "vpc", check=False)
    assert ended.returncode == 1
    assert "lock" in (ended.stdout + ended.stderr).lower()
    objects_url = f"{cloud.google.endpoint}/storage/v1/b/{BUCKET}/o"
    assert requests.delete(f"{objects_url}/{lock.replace('/', '%2F')}", timeout=10).ok


def a_pool_that_must_be_replaced_gets_another_name(project: Project, cloud: Emulator) -> None:
    before = {one["name"] for one in made(cloud, "google_container_node_pool")}
    manifest = project.repository / "infrastructures" / "europe.yaml"
    manifest.write_text(manifest.read_text().replace("disk: {size: 80}", "disk: {size: 100}"))
    changed = project.json("deploy", "europe", "--yes", "--stage", "kubernetes")["stacks"]
    (cluster,) = (one for one in changed if one["stage"] == "kubernetes")
    assert (cluster["outcome"], cluster["add"], cluster["remove"]) == ("changed", 1, 1)
    after = {one["name"] for one in made(cloud, "google_container_node_pool")}
    assert len(before & after) == 1 and len(after) == 2


ZONE = {
    "dns_name": "acme.example.",
    "description": "",
    "managed_zone_id": 1,
    "name": "everything",
    "name_servers": ["ns1.example."],
    "visibility": "public",
}


@pytest.mark.slow
def test_a_parent_zone_of_another_project_delegates(cloud: Emulator, tmp_path: Path) -> None:
    exists(
        cloud,
        "google_dns_managed_zone",
        {**ZONE, "id": "projects/acme-network/managedZones/everything", "project": "acme-network"},
    )
    project = of(GOOGLE, cloud, tmp_path)
    assert set(project.outcomes("deploy", "child", "--yes").values()) == {"changed"}
    assert set(project.outcomes("plan", "child").values()) == {"unchanged"}
    (record,) = made(cloud, "google_dns_record_set")
    assert (record["project"], record["managed_zone"]) == ("acme-network", "everything")
    assert (record["type"], record["name"]) == ("NS", "child.acme.example.")
    assert all(server.endswith("com.") for server in record["rrdatas"])
    project.run("destroy", "child", "--confirm", "child", "--yes")
    assert [one.id for one in cloud.leftovers()] == [
        "projects/acme-network/managedZones/everything"
    ]


@pytest.mark.slow
def test_a_parent_zone_on_aws_delegates(cloud: Emulator, tmp_path: Path) -> None:
    """NS and DS, of a zone that terraform must not destroy."""
    route53 = boto3.Session("emulated", "emulated", region_name="eu-central-1").client(
        "route53", endpoint_url=cloud.endpoint
    )
    zone = route53.create_hosted_zone(Name="acme.example", CallerReference="1")["HostedZone"]["Id"]
    project = of(GOOGLE, cloud, tmp_path)
    stages = ("--stage", "backend", "--stage", "domain")
    assert set(project.outcomes("deploy", "barest", "--yes", *stages).values()) == {"changed"}
    assert set(project.outcomes("plan", "barest", *stages).values()) == {"unchanged"}
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    delegated = {one["Type"] for one in records if one["Name"] == "barest.acme.example."}
    assert delegated == {"NS", "DS"}


@pytest.mark.slow
def test_what_exists_is_used_and_left(cloud: Emulator, tmp_path: Path) -> None:
    """A Shared VPC's subnet, a zone and a cluster."""
    network = "projects/acme-network/global/networks/shared"
    link = f"https://www.googleapis.com/compute/v1/{network}"
    subnet = "projects/acme-network/regions/europe-west3/subnetworks/platform"
    ranges = [
        {"range_name": name, "ip_cidr_range": cidr, "reserved_internal_range": None}
        for name, cidr in (("platform-pods", "10.0.0.0/17"), ("platform-services", "10.1.0.0/19"))
    ]
    there: dict[str, dict[str, Any]] = {
        "google_compute_network": {
            "id": network, "name": "shared", "project": "acme-network", "self_link": link,
        },
        "google_compute_subnetwork": {
            "id": subnet, "name": "platform", "project": "acme-network", "region": "europe-west3",
            "network": link, "ip_cidr_range": "10.2.0.0/20", "private_ip_google_access": True,
            "secondary_ip_range": ranges,
        },
        "google_dns_managed_zone": {
            **ZONE, "dns_name": "borrowed.acme.example.", "name": "borrowed",
            "id": "projects/acme-platform/managedZones/borrowed", "project": "acme-platform",
        },
        "google_container_cluster": {
            "id": "projects/acme-platform/locations/europe-west3-a/clusters/old-cluster",
            "name": "old-cluster", "location": "europe-west3-a", "endpoint": "203.0.113.7",
            "workload_identity_config": [{"workload_pool": "acme-platform.svc.id.goog"}],
        },
    }  # fmt: skip
    for type_, record in there.items():
        exists(cloud, type_, record)
    project = of(GOOGLE, cloud, tmp_path)
    outcomes = project.outcomes("deploy", "borrowed", "--yes")
    assert set(outcomes.values()) == {"changed"}, outcomes
    assert set(project.outcomes("plan", "borrowed").values()) == {"unchanged"}
    outputs = project.json("outputs", "borrowed")["borrowed"]
    assert outputs["vpc"]["private_subnet_ids"] == [subnet]
    assert outputs["kubernetes"]["endpoint"] == "https://203.0.113.7"
    project.run("destroy", "borrowed", "--yes")
    assert {one.kind for one in cloud.leftovers()} == set(there)


def test_a_backend_that_no_state_knows_is_taken_over(project: Project, cloud: Emulator) -> None:
    """As after a run that was killed on a machine that is lost."""
    stage = ("--stage", "backend")
    assert set(project.outcomes("deploy", "europe", "--yes", *stage).values()) == {"changed"}
    before = {one["secret_id"] for one in made(cloud, "google_secret_manager_secret")}
    url = f"{cloud.google.endpoint}/storage/v1/b/{BUCKET}/o"
    assert (
        requests.delete(f"{url}/state%2Fbackend%2Fdefault.tfstate", timeout=10).status_code == 204
    )
    shutil.rmtree(project.repository / ".groundplan", ignore_errors=True)

    again = project.json("deploy", "europe", "--yes", *stage)["stacks"]
    assert [one["outcome"] for one in again] == ["changed"]
    assert set(project.outcomes("plan", "europe", *stage).values()) == {"unchanged"}
    assert {one["secret_id"] for one in made(cloud, "google_secret_manager_secret")} == before
    (bucket,) = made(cloud, "google_storage_bucket")
    rings = made(cloud, "google_kms_key_ring")
    assert len(rings) == 2, "the first one can't be known again"
    assert any(
        bucket["encryption"][0]["default_kms_key_name"].startswith(ring["id"]) for ring in rings
    )
