"""What exists in the emulated cloud that an account has not got by itself.

By listing each service that our stages use, and by tag. Tags alone prove nothing: the tagging API
of AWS (and of moto) knows neither addresses nor endpoints, roles and zones.

Three things count as gone though they can still be seen, as they do on AWS: a key or a secret that
is scheduled for deletion (kept for days, so that it can be restored), and a NAT gateway that has
been deleted (shown for an hour).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

TAG = "groundplan.dev/infrastructure"
NOWHERE = (None, None, os.devnull, None)
"""botocore's way to say: from no file, no variable, this value."""


class Leftover(NamedTuple):
    """One thing that exists: what it is and its name or id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


Client = Callable[[str], Any]
Found = Iterator[tuple[str, str]]


def find(endpoint: str, regions: Sequence[str], infrastructure: str | None) -> list[Leftover]:
    """Everything of the listed kinds in some regions and in the services without regions."""
    found: set[Leftover] = set()
    for index, region in enumerate(regions):
        client = partial(_client, endpoint, region)
        listings = [_network, _around_networks, _storage, _keys, _cluster]
        if index == 0:
            listings += [_names, _access]
        for listing in listings:
            found.update(Leftover(kind, id_) for kind, id_ in listing(client))
        if infrastructure is not None:
            found.update(Leftover("tagged", arn) for arn in _tagged(client, infrastructure))
    return sorted(found)


@cache
def _client(endpoint: str, region: str, service: str) -> Any:
    # Emulated providers are in this package, too, and start without them.
    import botocore.session
    from botocore.config import Config

    # Neither a profile nor a proxy of the user may have a say here.
    session = botocore.session.Session(
        session_vars={"profile": (None,) * 4, "config_file": NOWHERE}
    )
    return session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="emulated",
        aws_secret_access_key="emulated",  # noqa: S106
        config=Config(proxies={}),
    )


def _network(client: Client) -> Found:
    """Networks and what is in them, but for what comes with a default network."""
    ec2 = client("ec2")
    default = {
        vpc["VpcId"]
        for vpc in _all(ec2, "describe_vpcs", "Vpcs", Filters=[_filter("is-default", "true")])
    }
    simple: dict[str, tuple[str, str, Callable[[Any], bool]]] = {
        "vpcs": ("Vpcs", "VpcId", lambda one: one["IsDefault"]),
        "subnets": ("Subnets", "SubnetId", lambda one: one["DefaultForAz"]),
        "internet_gateways": (
            "InternetGateways",
            "InternetGatewayId",
            lambda one: any(attached["VpcId"] in default for attached in one["Attachments"]),
        ),
        "route_tables": ("RouteTables", "RouteTableId", lambda one: _is_main(one, default)),
        "security_groups": (
            "SecurityGroups",
            "GroupId",
            lambda one: one["VpcId"] in default and one["GroupName"] == "default",
        ),
        # A network's default list goes with the network; moto forgets to remove it.
        "network_acls": ("NetworkAcls", "NetworkAclId", lambda one: one["IsDefault"]),
    }
    for name, (key, id_, comes_with_it) in simple.items():
        for one in _all(ec2, f"describe_{name}", key):
            if not comes_with_it(one):
                yield f"ec2 {name}", one[id_]


def _around_networks(client: Client) -> Found:
    ec2 = client("ec2")
    simple = {
        "addresses": ("Addresses", "AllocationId"),
        "flow_logs": ("FlowLogs", "FlowLogId"),
        "launch_templates": ("LaunchTemplates", "LaunchTemplateId"),
        "network_interfaces": ("NetworkInterfaces", "NetworkInterfaceId"),
        "nat_gateways": ("NatGateways", "NatGatewayId"),
        "vpc_endpoints": ("VpcEndpoints", "VpcEndpointId"),
    }
    for name, (key, id_) in simple.items():
        for one in _all(ec2, f"describe_{name}", key):
            if one.get("State", "").lower() != "deleted":
                yield f"ec2 {name}", one[id_]


def _storage(client: Client) -> Found:
    s3, region = client("s3"), client("s3").meta.region_name
    for bucket in s3.list_buckets()["Buckets"]:
        place = s3.get_bucket_location(Bucket=bucket["Name"])["LocationConstraint"]
        if (place or "us-east-1") == region:
            yield "s3 bucket", bucket["Name"]
    for group in _all(client("logs"), "describe_log_groups", "logGroups"):
        yield "log group", group["logGroupName"]
    for secret in _all(client("secretsmanager"), "list_secrets", "SecretList"):
        yield "secret", secret["Name"]


def _keys(client: Client) -> Found:
    kms = client("kms")
    for key in _all(kms, "list_keys", "Keys"):
        state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if state["KeyState"] != "PendingDeletion" and state["KeyManager"] == "CUSTOMER":
            yield "kms key", key["KeyId"]
    for alias in _all(kms, "list_aliases", "Aliases"):
        if not alias["AliasName"].startswith("alias/aws/"):
            yield "kms alias", alias["AliasName"]


def _cluster(client: Client) -> Found:
    """Node groups, add-ons and access entries are gone with their cluster."""
    for name in _all(client("eks"), "list_clusters", "clusters"):
        yield "eks cluster", name


def _names(client: Client) -> Found:
    for zone in _all(client("route53"), "list_hosted_zones", "HostedZones"):
        yield "route53 zone", zone["Name"]


def _access(client: Client) -> Found:
    iam = client("iam")
    for role in _all(iam, "list_roles", "Roles"):
        # AWS makes these when a service is used first, and keeps them.
        if not role["Path"].startswith("/aws-service-role/"):
            yield "iam role", role["RoleName"]
    for policy in _all(iam, "list_policies", "Policies", Scope="Local"):
        yield "iam policy", policy["PolicyName"]
    for profile in _all(iam, "list_instance_profiles", "InstanceProfiles"):
        yield "iam instance profile", profile["InstanceProfileName"]
    for provider in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        yield "iam oidc provider", provider["Arn"]


def _tagged(client: Client, infrastructure: str) -> Iterator[str]:
    """The ARNs of what bears the tag of an infrastructure, but for what counts as gone."""
    gone = {f"key/{one['KeyId']}" for one in _all(client("kms"), "list_keys", "Keys")} - {
        f"key/{id_}" for kind, id_ in _keys(client) if kind == "kms key"
    }
    gone |= {
        f"natgateway/{one['NatGatewayId']}"
        for one in _all(client("ec2"), "describe_nat_gateways", "NatGateways")
        if one["State"] == "deleted"
    }
    secrets = client("secretsmanager")
    arns = {
        one["ARN"]
        for one in _all(secrets, "list_secrets", "SecretList", IncludePlannedDeletion=True)
        if "DeletedDate" in one
    }
    tagged = _all(
        client("resourcegroupstaggingapi"),
        "get_resources",
        "ResourceTagMappingList",
        TagFilters=[{"Key": TAG, "Values": [infrastructure]}],
    )
    for one in tagged:
        arn: str = one["ResourceARN"]
        if arn not in arns and arn.rpartition(":")[2] not in gone:
            yield arn


def _all(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """The items of all pages of an answer."""
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments)[key]
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]


def _filter(name: str, value: str) -> dict[str, Any]:
    return {"Name": name, "Values": [value]}


def _is_main(table: dict[str, Any], networks: set[str]) -> bool:
    main = any(one["Main"] for one in table["Associations"])
    return main and table["VpcId"] in networks
