"""Credentials for Google Cloud, and a token for the API of a GKE cluster, which is the same.

A cluster of GKE takes an access token of Google and asks IAM, and its own RBAC, what its owner may
do: https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from credentials.token import Token
from errors import GroundplanError

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/userinfo.email",
)
"""All of Google Cloud, as IAM allows it; and the address, by which RBAC knows people."""
ACCESS_TOKEN = "GOOGLE_OAUTH_ACCESS_TOKEN"  # noqa: S105
CREDENTIALS = ("GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON")
"""What Terraform's provider looks at before it takes what everybody takes: the same identity must
reach the cloud and the cluster.
https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/guides/provider_reference"""
GIVEN = timedelta(minutes=1)
"""How long a client may keep a token that was given by the environment: nobody knows its end."""
LOGIN = "Log in (`gcloud auth application-default login`), or set GOOGLE_APPLICATION_CREDENTIALS."


def token(*, environment: Mapping[str, str], now: datetime) -> Token:
    """A token of whoever is logged in.

    Raises GroundplanError if nobody is, or the credentials can't be used.
    """
    # 0.2 seconds: only whoever asks for a token pays them.
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request

    found = credentials(environment)
    try:
        if not found.valid:
            found.refresh(Request())
    except GoogleAuthError as error:
        raise refused(error) from None
    expires = found.expiry.replace(tzinfo=UTC) if found.expiry else now + GIVEN
    return Token(found.token, expires)


def credentials(environment: Mapping[str, str]) -> Any:
    """The credentials that Terraform's provider would take: `google.auth`'s, not yet asked.

    Raises GroundplanError if there are none.
    """
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.oauth2.credentials import Credentials

    given = environment.get(ACCESS_TOKEN)
    if given:
        return Credentials(given)
    named = next((name for name in CREDENTIALS if environment.get(name)), None)
    try:
        if named:
            return _service_account(named, environment[named])
        found, _ = google.auth.default(scopes=SCOPES)
    except GoogleAuthError as error:
        raise refused(error) from None
    return found


def _service_account(variable: str, text: str) -> Any:
    """The service account whose key is `text`, or is in the file that it names."""
    from google.oauth2.service_account import Credentials

    try:
        content = text if text.lstrip().startswith("{") else Path(text).read_text()
        key = json.loads(content)
    except OSError as error:
        raise GroundplanError(f"{variable} names a file that can't be read: {error}.") from None
    except ValueError:
        # Its message would show what is in there.
        raise GroundplanError(f"{variable} is no JSON.") from None
    if key.get("type") != "service_account":
        raise GroundplanError(
            f"{variable} is no key of a service account. "
            "For other credentials set GOOGLE_APPLICATION_CREDENTIALS."
        )
    return Credentials.from_service_account_info(key, scopes=SCOPES)


def refused(error: Exception) -> GroundplanError:
    """One sentence for what google-auth says in many."""
    return GroundplanError(f"Google credentials can't be used: {said(error)}. {LOGIN}")


def said(error: Exception) -> str:
    """What google-auth says, on one line and without the stop at its end."""
    return " ".join(str(error.args[0] if error.args else error).split()).rstrip(".")
