"""STS takes calls that are signed in the query, and checks the signature.

moto knows callers by the header `Authorization` only and checks no signature. A token for EKS is
nothing but such a query, so here both matter: who has no secret key can make no token.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
"""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

Environ = dict[str, Any]
Start = Callable[..., Any]

STRANGER = "emulated"
"""Access key and secret key of callers whom no account knows: see `emulator/environment.py`."""
VALID = datetime.timedelta(minutes=15)
"""STS does not look at `X-Amz-Expires`: https://github.com/kubernetes-sigs/aws-iam-authenticator"""
EARLY = datetime.timedelta(minutes=5)
"""By how much a caller's clock may be ahead."""
STAMP = "%Y%m%dT%H%M%SZ"


class Refused(Exception):
    """What STS answers with status 403."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Presigned:
    """A WSGI application before moto's: authenticates what is signed in the query for STS."""

    def __init__(self, application: Callable[[Environ, Start], Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Serves one request."""
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        credential = query.get("X-Amz-Credential", "")
        if "HTTP_AUTHORIZATION" in environ or not credential.endswith("/sts/aws4_request"):
            return self._application(environ, start_response)
        try:
            _check(environ, query, datetime.datetime.now(datetime.UTC))
        except Refused as refused:
            body = _fault(refused.code, str(refused)).encode()
            start_response("403 Forbidden", [("Content-Type", "text/xml")])
            return [body]
        # As moto reads it.
        environ["HTTP_AUTHORIZATION"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, "
            f"SignedHeaders={query['X-Amz-SignedHeaders']}, Signature={query['X-Amz-Signature']}"
        )
        return self._application(environ, start_response)


def _check(environ: Environ, query: dict[str, str], now: datetime.datetime) -> None:
    """Raises Refused."""
    key, _, region, service, _ = query["X-Amz-Credential"].rsplit("/", 4)
    secret, session = _secret(key)
    if not hmac.compare_digest(query.get("X-Amz-Security-Token", ""), session):
        raise Refused("InvalidClientTokenId", "The security token in the request is invalid.")
    stamp = query.get("X-Amz-Date", "")
    expected = _signature(environ, stamp, Credentials(key, secret), service, region)
    if not hmac.compare_digest(query.get("X-Amz-Signature", ""), expected):
        raise Refused("SignatureDoesNotMatch", "The request signature does not match.")
    signed = datetime.datetime.strptime(stamp, STAMP).replace(tzinfo=datetime.UTC)
    if not signed - EARLY <= now < signed + VALID:
        raise Refused("SignatureDoesNotMatch", f"Signature expired: signed at {stamp}.")


def _secret(key: str) -> tuple[str, str]:
    """The secret key and the session token of an access key. Raises Refused."""
    if key == STRANGER:
        return STRANGER, ""
    for sts_partitions in list(sts_backends.values()):
        for sts in list(sts_partitions.values()):
            role = sts.get_assumed_role_from_access_key(key)
            if role:
                return role.secret_access_key, role.session_token
    for partitions in list(iam_backends.values()):
        for iam in list(partitions.values()):
            if key in iam.access_keys and iam.access_keys[key].status == "Active":
                return iam.access_keys[key].secret_access_key, ""
    raise Refused("InvalidClientTokenId", "The security token in the request is invalid.")


def _signature(
    environ: Environ, stamp: str, credentials: Credentials, service: str, region: str
) -> str:
    """The signature this request would have, made with these keys."""
    pairs = environ["QUERY_STRING"].split("&")
    query = "&".join(pair for pair in pairs if not pair.startswith("X-Amz-Signature="))
    names = dict(parse_qsl(query)).get("X-Amz-SignedHeaders", "").split(";")
    headers = {name: environ.get(f"HTTP_{name.upper().replace('-', '_')}", "") for name in names}
    url = f"http://{environ['HTTP_HOST']}{environ.get('PATH_INFO', '/')}?{query}"
    request = AWSRequest(method=environ["REQUEST_METHOD"], url=url, headers=headers)
    request.context["timestamp"] = stamp
    signer = SigV4Auth(credentials, service, region)
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    return str(signer.signature(to_sign, request))


def _fault(code: str, message: str) -> str:
    fault = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<Error>{fault}</Error></ErrorResponse>"
    )
