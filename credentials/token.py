"""A token, and how an exec plugin hands it over. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from errors import GroundplanError

GROUP = "client.authentication.k8s.io"
VERSIONS = (f"{GROUP}/v1", f"{GROUP}/v1beta1")
"""What we answer in; the first where nothing is asked."""
REQUEST = "KUBERNETES_EXEC_INFO"


@dataclass(frozen=True)
class Token:
    """A bearer token of a cluster's API."""

    value: str = field(repr=False)
    expires: datetime
    """In UTC. Until then a client may use it again."""


def document(token: Token, environment: Mapping[str, str]) -> str:
    """The `ExecCredential` for a token, in the version the client asks for.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins

    Raises GroundplanError for a request in a version that we can't answer.
    """
    credential: dict[str, Any] = {
        "apiVersion": _version(environment.get(REQUEST)),
        "kind": "ExecCredential",
        "status": {
            "expirationTimestamp": token.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "token": token.value,
        },
    }
    return json.dumps(credential)


def _version(request: str | None) -> str:
    if not request:
        return VERSIONS[0]
    try:
        version = json.loads(request)["apiVersion"]
    except (ValueError, KeyError, TypeError):
        raise GroundplanError(f"{REQUEST} is no ExecCredential in JSON.") from None
    if version not in VERSIONS:
        raise GroundplanError(
            f"The client asks for {version}, and we answer {' or '.join(VERSIONS)}: update it."
        )
    return str(version)
