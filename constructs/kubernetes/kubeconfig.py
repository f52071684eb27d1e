"""The kubeconfig of people: they sign in with Keycloak. Holds no secret. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

CREDENTIALS_API = "client.authentication.k8s.io/v1"
HINTS = {
    "groundplan": "Put the folder bin of a checkout of Groundplan on your PATH.",
    "kubectl": "kubectl oidc-login is the plugin kubelogin: `kubectl krew install oidc-login`.",
}
"""What kubectl says where a command is missing."""


@dataclass(frozen=True)
class SignIn:
    """A cluster, and where its people sign in."""

    context: str
    endpoint: str
    certificate_authority: str
    """Base64 of the PEM certificate."""
    issuer: str
    client_id: str


def document(config: SignIn) -> str:
    """Two contexts for the same: by this program, and by the plugin kubelogin."""
    issuer, client = config.issuer, config.client_id
    users = {
        config.context: _exec(
            "groundplan", ["token", "oidc", "--issuer", issuer, "--client", client]
        ),
        f"{config.context}-kubelogin": _exec(
            "kubectl",
            [
                "oidc-login",
                "get-token",
                f"--oidc-issuer-url={issuer}",
                f"--oidc-client-id={client}",
                "--oidc-pkce-method=S256",
            ],
        ),
    }
    cluster = {
        "server": config.endpoint,
        "certificate-authority-data": config.certificate_authority,
    }
    whole = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": config.context,
        "clusters": [{"name": config.context, "cluster": cluster}],
        "contexts": [
            {"name": user, "context": {"cluster": config.context, "user": user}} for user in users
        ],
        "users": [{"name": user, "user": {"exec": exec_}} for user, exec_ in users.items()],
    }
    return yaml.safe_dump(whole, sort_keys=False, width=10_000)


def _exec(command: str, arguments: list[str]) -> dict[str, Any]:
    return {
        "apiVersion": CREDENTIALS_API,
        "command": command,
        "args": arguments,
        "interactiveMode": "IfAvailable",
        "installHint": HINTS[command],
    }
