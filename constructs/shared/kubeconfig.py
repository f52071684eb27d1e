"""A kubeconfig without secrets: its user gets a short-lived token with credentials of their own.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

NAME = "kubeconfig"
KIND = "application/yaml"
HINT = "groundplan gives the token. Put the folder bin of a checkout of Groundplan on your PATH."
"""What kubectl says where the command is missing."""


def document(
    context: str, *, endpoint: str, certificate_authority: str, token_arguments: Sequence[str]
) -> str:
    """The file; `token_arguments` are those of `groundplan token`."""
    exec_ = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "groundplan",
        "args": ["token", *token_arguments],
        "interactiveMode": "Never",
        "installHint": HINT,
    }
    cluster = {"server": endpoint, "certificate-authority-data": certificate_authority}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [{"name": context, "cluster": cluster}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
        "users": [{"name": context, "user": {"exec": exec_}}],
    }
    return yaml.safe_dump(content, sort_keys=False, width=10_000)
