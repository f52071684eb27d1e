"""AWS: Secrets Manager and S3, with the credentials that terraform uses, too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from clouds import Entry, Place, Secret
from errors import GroundplanError

MISSING = {"ResourceNotFoundException", "NotFoundException", "NoSuchBucket", "NoSuchKey"}
ENDING = ".tfstate"
TIMEOUTS = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 4})
"""Seconds. A reconciler must not hang on a network that drops packets."""


class Aws:
    """Implements `clouds.Cloud`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def secret(self, entry: str) -> Secret | None:
        with self._asking(f"read the secret {entry}"):
            try:
                found = self._secrets.get_secret_value(SecretId=self._name(entry))
            except ClientError as error:
                if _code(error) in MISSING:
                    return None
                raise
        if "SecretString" not in found:
            raise GroundplanError(f"The secret {entry} is binary; set it anew, as text.")
        return Secret(found["SecretString"], found["VersionId"])

    def set_secret(self, entry: str, value: str) -> None:
        with self._asking(f"set the secret {entry}"):
            try:
                self._secrets.put_secret_value(SecretId=self._name(entry), SecretString=value)
            except ClientError as error:
                if _code(error) not in MISSING:
                    raise
                raise GroundplanError(
                    f"There is no entry {entry} yet. Name it in the manifest as "
                    f"{{secret: {entry}}} and deploy the stage `backend`: it makes the entries."
                ) from None

    def secrets(self) -> list[Entry]:
        prefix = self._place.secret_prefix
        with self._asking("list the secrets"):
            pages = self._secrets.get_paginator("list_secrets").paginate(
                Filters=[{"Key": "name", "Values": [prefix]}]
            )
            found = [one for page in pages for one in page["SecretList"]]
        return sorted(
            (_entry(one, prefix) for one in found if one["Name"].startswith(prefix)),
            key=lambda entry: entry.name,
        )

    def import_id(self, kind: str, arguments: Mapping[str, Any]) -> str | None:
        name = str(arguments.get("name", ""))
        with self._asking(f"look for {kind} {name}"):
            try:
                if kind == "aws_secretsmanager_secret":
                    return str(self._secrets.describe_secret(SecretId=name)["ARN"])
                if kind == "aws_kms_alias":
                    self._kms.describe_key(KeyId=name)
                    return name
            except ClientError as error:
                if _code(error) not in MISSING:
                    raise
        return None

    def outputs(self, stage: str) -> dict[str, Any]:
        with self._asking(f"read the state of {stage}"):
            try:
                found = self._s3.get_object(
                    Bucket=self._place.bucket,
                    Key=f"{self._place.state_prefix}{stage}{ENDING}",
                    ExpectedBucketOwner=self._place.account,
                )
            except ClientError as error:
                if _code(error) in MISSING:
                    return {}
                raise
        given = json.load(found["Body"]).get("outputs", {})
        return {name: one["value"] for name, one in given.items() if not one.get("sensitive")}

    def stages(self) -> frozenset[str]:
        bucket, prefix = self._place.bucket, self._place.state_prefix
        with self._asking(f"list the states in {bucket}"):
            try:
                pages = self._s3.get_paginator("list_objects_v2").paginate(
                    Bucket=bucket, Prefix=prefix, ExpectedBucketOwner=self._place.account
                )
                keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
            except ClientError as error:
                if _code(error) in MISSING:
                    return frozenset()
                raise
        return frozenset(
            key.removeprefix(prefix).removesuffix(ENDING) for key in keys if key.endswith(ENDING)
        )

    def _name(self, entry: str) -> str:
        return f"{self._place.secret_prefix}{entry}"

    @cached_property
    def _secrets(self) -> Any:
        return boto3.client("secretsmanager", region_name=self._place.region, config=TIMEOUTS)

    @cached_property
    def _kms(self) -> Any:
        return boto3.client("kms", region_name=self._place.region, config=TIMEOUTS)

    @cached_property
    def _s3(self) -> Any:
        return boto3.client("s3", region_name=self._place.region, config=TIMEOUTS)

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise GroundplanError(
                f"AWS does not let us {what} (account {self._place.account}, "
                f"{self._place.region}): {error}."
            ) from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _entry(found: dict[str, Any], prefix: str) -> Entry:
    """An entry that Terraform has just made has no version, and so no value."""
    return Entry(
        found["Name"].removeprefix(prefix),
        bool(found.get("SecretVersionsToStages")),
        found.get("LastChangedDate"),
    )
