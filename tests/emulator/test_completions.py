"""The smaller completions: policies, zones' keys, launch templates, versions, unknown actions."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.completions.dnssec import DnsKey
from emulator.completions.policies import PLAIN_HEADER, is_met

Client = Callable[[str], Any]


# Conditions of policies


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "true"}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "false"}, True),
        ({"StringEquals": {"k": ["a", "b"]}}, {"k": "b"}, True),
        ({"StringEquals": {"k": "a"}}, {}, False),
        ({"StringEqualsIfExists": {"k": "a"}}, {}, True),
        ({"StringLike": {"k": "arn:*"}}, {"k": "arn:aws"}, True),
        ({"NumericLessThan": {"k": "1"}}, {"k": "0"}, False),
        ({"Bool": {"a": "true"}, "StringEquals": {"k": "x"}}, {"a": "true", "k": "y"}, False),
    ],
)
def test_conditions(condition: Any, context: dict[str, str], met: bool) -> None:
    assert is_met(condition, context) is met


def test_denying_plain_transport_denies_only_that(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(
        Bucket="tls-only", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::tls-only", "arn:aws:s3:::tls-only/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="tls-only", Policy=policy)
    s3.put_object(Bucket="tls-only", Key="state", Body=b"{}")
    assert s3.get_object(Bucket="tls-only", Key="state")["Body"].read() == b"{}"


def test_a_plain_request_is_known_by_its_header() -> None:
    from flask import Flask

    from emulator.completions.policies import _context

    with Flask("test").test_request_context(headers={PLAIN_HEADER: "plain"}):
        assert _context() == {"aws:SecureTransport": "false"}
    with Flask("test").test_request_context():
        assert _context() == {"aws:SecureTransport": "true"}


# DNSSEC


@pytest.fixture
def zone(client: Client) -> str:
    made = client("route53").create_hosted_zone(Name="acme.example", CallerReference="x")
    id_: str = made["HostedZone"]["Id"].rpartition("/")[2]
    return id_


@pytest.fixture
def key_arn() -> str:
    kms = boto3.client("kms", region_name="us-east-1")
    arn: str = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    return arn


def signing_key(client: Client, zone: str, key_arn: str) -> dict[str, Any]:
    made: dict[str, Any] = client("route53").create_key_signing_key(
        CallerReference="y",
        HostedZoneId=zone,
        KeyManagementServiceArn=key_arn,
        Name="groundplan",
        Status="ACTIVE",
    )
    return made["KeySigningKey"]  # type: ignore[no-any-return]


def test_records_of_a_key_follow_the_rfcs() -> None:
    """The example of RFC 6605, section 6.1: key tag 55648, and its DS record."""
    public = base64.b64decode(
        "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="
    )
    key = DnsKey("example.net.", public)
    assert key.tag == 55648
    assert key.digest == "B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17"


def test_the_ds_record_is_the_digest_of_the_key(client: Client, zone: str, key_arn: str) -> None:
    key = signing_key(client, zone, key_arn)
    public = boto3.client("kms", region_name="us-east-1").get_public_key(KeyId=key_arn)
    expected = DnsKey.of("acme.example.", public["PublicKey"])
    assert key["DSRecord"] == expected.ds_record
    rdata = bytes([1, 1, 3, 13]) + base64.b64decode(key["PublicKey"])
    wire = b"\x04acme\x07example\x00"
    assert key["DigestValue"] == hashlib.sha256(wire + rdata).hexdigest().upper()


def test_signing_needs_an_active_key(client: Client, zone: str, key_arn: str) -> None:
    route53 = client("route53")
    with pytest.raises(ClientError, match="KeySigningKeyWithActiveStatusNotFound"):
        route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    signing_key(client, zone, key_arn)
    route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    assert route53.get_dnssec(HostedZoneId=zone)["Status"]["ServeSignature"] == "SIGNING"


def test_signing_ends_before_the_key_goes(client: Client, zone: str, key_arn: str) -> None:
    route53 = client("route53")
    signing_key(client, zone, key_arn)
    route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    names = {"HostedZoneId": zone, "Name": "groundplan"}
    with pytest.raises(ClientError, match="KeySigningKeyInUse"):
        route53.deactivate_key_signing_key(**names)
    with pytest.raises(ClientError, match="HostedZoneNotEmpty"):
        route53.delete_hosted_zone(Id=zone)
    route53.disable_hosted_zone_dnssec(HostedZoneId=zone)
    with pytest.raises(ClientError, match="InvalidKeySigningKeyStatus"):
        route53.delete_key_signing_key(**names)
    route53.deactivate_key_signing_key(**names)
    route53.delete_key_signing_key(**names)
    assert route53.get_dnssec(HostedZoneId=zone)["KeySigningKeys"] == []
    route53.delete_hosted_zone(Id=zone)


def test_a_signing_key_of_another_region_is_refused(client: Client, zone: str) -> None:
    arn = "arn:aws:kms:eu-central-1:123456789012:key/x"
    with pytest.raises(ClientError, match="InvalidKMSArn"):
        signing_key(client, zone, arn)


# The rest


def test_a_launch_template_keeps_its_own_tags_apart(client: Client) -> None:
    ec2 = client("ec2")
    launched = [{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]}]
    ec2.create_launch_template(
        LaunchTemplateName="nodes",
        LaunchTemplateData={"TagSpecifications": launched},
        TagSpecifications=[
            {"ResourceType": "launch-template", "Tags": [{"Key": "own", "Value": "tag"}]}
        ],
    )
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName="nodes")[
        "LaunchTemplateVersions"
    ]
    assert version["LaunchTemplateData"]["TagSpecifications"] == launched


def test_versions_are_deleted_one_by_one_after_versioning_is_suspended(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(
        Bucket="versions", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    s3.put_object(Bucket="versions", Key="state", Body=b"1")
    for status in ("Enabled", "Suspended"):
        s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": status})
        if status == "Enabled":
            s3.put_object(Bucket="versions", Key="state", Body=b"2")
            s3.delete_object(Bucket="versions", Key="state")
    listed = s3.list_object_versions(Bucket="versions")
    newest, oldest = (one["VersionId"] for one in listed["Versions"])
    s3.delete_objects(
        Bucket="versions", Delete={"Objects": [{"Key": "state", "VersionId": newest}]}
    )
    left = s3.list_object_versions(Bucket="versions")
    assert [one["VersionId"] for one in left["Versions"]] == [oldest]
    s3.delete_object(Bucket="versions", Key="state", VersionId=oldest)
    (marker,) = s3.list_object_versions(Bucket="versions")["DeleteMarkers"]
    s3.delete_object(Bucket="versions", Key="state", VersionId=marker["VersionId"])
    s3.delete_bucket(Bucket="versions")


def test_the_interface_of_a_nat_gateway_goes_with_it(client: Client, subnets: list[str]) -> None:
    ec2 = client("ec2")
    gateway = ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private")
    assert ec2.describe_network_interfaces()["NetworkInterfaces"]
    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGateway"]["NatGatewayId"])
    assert not ec2.describe_network_interfaces()["NetworkInterfaces"]


def test_an_action_that_moto_lacks_fails_at_once(client: Client) -> None:
    with pytest.raises(ClientError, match="NotImplementedInEmulator"):
        client("ec2").describe_fast_launch_images()
