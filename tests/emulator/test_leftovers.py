"""The proof that nothing is left: each kind of thing is found, and is gone when deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from emulator import Emulator, leftovers

TAG = {"Key": "groundplan.dev/infrastructure", "Value": "staging"}
TRUST = "{}"
Made = tuple[str, Callable[[], Any]]
"""The kind that must be listed, and how to delete what was made."""


class Account:
    """Makes one thing of each kind."""

    def __init__(self, cloud: Emulator, region: str = "eu-central-1") -> None:
        session = boto3.Session("emulated", "emulated", region_name=region)
        self.client: Callable[[str], Any] = lambda name: session.client(
            name, endpoint_url=cloud.endpoint
        )
        self.region = region
        self.ec2 = self.client("ec2")

    def network(self) -> Made:
        id_ = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        return "ec2 vpcs", lambda: self.ec2.delete_vpc(VpcId=id_)

    def subnet_of_the_default_network(self) -> Made:
        made = self.ec2.create_subnet(VpcId=self._default_network(), CidrBlock="172.31.240.0/28")
        id_ = made["Subnet"]["SubnetId"]
        return "ec2 subnets", lambda: self.ec2.delete_subnet(SubnetId=id_)

    def group_of_the_default_network(self) -> Made:
        id_ = self.ec2.create_security_group(GroupName="x", Description="x")["GroupId"]
        return "ec2 security_groups", lambda: self.ec2.delete_security_group(GroupId=id_)

    def gateway(self) -> Made:
        id_ = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        return "ec2 internet_gateways", lambda: self.ec2.delete_internet_gateway(
            InternetGatewayId=id_
        )

    def table(self) -> Made:
        id_ = self.ec2.create_route_table(VpcId=self._default_network())["RouteTable"][
            "RouteTableId"
        ]
        return "ec2 route_tables", lambda: self.ec2.delete_route_table(RouteTableId=id_)

    def address(self) -> Made:
        id_ = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        return "ec2 addresses", lambda: self.ec2.release_address(AllocationId=id_)

    def nat(self) -> Made:
        subnet = self.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        made = self.ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
        id_ = made["NatGateway"]["NatGatewayId"]
        return "ec2 nat_gateways", lambda: self.ec2.delete_nat_gateway(NatGatewayId=id_)

    def endpoint(self) -> Made:
        made = self.ec2.create_vpc_endpoint(
            VpcId=self._default_network(),
            VpcEndpointType="Gateway",
            ServiceName=f"com.amazonaws.{self.region}.s3",
        )
        id_ = made["VpcEndpoint"]["VpcEndpointId"]
        return "ec2 vpc_endpoints", lambda: self.ec2.delete_vpc_endpoints(VpcEndpointIds=[id_])

    def template(self) -> Made:
        self.ec2.create_launch_template(
            LaunchTemplateName="leftover", LaunchTemplateData={"KeyName": "x"}
        )
        return "ec2 launch_templates", lambda: self.ec2.delete_launch_template(
            LaunchTemplateName="leftover"
        )

    def bucket(self) -> Made:
        s3 = self.client("s3")
        name = f"leftover-{self.region}"
        place = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        s3.create_bucket(Bucket=name, **({} if self.region == "us-east-1" else place))
        return "s3 bucket", lambda: s3.delete_bucket(Bucket=name)

    def logs(self) -> Made:
        logs = self.client("logs")
        logs.create_log_group(logGroupName="x")
        return "log group", lambda: logs.delete_log_group(logGroupName="x")

    def secret(self) -> Made:
        secrets = self.client("secretsmanager")
        arn = secrets.create_secret(Name="x", SecretString="x", Tags=[TAG])["ARN"]
        return "secret", lambda: secrets.delete_secret(SecretId=arn, RecoveryWindowInDays=7)

    def key(self) -> Made:
        kms = self.client("kms")
        tag = {"TagKey": TAG["Key"], "TagValue": TAG["Value"]}
        id_ = kms.create_key(Tags=[tag])["KeyMetadata"]["KeyId"]
        return "kms key", lambda: kms.schedule_key_deletion(KeyId=id_, PendingWindowInDays=7)

    def zone(self) -> Made:
        route53 = self.client("route53")
        id_ = route53.create_hosted_zone(Name="x.io", CallerReference="x")["HostedZone"]["Id"]
        return "route53 zone", lambda: route53.delete_hosted_zone(Id=id_)

    def cluster(self) -> Made:
        eks = self.client("eks")
        subnets = [one["SubnetId"] for one in self.ec2.describe_subnets()["Subnets"][:2]]
        role = "arn:aws:iam::111122223333:role/x"
        network = {"subnetIds": subnets}
        tags = {TAG["Key"]: TAG["Value"]}
        eks.create_cluster(name="x", roleArn=role, resourcesVpcConfig=network, tags=tags)
        return "eks cluster", lambda: eks.delete_cluster(name="x")

    def role(self) -> Made:
        iam = self.client("iam")
        iam.create_role(RoleName="x", AssumeRolePolicyDocument=TRUST)
        return "iam role", lambda: iam.delete_role(RoleName="x")

    def profile(self) -> Made:
        iam = self.client("iam")
        iam.create_instance_profile(InstanceProfileName="x")
        return "iam instance profile", lambda: iam.delete_instance_profile(InstanceProfileName="x")

    def provider(self) -> Made:
        iam = self.client("iam")
        made = iam.create_open_id_connect_provider(Url="https://x.io", ThumbprintList=["0" * 40])
        arn = made["OpenIDConnectProviderArn"]
        return "iam oidc provider", lambda: iam.delete_open_id_connect_provider(
            OpenIDConnectProviderArn=arn
        )

    def _default_network(self) -> str:
        default = [{"Name": "is-default", "Values": ["true"]}]
        (vpc,) = self.ec2.describe_vpcs(Filters=default)["Vpcs"]
        return str(vpc["VpcId"])


MAKERS = sorted(name for name, value in vars(Account).items() if callable(value) and name[0] != "_")


@pytest.fixture(autouse=True)
def empty(cloud: Emulator) -> None:
    """One cloud for all, emptied before each."""
    cloud.reset()


def test_what_is_made_is_left_and_what_is_deleted_is_not(cloud: Emulator) -> None:
    account = Account(cloud)
    assert cloud.leftovers("staging") == []
    made = [getattr(account, maker)() for maker in MAKERS]
    left = [one.kind for one in cloud.leftovers("staging")]
    assert [kind for kind, _ in made if kind not in left] == []
    for _, delete in reversed(made):
        delete()
    assert cloud.leftovers("staging") == []


@pytest.mark.parametrize("maker", ["key", "secret", "cluster"])
def test_what_bears_the_tag_is_found_by_it(cloud: Emulator, maker: str) -> None:
    _, delete = getattr(Account(cloud), maker)()
    assert "tagged" in {one.kind for one in cloud.leftovers("staging")}
    assert "tagged" not in {one.kind for one in cloud.leftovers("production")}
    delete()
    assert cloud.leftovers("staging") == []


def test_other_regions_are_looked_at_when_named(cloud: Emulator) -> None:
    account = Account(cloud, "eu-west-1")
    made = [account.bucket(), account.key(), account.address()]
    assert cloud.leftovers() == []
    kinds = {one.kind for one in cloud.leftovers(regions=["eu-west-1"])}
    assert kinds == {kind for kind, _ in made}


def test_lists_are_read_to_their_end(cloud: Emulator) -> None:
    iam = Account(cloud).client("iam")
    names = [f"role-{index:03}" for index in range(120)]
    for name in names:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    assert [one.id for one in cloud.leftovers()] == names


def test_settings_of_the_user_have_no_say(cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    leftovers._client.cache_clear()
    assert cloud.leftovers() == []
