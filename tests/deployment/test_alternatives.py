"""The other ways: OIDC identities, a private endpoint, delegation with DS, everything re-used."""

from __future__ import annotations

import shutil
from typing import Any

import boto3
import pytest

from emulator import Emulator
from tests.deployment.conftest import Project

pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.timeout(1800)]

OWNER = """
apiVersion: groundplan.dev/v1
name: owner
vpc: {create: {zones: [eu-central-1a, eu-central-1c], nat: single}}
domain: {create: {zone: parent.example}}
kubernetes:
  create:
    version: "1.33"
    workload_identity: irsa
    endpoint: {public: false}
    administrators: ["arn:aws:iam::111122223333:role/ops/platform"]
    node_groups: {general: {machine_types: [m7i.large], zones: [1]}}
protection: {destroy: allow}
"""
GUEST = """
apiVersion: groundplan.dev/v1
name: guest
vpc: {{reuse: {{id: {network}, subnets: {{private: {{ids: [{subnets}]}}}}}}}}
domain: {{create: {{zone: child.parent.example, parent: parent.example, dnssec: true}}}}
kubernetes: {{existing: {{name: acme-owner}}}}
protection: {{destroy: allow}}
"""


@pytest.fixture
def neighbours(project: Project) -> Project:
    """A repository with `owner` alone; `guest` comes when there is something to re-use."""
    folder = project.repository / "infrastructures"
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "owner.yaml").write_text(OWNER)
    return project


def test_one_infrastructure_stands_on_another(neighbours: Project, cloud: Emulator) -> None:
    assert set(neighbours.outcomes("deploy", "owner", "--yes").values()) == {"changed"}
    outputs = neighbours.json("outputs", "owner")["owner"]
    assert outputs["vpc"]["zones"] == ["eu-central-1a", "eu-central-1c"]
    guest = GUEST.format(
        network=outputs["vpc"]["network_id"],
        subnets=", ".join(outputs["vpc"]["private_subnet_ids"]),
    )
    (neighbours.repository / "infrastructures" / "guest.yaml").write_text(guest)
    assert set(neighbours.outcomes("deploy", "guest", "--yes").values()) == {"changed"}
    assert set(neighbours.outcomes("plan", "guest").values()) == {"unchanged"}
    the_parent_delegates(cloud, outputs["domain"]["zone_id"])
    the_cluster_is_upgraded_in_place(neighbours)
    neighbours.run("destroy", "guest", "--yes")
    neighbours.run("destroy", "owner", "--yes")
    assert cloud.leftovers() == []


def the_parent_delegates(cloud: Emulator, zone_id: str) -> None:
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    route53 = session.client("route53", endpoint_url=cloud.endpoint)
    records: list[dict[str, Any]] = route53.list_resource_record_sets(HostedZoneId=zone_id)[
        "ResourceRecordSets"
    ]
    child = {one["Type"]: one for one in records if one["Name"] == "child.parent.example."}
    assert set(child) == {"NS", "DS"}
    assert len(child["NS"]["ResourceRecords"]) == 4


def the_cluster_is_upgraded_in_place(neighbours: Project) -> None:
    manifest = neighbours.repository / "infrastructures" / "owner.yaml"
    manifest.write_text(manifest.read_text().replace('"1.33"', '"1.34"'))
    (result,) = neighbours.json("deploy", "owner", "--stage", "kubernetes", "--yes")["stacks"]
    assert (result["outcome"], result["add"], result["remove"]) == ("changed", 0, 0)
    assert result["outputs"]["version"] == "1.34"
