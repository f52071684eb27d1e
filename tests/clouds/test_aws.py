"""AWS, asked by the program itself: against the emulated cloud's parts in this process."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from clouds import Place, open_cloud
from clouds.aws import Aws
from errors import GroundplanError

PLACE = Place("aws", "eu-central-1", "123456789012", "states", "state/", "acme/staging/")


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "emulated")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield Aws(PLACE)


def entry(name: str) -> None:
    """As terraform makes it: without a value."""
    client("secretsmanager").create_secret(Name=name)


def client(service: str) -> Any:
    return boto3.client(service, region_name=PLACE.region)


def test_an_entry_has_no_value_until_one_is_set(cloud: Aws) -> None:
    entry("acme/staging/argocd/git")
    assert cloud.secret("argocd/git") is None
    assert [(one.name, one.has_value) for one in cloud.secrets()] == [("argocd/git", False)]
    cloud.set_secret("argocd/git", "first")
    cloud.set_secret("argocd/git", "second")
    found = cloud.secret("argocd/git")
    assert found and found.value == "second"
    assert [(one.name, one.has_value) for one in cloud.secrets()] == [("argocd/git", True)]


def test_the_version_changes_with_the_value_only(cloud: Aws) -> None:
    entry("acme/staging/one")
    versions = []
    for value in ("a", None, "b"):
        if value:
            cloud.set_secret("one", value)
        found = cloud.secret("one")
        assert found
        versions.append(found.version)
    assert versions[0] == versions[1] != versions[2]


def test_only_terraform_makes_entries(cloud: Aws) -> None:
    with pytest.raises(GroundplanError, match="There is no entry one yet"):
        cloud.set_secret("one", "s3cret")
    assert cloud.secret("one") is None


def test_entries_of_others_are_not_listed(cloud: Aws) -> None:
    for name in ("acme/staging/ours", "acme/staging-2/theirs", "acme/production/theirs"):
        entry(name)
    assert [one.name for one in cloud.secrets()] == ["ours"]


def test_what_has_a_state_in_the_bucket_is_deployed(cloud: Aws) -> None:
    assert cloud.stages() == frozenset()
    s3 = client("s3")
    place = {"LocationConstraint": PLACE.region}
    s3.create_bucket(Bucket="states", CreateBucketConfiguration=place)
    keys = ("vpc.tfstate", "module-media.tfstate", "vpc.tfstate.tflock", "note.txt")
    for key in keys:
        s3.put_object(Bucket="states", Key=f"state/{key}", Body=b"{}")
    s3.put_object(Bucket="states", Key="config/kubeconfig", Body=b"")
    assert cloud.stages() == {"vpc", "module-media"}


def test_a_bucket_must_be_of_the_account(cloud: Aws) -> None:
    """Bucket names are global: another's could bear ours. moto does not look at the header."""
    owners: list[bytes] = []
    cloud._s3.meta.events.register(
        "before-send.s3.ListObjectsV2",
        lambda request, **_: owners.append(request.headers["x-amz-expected-bucket-owner"]),
    )
    cloud.stages()
    assert owners == [PLACE.account.encode()]


def test_what_exists_is_found_by_its_name(cloud: Aws) -> None:
    arguments = {"name": "acme/staging/one"}
    assert cloud.import_id("aws_secretsmanager_secret", arguments) is None
    entry("acme/staging/one")
    found = cloud.import_id("aws_secretsmanager_secret", arguments)
    assert found and found.startswith("arn:aws:secretsmanager:eu-central-1:123456789012:secret:")
    alias = {"name": "alias/states"}
    assert cloud.import_id("aws_kms_alias", alias) is None
    kms = client("kms")
    kms.create_alias(AliasName="alias/states", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    assert cloud.import_id("aws_kms_alias", alias) == "alias/states"
    assert cloud.import_id("aws_vpc", {}) is None


def test_without_credentials_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(GroundplanError, match="Unable to locate credentials"):
        Aws(PLACE).secret("one")


def test_a_cloud_that_is_not_supported_is_refused() -> None:
    with pytest.raises(GroundplanError, match="The cloud azure is not supported"):
        open_cloud(dataclasses.replace(PLACE, provider="azure"))
