"""The bucket that keeps its own state: interrupted, it resumes; run again, nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from emulator import Emulator
from tests.deployment.conftest import Project

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(900)]
BUCKET = "acme-staging-111122223333-eu-central-1"
BACKEND = ("staging", "--stage", "backend", "--yes")


@pytest.fixture
def s3(cloud: Emulator) -> Any:
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    return session.client("s3", endpoint_url=cloud.endpoint)


def has_bucket(s3: Any) -> bool:
    return any(one["Name"] == BUCKET for one in s3.list_buckets()["Buckets"])


def has_state(s3: Any) -> bool:
    if not has_bucket(s3):
        return False
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix="state/backend.tfstate")
    return any(one["Key"] == "state/backend.tfstate" for one in found.get("Contents", []))


def local_state(project: Project) -> bool:
    return any((project.repository / ".groundplan" / "bootstrap").rglob("terraform.tfstate"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        lambda project, s3: has_bucket(s3),
        lambda project, s3: local_state(project),
        lambda project, s3: has_state(s3),
    ],
    ids=["the bucket exists", "its state is written", "its state has moved"],
)
def test_killed_at_any_moment_it_resumes(
    moment: Callable[[Project, Any], bool], project: Project, s3: Any, cloud: Emulator
) -> None:
    project.kill("deploy", *BACKEND, when=lambda: moment(project, s3))
    unlock(s3)
    assert project.outcomes("deploy", *BACKEND) == {"staging-backend": "changed"}
    assert not local_state(project), "the state is still on this machine"
    assert has_state(s3)
    project.run("destroy", "staging", "--yes")
    assert cloud.leftovers() == []


@pytest.mark.slow
def test_what_no_state_knows_is_taken_over(project: Project, s3: Any, cloud: Emulator) -> None:
    """As after a kill between making it and noting it, on a machine that is gone since."""
    s3.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    kms = session.client("kms", endpoint_url=cloud.endpoint)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{BUCKET}", TargetKeyId=key)
    assert project.outcomes("deploy", *BACKEND) == {"staging-backend": "changed"}
    assert kms.describe_key(KeyId=f"alias/{BUCKET}")["KeyMetadata"]["KeyId"] != key
    project.run("destroy", "staging", "--yes")
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert cloud.leftovers() == []


def test_an_unreadable_bucket_is_not_a_missing_one(project: Project, cloud: Emulator) -> None:
    project.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    ended = project.run("deploy", *BACKEND, check=False)
    assert ended.returncode == 1
    assert "connection refused" in ended.stderr
    assert not local_state(project)
    assert cloud.leftovers() == []


def unlock(s3: Any) -> None:
    """Frees the lock that a killed terraform leaves behind: the user's decision, here made."""
    if has_bucket(s3):
        s3.delete_object(Bucket=BUCKET, Key="state/backend.tfstate.tflock")
