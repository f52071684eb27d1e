"""How the program lets itself into a Keycloak that is new, and locks the first door behind it.

A new Keycloak knows one client, from its pods' environment. With it the program makes a client of
its own, whose secret is in the secret store, and removes the first one: a copy of the Kubernetes
Secret is worth nothing then, and a restart does not bring it back.
https://www.keycloak.org/server/bootstrap-admin-recovery
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from keycloak.admin import Admin
from keycloak.connection import Connection, KeycloakError

MASTER = "master"
ADMIN_ROLE = "admin"
BOOTSTRAP_CLIENT = "groundplan-bootstrap"


@dataclass(frozen=True)
class Credentials:
    """A client and its secret, which is never shown."""

    realm: str
    client_id: str
    secret: str = field(repr=False)


def let_in(connection: Connection, own: Credentials, bootstrap_secret: str | None) -> Admin:
    """Logs in with our own client; makes it first where there is only the bootstrap client.

    `bootstrap_secret` is None where somebody else has made ours. Killed at any point, it does the
    rest the next time. Raises KeycloakError if neither is known there.
    """
    admin = Admin.login(connection, own.realm, own.client_id, own.secret)
    # A run that was killed may have made the client, and not given it its role.
    if bootstrap_secret and (admin is None or not admin.may_administrate(MASTER)):
        _make(connection, own, bootstrap_secret)
        admin = Admin.login(connection, own.realm, own.client_id, own.secret)
    if admin is None:
        raise KeycloakError(
            f"Keycloak at {connection.url} does not know the client {own.client_id} of the realm "
            f"{own.realm}, or its secret is another: see docs/identity.md, how to get back in."
        )
    if bootstrap_secret:
        left = admin.client(MASTER, BOOTSTRAP_CLIENT)
        if left:
            admin.remove_client(MASTER, left)
    return admin


def _make(connection: Connection, own: Credentials, bootstrap_secret: str) -> None:
    first = Admin.login(connection, MASTER, BOOTSTRAP_CLIENT, bootstrap_secret)
    if first is None:
        return
    id_ = first.make_client(MASTER, _description(own))
    first.give_role(MASTER, id_, ADMIN_ROLE)


def _description(own: Credentials) -> dict[str, Any]:
    return {
        "clientId": own.client_id,
        "name": "Groundplan",
        "description": "Sets up the realms of this Keycloak.",
        "enabled": True,
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "secret": own.secret,
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        # It acts for itself; its roles are the limit.
        "fullScopeAllowed": True,
    }
