"""A network that exists: found, checked, refused with a sentence where it does not fit."""

from __future__ import annotations

import shutil
from typing import Any

import boto3
import pytest

from emulator import Emulator
from tests.deployment.conftest import Project

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.timeout(900),
    # One cloud and one backend for all of them.
    pytest.mark.xdist_group("network-reuse"),
]
ACCOUNT = "111122223333"
MANIFEST = """
apiVersion: groundplan.dev/v1
name: guest
cloud: {{provider: aws, region: eu-central-1, account: "{account}"}}
vpc:
  reuse:
    {network}
    subnets: {{private: {subnets}}}
"""


class Network:
    """An existing network with subnets in two zones, made by somebody else."""

    def __init__(self, ec2: Any) -> None:
        self.id = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        ec2.create_tags(Resources=[self.id], Tags=[{"Key": "Name", "Value": "shared"}])
        self.subnets = [
            ec2.create_subnet(
                VpcId=self.id,
                CidrBlock=f"10.9.{index}.0/24",
                AvailabilityZone=f"eu-central-1{zone}",
            )["Subnet"]["SubnetId"]
            for index, zone in enumerate("aab")
        ]
        ec2.create_tags(Resources=self.subnets, Tags=[{"Key": "tier", "Value": "private"}])


@pytest.fixture(scope="module")
def network(cloud: Emulator) -> Network:
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    return Network(session.client("ec2", endpoint_url=cloud.endpoint))


@pytest.fixture
def guest(project: Project) -> Project:
    shutil.rmtree(project.repository / "infrastructures")
    (project.repository / "infrastructures").mkdir()
    return project


def describe(guest: Project, network: str, subnets: str, account: str = ACCOUNT) -> None:
    text = MANIFEST.format(account=account, network=network, subnets=subnets)
    (guest.repository / "infrastructures" / "guest.yaml").write_text(text)


@pytest.mark.slow
def test_found_by_tags(guest: Project, network: Network) -> None:
    describe(guest, "tags: {Name: shared}", "{tags: {tier: private}}")
    guest.run("deploy", "guest", "--yes")
    outputs = guest.json("outputs", "guest")["guest"]["vpc"]
    assert outputs["network_id"] == network.id
    assert sorted(outputs["private_subnet_ids"]) == sorted(network.subnets)
    assert outputs["zones"] == ["eu-central-1a", "eu-central-1b"]
    assert outputs["cidr"] == "10.9.0.0/16"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ((0, 1), "lie in one zone; EKS needs two"),
        ((0, None), "Not every subnet"),
    ],
    ids=["one zone", "a subnet that does not exist"],
)
def test_what_does_not_fit_is_refused(
    guest: Project, network: Network, chosen: tuple[int | None, ...], message: str
) -> None:
    ids = [network.subnets[one] if one is not None else "subnet-0123456789" for one in chosen]
    describe(guest, f"id: {network.id}", f"{{ids: [{', '.join(ids)}]}}")
    ended = guest.run("deploy", "guest", "--yes", check=False)
    assert ended.returncode == 1
    assert message in ended.stderr


def test_another_account_is_refused(guest: Project, network: Network) -> None:
    describe(guest, f"id: {network.id}", "{tags: {tier: private}}", account="999988887777")
    ended = guest.run("deploy", "guest", "--yes", check=False)
    assert ended.returncode == 1
    assert "account ID not allowed" in ended.stderr
