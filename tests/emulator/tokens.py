"""Tokens for EKS, made as `aws eks get-token` makes them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.signers import RequestSigner

REGION = "eu-central-1"


def token(
    cluster: str,
    host: str,
    credentials: Mapping[str, str] | None = None,
    *,
    action: str = "GetCallerIdentity",
    header: str = "x-k8s-aws-id",
    expires: int = 60,
) -> str:
    """A token for a cluster, signed for the STS at `host`, a URL."""
    return wrap(presign(cluster, host, credentials, action=action, header=header, expires=expires))


def wrap(url: str) -> str:
    """The form of a token."""
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def presign(
    cluster: str,
    host: str,
    credentials: Mapping[str, str] | None = None,
    *,
    action: str = "GetCallerIdentity",
    header: str = "x-k8s-aws-id",
    expires: int = 60,
) -> str:
    """A signed URL."""
    session = boto3.Session(**(credentials or stranger()), region_name=REGION)
    client = session.client("sts", endpoint_url=host)
    signer = RequestSigner(
        client.meta.service_model.service_id,
        REGION,
        "sts",
        "v4",
        session.get_credentials(),
        session.events,
    )
    request: dict[str, Any] = {
        "method": "GET",
        "url": f"{host}/?Action={action}&Version=2011-06-15",
        "body": {},
        "headers": {header: cluster},
        "context": {},
    }
    return str(
        signer.generate_presigned_url(
            request, region_name=REGION, expires_in=expires, operation_name=""
        )
    )


def stranger() -> dict[str, str]:
    """Whom no account knows."""
    return {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}


def assume(endpoint: str, role: str, session: str = "ada") -> dict[str, str]:
    """The credentials of a session of a role."""
    sts = boto3.client("sts", endpoint_url=endpoint, region_name=REGION, **stranger())
    given = sts.assume_role(RoleArn=role, RoleSessionName=session)["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
