"""A real Kubernetes API server in the place of the one that EKS would run for a cluster."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "GROUNDPLAN_EMULATED_KUBERNETES"
"""Names the file that tells the server process of the emulated cloud of API servers."""


@dataclass(frozen=True)
class ApiServer:
    """Where an API server is, and where it asks who a token belongs to."""

    endpoint: str
    certificate_authority: Path
    """What its clients trust, a PEM file."""
    authenticator_port: int
    """The loopback port to which it sends its TokenReviews, by HTTPS."""
    certificate: Path
    """Of the authenticator, a PEM file; the API server trusts who signed it."""
    key: Path
    """Of that certificate, a PEM file."""


def write(file: Path, servers: Mapping[str, ApiServer]) -> None:
    """Writes which cluster is backed by which API server."""
    document = {
        cluster: {
            "endpoint": one.endpoint,
            "certificateAuthority": base64.b64encode(
                one.certificate_authority.read_bytes()
            ).decode(),
            "authenticator": {
                "port": one.authenticator_port,
                "certificate": str(one.certificate),
                "key": str(one.key),
            },
        }
        for cluster, one in servers.items()
    }
    file.write_text(json.dumps(document))


def read() -> dict[str, dict[str, Any]]:
    """What was written, in the server process: cluster → its API server; empty if there is none."""
    file = os.environ.get(VARIABLE)
    found: dict[str, dict[str, Any]] = json.loads(Path(file).read_text()) if file else {}
    return found
