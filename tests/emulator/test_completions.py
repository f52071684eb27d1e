"""The smaller completions: launch templates, versions of objects, NAT gateways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]


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
