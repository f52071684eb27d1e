"""What nobody implements fails at once and is named, whatever protocol a service speaks."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator import Emulator


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "named"),
    [
        ("ec2", "describe_fast_launch_images", {}, "ec2 DescribeFastLaunchImages"),
        ("iam", "list_service_specific_credentials", {}, "iam ListServiceSpecificCredentials"),
        ("kms", "describe_custom_key_stores", {}, "kms DescribeCustomKeyStores"),
        ("route53", "list_cidr_collections", {}, "route53 GET /2013-04-01/cidrcollection"),
        ("eks", "list_insights", {"clusterName": "x"}, "eks ListInsights"),
        ("eks", "list_eks_anywhere_subscriptions", {}, "eks GET /eks-anywhere-subscriptions"),
        ("lambda", "list_code_signing_configs", {}, "lambda GET /2020-04-22/code-signing-configs"),
        ("pricing", "describe_services", {}, "pricing DescribeServices"),
        ("chime", "list_accounts", {}, "chime GET /accounts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_missing_is_named_at_once(
    cloud: Emulator, service: str, operation: str, arguments: dict[str, Any], named: str
) -> None:
    client = client_of(cloud, service)
    tries: list[int] = []
    client.meta.events.register("before-send", lambda **_: tries.append(1))
    with pytest.raises(ClientError, match=f"The emulated cloud has no {named}") as fault:
        getattr(client, operation)(**arguments)
    assert fault.value.response["Error"]["Code"] == "NotImplementedInEmulator"
    assert fault.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert len(tries) == 1, "the client took it for a passing fault"


def test_a_fault_of_the_emulator_is_named_and_logged(cloud: Emulator) -> None:
    client = client_of(cloud, "autoscaling")
    began = time.monotonic()
    with pytest.raises(ClientError, match=r"EmulatorFault.*IndexError"):
        client.describe_warm_pool(AutoScalingGroupName="none")
    assert time.monotonic() - began < 10
    assert "IndexError" in cloud.log.read_text()


def client_of(cloud: Emulator, service: str) -> Any:
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    config = Config(retries={"total_max_attempts": 5, "mode": "standard"})
    return session.client(service, endpoint_url=cloud.endpoint, config=config)
