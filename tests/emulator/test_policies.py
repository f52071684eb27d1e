"""Policies of buckets: conditions decided as IAM decides them, both ways, and over the wire."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator import Emulator
from emulator.completions.conditions import is_met
from emulator.completions.policies import PLAIN_HEADER

TRUE, FALSE = {"aws:SecureTransport": "true"}, {"aws:SecureTransport": "false"}
ADMIN = "arn:aws:iam::111122223333:role/admin"
BUCKET = "tls-only"


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"Bool": FALSE}, TRUE, False),
        ({"Bool": FALSE}, FALSE, True),
        ({"Bool": {"AWS:securetransport": False}}, FALSE, True),
        ({"Bool": FALSE}, {}, False),
        ({"BoolIfExists": FALSE}, {}, True),
        ({"StringEquals": {"k": ["a", "b"]}}, {"k": "b"}, True),
        ({"StringEquals": {"k": "a"}}, {}, False),
        ({"StringEqualsIgnoreCase": {"k": "A"}}, {"k": "a"}, True),
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "b"}, False),
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "c"}, True),
        ({"StringNotEquals": {"k": "a"}}, {}, True),
        ({"StringLike": {"k": "arn:*[1]"}}, {"k": "arn:x[1]"}, True),
        ({"StringNotLike": {"k": "a?"}}, {"k": "ab"}, False),
        ({"ArnLike": {"k": "arn:aws:iam::*:role/*"}}, {"k": ADMIN}, True),
        ({"ArnLike": {"k": "arn:*:role/admin"}}, {"k": ADMIN}, False),
        ({"ArnNotEquals": {"k": ADMIN}}, {"k": ADMIN}, False),
        ({"IpAddress": {"k": "10.0.0.0/8"}}, {"k": "10.1.2.3"}, True),
        ({"NotIpAddress": {"k": ["10.0.0.0/8", "127.0.0.1"]}}, {"k": "127.0.0.1"}, False),
        ({"NumericLessThan": {"k": "10"}}, {"k": "9"}, True),
        ({"NumericLessThan": {"k": "10"}}, {"k": "many"}, False),
        ({"DateLessThan": {"k": "2026-01-02T00:00:00Z"}}, {"k": "2026-01-01T00:00:00Z"}, True),
        ({"DateGreaterThan": {"k": "0"}}, {"k": "2026-01-01T00:00:00Z"}, True),
        ({"Null": {"k": "true"}}, {}, True),
        ({"Null": {"k": "true"}}, {"k": "a"}, False),
        ({"ForAnyValue:StringEquals": {"k": "a"}}, {"k": ["a", "b"]}, True),
        ({"ForAllValues:StringEquals": {"k": "a"}}, {"k": ["a", "b"]}, False),
        ({"ForAllValues:StringEquals": {"k": "a"}}, {}, True),
        ({"Sometimes": {"k": "a"}}, {"k": "a"}, False),
        ({"Bool": {"a": "true"}, "StringEquals": {"k": "x"}}, {"a": "true", "k": "y"}, False),
    ],
    ids=str,
)
def test_conditions(condition: Any, context: dict[str, str | list[str]], met: bool) -> None:
    assert is_met(condition, context) is met


def s3(cloud: Emulator, *, plain: bool = False) -> Any:
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    client = session.client("s3", endpoint_url=cloud.endpoint)

    def without_tls(request: Any, **_: Any) -> None:
        request.headers[PLAIN_HEADER] = "plain"

    if plain:
        client.meta.events.register("before-send.s3", without_tls)
    return client


@pytest.fixture
def bucket(cloud: Emulator) -> str:
    """A bucket with an object in it."""
    cloud.reset()
    place = {"LocationConstraint": "eu-central-1"}
    s3(cloud).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    s3(cloud).put_object(Bucket=BUCKET, Key="state", Body=b"{}")
    return BUCKET


def deny(cloud: Emulator, bucket: str, condition: Any, *actions: str) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(actions),
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": condition,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3(cloud).put_bucket_policy(Bucket=bucket, Policy=policy)


def denied() -> Any:
    return pytest.raises(ClientError, match=r"AccessDenied|Forbidden")


def test_what_comes_over_tls_is_let_through(cloud: Emulator, bucket: str) -> None:
    deny(cloud, bucket, {"Bool": FALSE}, "s3:*")
    client = s3(cloud)
    assert client.get_object(Bucket=bucket, Key="state")["Body"].read() == b"{}"
    client.put_object(Bucket=bucket, Key="state", Body=b"{1}")
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_what_comes_in_plain_is_denied(cloud: Emulator, bucket: str) -> None:
    deny(cloud, bucket, {"Bool": FALSE}, "s3:*")
    client = s3(cloud, plain=True)
    with denied():
        client.get_object(Bucket=bucket, Key="state")
    with denied():
        client.put_object(Bucket=bucket, Key="state", Body=b"")
    with denied():
        client.delete_object(Bucket=bucket, Key="state")
    assert s3(cloud).get_object(Bucket=bucket, Key="state")["Body"].read() == b"{}"


def test_without_a_policy_plain_is_let_through(cloud: Emulator, bucket: str) -> None:
    assert s3(cloud, plain=True).get_object(Bucket=bucket, Key="state")["Body"].read() == b"{}"


def test_an_upload_without_the_encryption_that_is_asked_for_is_denied(
    cloud: Emulator, bucket: str
) -> None:
    condition = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    deny(cloud, bucket, condition, "s3:PutObject")
    client = s3(cloud)
    with denied():
        client.put_object(Bucket=bucket, Key="state", Body=b"")
    client.put_object(Bucket=bucket, Key="state", Body=b"", ServerSideEncryption="aws:kms")
