"""moto with the completions in this process, and a check of answers against the AWS API model."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import boto3
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto import mock_aws

from emulator.completions import complete
from emulator.completions.eks import CompletedEks

REGION = "eu-central-1"
SCALARS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": (int, float, datetime.datetime),
    "float": (int, float),
    "double": (int, float),
}

complete()


class Call(Protocol):
    """Calls an operation of EKS and checks the answer as it left the emulator."""

    def __call__(self, operation: str, **arguments: Any) -> dict[str, Any]: ...


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty emulated account in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "emulated")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def client() -> Callable[[str], Any]:
    """A boto3 client of a service."""
    return lambda service: boto3.client(service, region_name=REGION)


@pytest.fixture
def eks(client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls EKS; what boto3 would silently drop from the answer is an error here."""
    answers: list[str] = []
    stock = CompletedEks.call_action

    def call_action(self: Any) -> Any:
        answer = stock(self)
        answers.append(answer[2])
        return answer

    monkeypatch.setattr(CompletedEks, "call_action", call_action)
    caller = client("eks")

    def call(operation: str, **arguments: Any) -> dict[str, Any]:
        method = getattr(caller, operation)
        result: dict[str, Any] = method(**arguments)
        name = caller.meta.method_to_api_mapping[operation]
        shape = caller.meta.service_model.operation_model(name).output_shape
        conforms(json.loads(answers[-1]), shape, operation)
        return result

    return call


def conforms(value: Any, shape: Shape | None, path: str) -> None:
    """Fails where a value is not what the API model says: unknown members, other types."""
    if value is None or shape is None:
        assert not value, f"{path}: {value!r} where nothing is expected"
        return
    if isinstance(shape, StructureShape):
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{path}: {sorted(unknown)} are no members of {shape.name}"
        for member, item in value.items():
            conforms(item, shape.members[member], f"{path}.{member}")
    elif isinstance(shape, ListShape):
        assert isinstance(value, list), path
        for item in value:
            conforms(item, shape.member, f"{path}[]")
    elif isinstance(shape, MapShape):
        assert isinstance(value, dict), path
        for item in value.values():
            conforms(item, shape.value, f"{path}{{}}")
    else:
        assert isinstance(value, SCALARS[shape.type_name]), f"{path}: {value!r}"
        enum = getattr(shape, "enum", None)
        assert not enum or value in enum, f"{path}: {value!r} is none of {enum}"


@pytest.fixture
def subnets(client: Callable[[str], Any]) -> list[str]:
    """Two subnets in two zones."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{zone}"
        )["Subnet"]["SubnetId"]
        for index, zone in enumerate("ab")
    ]


@pytest.fixture
def cluster(eks: Call, subnets: list[str]) -> str:
    """The name of a cluster."""
    eks(
        "create_cluster",
        name="test",
        version="1.33",
        roleArn="arn:aws:iam::123456789012:role/cluster",
        resourcesVpcConfig={"subnetIds": subnets},
        accessConfig={"authenticationMode": "API"},
        tags={"team": "platform"},
    )
    return "test"
