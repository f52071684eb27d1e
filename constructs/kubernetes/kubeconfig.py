"""The kubeconfig of people: they sign in with Keycloak. Holds no secret. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from constructs.shared.stages import PeopleAccess

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
    access: PeopleAccess


def document(config: SignIn) -> str:
    """A context by this program; one by the plugin kubelogin, too, where its tokens are taken."""
    users = dict(_users(config))
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


def _users(config: SignIn) -> Iterator[tuple[str, dict[str, Any]]]:
    yield config.context, _exec("groundplan", ["token", *config.access.token_arguments])
    if config.access.takes_tokens_of_issuer:
        arguments = [
            "oidc-login",
            "get-token",
            f"--oidc-issuer-url={config.issuer}",
            f"--oidc-client-id={config.client_id}",
            "--oidc-pkce-method=S256",
        ]
        yield f"{config.context}-kubelogin", _exec("kubectl", arguments)


def _exec(command: str, arguments: list[str]) -> dict[str, Any]:
    return {
        "apiVersion": CREDENTIALS_API,
        "command": command,
        "args": arguments,
        "interactiveMode": "IfAvailable",
        "installHint": HINTS[command],
    }
