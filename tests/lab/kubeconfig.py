"""Kubeconfig files: how programs find the API server and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.lab.certificates import Pair


def by_certificate(pair: Pair) -> dict[str, Any]:
    """A user with a client certificate."""
    return {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}


def by_token(token: str) -> dict[str, Any]:
    """A user with a bearer token."""
    return {"token": token}


def write(
    file: Path,
    endpoint: str,
    authority: Path,
    user: Mapping[str, Any],
    context: str = "laboratory",
) -> Path:
    """Writes the file, readable by its owner only; returns it."""
    cluster = {"server": endpoint, "certificate-authority": str(authority)}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [{"name": context, "cluster": cluster}],
        "users": [{"name": context, "user": dict(user)}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o600)
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    return file
