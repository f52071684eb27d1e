"""What exists in the emulated cloud: by listing each service that our stages use.

Tags alone prove nothing: the tagging API of AWS (and of moto) does not know addresses, endpoints,
roles, zones and launch templates. A key or a secret that is scheduled for deletion counts as gone:
AWS keeps it for days so that it can be restored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3


class Leftover(NamedTuple):
    """One thing that exists: what it is and its name or id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


Client = Callable[[str], Any]


def inventory(endpoint: str, region: str) -> set[Leftover]:
    """Everything of the listed kinds in a region and in the global services."""
    session = boto3.Session(
        aws_access_key_id="emulated",
        aws_secret_access_key="emulated",  # noqa: S106
        region_name=region,
    )

    def client(service: str, in_region: str = region) -> Any:
        return session.client(service, endpoint_url=endpoint, region_name=in_region)

    found: set[Leftover] = set()
    for listing in (_network, _storage, _keys, _names, _cluster, _access):
        found.update(Leftover(kind, id_) for kind, id_ in listing(client))
    # Keys that sign zones live in one region only.
    signing = client("kms", "us-east-1")
    found.update(Leftover(kind, id_) for kind, id_ in _keys(lambda service: signing))
    return found


def _network(client: Client) -> Iterator[tuple[str, str]]:
    ec2 = client("ec2")
    simple = {
        "vpcs": ("Vpcs", "VpcId"),
        "subnets": ("Subnets", "SubnetId"),
        "internet_gateways": ("InternetGateways", "InternetGatewayId"),
        "route_tables": ("RouteTables", "RouteTableId"),
        "security_groups": ("SecurityGroups", "GroupId"),
        "addresses": ("Addresses", "AllocationId"),
        "flow_logs": ("FlowLogs", "FlowLogId"),
        "launch_templates": ("LaunchTemplates", "LaunchTemplateId"),
        "network_interfaces": ("NetworkInterfaces", "NetworkInterfaceId"),
    }
    for name, (key, id_) in simple.items():
        for one in getattr(ec2, f"describe_{name}")()[key]:
            yield f"ec2 {name}", one[id_]
    for one in ec2.describe_network_acls()["NetworkAcls"]:
        # A network's default list goes with the network; moto forgets to remove it.
        if not one["IsDefault"]:
            yield "ec2 network_acls", one["NetworkAclId"]
    for one in ec2.describe_nat_gateways()["NatGateways"]:
        if one["State"] != "deleted":
            yield "ec2 nat_gateways", one["NatGatewayId"]
    for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        if one["State"].lower() != "deleted":
            yield "ec2 vpc_endpoints", one["VpcEndpointId"]


def _storage(client: Client) -> Iterator[tuple[str, str]]:
    for bucket in client("s3").list_buckets()["Buckets"]:
        yield "s3 bucket", bucket["Name"]
    for group in client("logs").describe_log_groups()["logGroups"]:
        yield "log group", group["logGroupName"]
    for secret in client("secretsmanager").list_secrets()["SecretList"]:
        yield "secret", secret["Name"]


def _keys(client: Client) -> Iterator[tuple[str, str]]:
    kms = client("kms")
    for key in kms.list_keys()["Keys"]:
        state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if state["KeyState"] != "PendingDeletion" and state["KeyManager"] == "CUSTOMER":
            yield "kms key", key["KeyId"]
    for alias in kms.list_aliases()["Aliases"]:
        if not alias["AliasName"].startswith("alias/aws/"):
            yield "kms alias", alias["AliasName"]


def _names(client: Client) -> Iterator[tuple[str, str]]:
    for zone in client("route53").list_hosted_zones()["HostedZones"]:
        yield "route53 zone", zone["Name"]


def _cluster(client: Client) -> Iterator[tuple[str, str]]:
    for name in client("eks").list_clusters()["clusters"]:
        yield "eks cluster", name


def _access(client: Client) -> Iterator[tuple[str, str]]:
    iam = client("iam")
    for role in iam.list_roles()["Roles"]:
        yield "iam role", role["RoleName"]
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        yield "iam policy", policy["PolicyName"]
    for provider in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        yield "iam oidc provider", provider["Arn"]
