"""A token for the API of an EKS cluster.

It is the URL of a call, signed: the cluster's authenticator makes the call, STS answers who signed
it. https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from credentials.token import Token
from errors import GroundplanError

PREFIX = "k8s-aws-v1."
CLUSTER_HEADER = "x-k8s-aws-id"
"""Signed with the call: a token for one cluster is worth nothing at another."""
CALL = "Action=GetCallerIdentity&Version=2011-06-15"
URL_SECONDS = 60
"""How long the signature says it is valid; the authenticator adds a quarter of an hour to that."""
LIFETIME = timedelta(minutes=14)
"""How long a client may use the token: a minute less than the authenticator takes it."""


def token(cluster: str, region: str, *, environment: Mapping[str, str], now: datetime) -> Token:
    """A token for one cluster, made with the credentials that AWS's own tools would take.

    Raises GroundplanError if there are none, or they can't be used.
    """
    # 0.2 seconds: only whoever asks for a token pays them. Clients of botocore would load their
    # service's model, and signing needs none.
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import get_session

    request = AWSRequest(
        method="GET",
        url=f"{_endpoint(region, environment)}/?{CALL}",
        headers={CLUSTER_HEADER: cluster},
    )
    try:
        credentials = get_session().get_credentials()
        if credentials is None:
            raise GroundplanError(
                "There are no AWS credentials: set AWS_PROFILE, or log in (`aws sso login`)."
            )
        SigV4QueryAuth(credentials, "sts", region, expires=URL_SECONDS).add_auth(request)
    except (BotoCoreError, ClientError) as error:
        raise GroundplanError(
            f"AWS credentials can't be used: {' '.join(str(error).split()).rstrip('.')}. "
            "Log in again (`aws sso login`), or set AWS_PROFILE."
        ) from None
    signed = base64.urlsafe_b64encode(request.url.encode()).decode().rstrip("=")
    return Token(f"{PREFIX}{signed}", (now + LIFETIME).astimezone(UTC))


def _endpoint(region: str, environment: Mapping[str, str]) -> str:
    """The region's own STS: the cluster asks it, and private networks reach it."""
    for variable in ("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"):
        if environment.get(variable):
            return environment[variable].rstrip("/")
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://sts.{region}.{suffix}"
