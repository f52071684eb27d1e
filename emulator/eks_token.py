"""Reads a token for EKS and refuses what is not one. Pure.

A token is a call of STS GetCallerIdentity, signed for one cluster, that its bearer lets the cluster
make. What may stand in it is checked as aws-iam-authenticator checks it; nothing else may ever be
sent to STS: https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

PREFIX = "k8s-aws-v1."
LONGEST = 4096  # characters
CLUSTER_HEADER = "x-k8s-aws-id"
VALID = datetime.timedelta(minutes=15)
LONGEST_EXPIRY = 900  # seconds
STAMP = "%Y%m%dT%H%M%SZ"
STS = re.compile(r"sts(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
PARAMETERS = frozenset(
    {
        "action",
        "version",
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-expires",
        "x-amz-security-token",
        "x-amz-signature",
        "x-amz-signedheaders",
        "x-amz-user-agent",
    }
)


class BadToken(Exception):
    """Why a token counts for nothing."""


@dataclass(frozen=True)
class IdentityCall:
    """The one call that a token stands for."""

    host: str
    query: str
    """As it was signed."""


def read(token: str, emulated: str, now: datetime.datetime) -> IdentityCall:
    """The call in a token.

    `emulated` is the host and port of the emulated cloud, the only STS beside those of AWS.
    Raises BadToken.
    """
    try:
        url = urlsplit(_decode(token))
    except ValueError as error:
        raise BadToken("it is no URL") from error
    if url.hostname is None or url.username is not None or url.fragment:
        raise BadToken("it is no URL of STS")
    if (url.scheme, url.netloc) != ("http", emulated) and not (
        url.scheme == "https" and STS.fullmatch(url.netloc)
    ):
        raise BadToken(f"{url.netloc} is not STS")
    if url.path != "/":
        raise BadToken("the path of its URL is not /")
    _check(_parameters(url), now)
    return IdentityCall(url.netloc, url.query)


def _decode(token: str) -> str:
    if len(token) > LONGEST:
        raise BadToken(f"it is longer than {LONGEST} characters")
    if not token.startswith(PREFIX):
        raise BadToken(f"it does not begin with {PREFIX}")
    text = token.removeprefix(PREFIX)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise BadToken("it is not base64url without padding")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadToken("it is not base64url of text") from error


def _parameters(url: SplitResult) -> dict[str, str]:
    """Name in lower case → value, each there once and known."""
    found: dict[str, str] = {}
    try:
        pairs = parse_qsl(url.query, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise BadToken("its URL has no proper query") from error
    for name, value in pairs:
        lower = name.lower()
        if lower not in PARAMETERS:
            raise BadToken(f"its URL has the parameter {name!r}")
        if lower in found:
            raise BadToken(f"its URL has the parameter {name!r} twice")
        found[lower] = value
    return found


def _check(given: dict[str, str], now: datetime.datetime) -> None:
    if given.get("action") != "GetCallerIdentity":
        raise BadToken("it calls something other than GetCallerIdentity")
    if CLUSTER_HEADER not in given.get("x-amz-signedheaders", "").lower().split(";"):
        raise BadToken(f"the header {CLUSTER_HEADER}, the cluster's name, is not signed")
    expires = given.get("x-amz-expires", "")
    if not expires.isdecimal() or int(expires) > LONGEST_EXPIRY:
        raise BadToken(f"X-Amz-Expires is not a number up to {LONGEST_EXPIRY}")
    try:
        stamp = datetime.datetime.strptime(given.get("x-amz-date", ""), STAMP)
    except ValueError as error:
        raise BadToken("X-Amz-Date is no time") from error
    signed = stamp.replace(tzinfo=datetime.UTC)
    if now >= signed + VALID:
        raise BadToken(f"it has expired: it was signed at {given['x-amz-date']}")
