"""Keycloak's admin API, as far as it is needed.

https://www.keycloak.org/docs-api/latest/rest-api/
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from urllib3.exceptions import HTTPError

from keycloak.connection import Connection, KeycloakError, unreachable

UNAUTHORIZED = frozenset({400, 401})
"""What the token endpoint says to a wrong client or a wrong secret."""


@dataclass(frozen=True)
class Account:
    """Somebody's account."""

    id: str
    username: str
    enabled: bool


class Admin:
    """Somebody who is logged in, and what they may do."""

    def __init__(self, connection: Connection, token: str) -> None:
        self.connection = connection
        self._token = token

    @classmethod
    def login(cls, connection: Connection, realm: str, client_id: str, secret: str) -> Admin | None:
        """As a client with a secret; None if they are not known there. Raises KeycloakError."""
        fields = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
        }
        try:
            path = f"/realms/{quote(realm)}/protocol/openid-connect/token"
            answer = connection.submit(path, fields)
        except KeycloakError as error:
            if error.status in UNAUTHORIZED:
                return None
            raise
        except HTTPError as error:
            raise unreachable(connection.url, error) from None
        return cls(connection, answer["access_token"])

    def may_administrate(self, realm: str) -> bool:
        """Whether we may look at the clients of a realm."""
        try:
            self.client(realm, "account")
        except KeycloakError as error:
            if error.status == HTTPStatus.FORBIDDEN:
                return False
            raise
        return True

    def client(self, realm: str, client_id: str) -> str | None:
        """The id of a client by its public one; None if there is none."""
        found = self._get(f"/{quote(realm)}/clients?clientId={quote(client_id, safe='')}")
        return found[0]["id"] if found else None

    def clients(self, realm: str) -> list[str]:
        """The public ids of all clients of a realm."""
        return sorted(one["clientId"] for one in self._get(f"/{quote(realm)}/clients"))

    def make_client(self, realm: str, description: dict[str, Any]) -> str:
        """Makes a client, or changes the one of the same public id; returns its id."""
        id_ = self.client(realm, description["clientId"])
        if id_ is None:
            return self._send("POST", f"/{quote(realm)}/clients", description)
        self._send("PUT", f"/{quote(realm)}/clients/{id_}", description)
        return id_

    def remove_client(self, realm: str, id_: str) -> None:
        """Removes a client, which can't log in any more."""
        self._send("DELETE", f"/{quote(realm)}/clients/{id_}", None)

    def give_role(self, realm: str, client: str, role: str) -> None:
        """Gives the account of a client a role of the realm."""
        account = self._get(f"/{quote(realm)}/clients/{client}/service-account-user")["id"]
        found = self._get(f"/{quote(realm)}/roles/{quote(role)}")
        self._send("POST", f"/{quote(realm)}/users/{account}/role-mappings/realm", [found])

    def account(self, realm: str, username: str) -> Account | None:
        """The account of that name; None if there is none, or no such realm yet."""
        query = f"/{quote(realm)}/users?exact=true&username={quote(username, safe='')}"
        try:
            found = self._get(query)
        except KeycloakError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        for one in found:
            if one["username"] == username:
                return Account(one["id"], one["username"], one["enabled"])
        return None

    def disable(self, realm: str, account: Account) -> None:
        """Nobody can sign in with the account any more, and its sessions end."""
        path = f"/{quote(realm)}/users/{account.id}"
        whole = self._get(path)
        self._send("PUT", path, {**whole, "enabled": False})
        self._send("POST", f"{path}/logout", None)

    def has_way_in(self, realm: str, account: Account) -> bool:
        """Whether the account has a password, or one at an external provider."""
        found = self._get(f"/{quote(realm)}/users/{account.id}/credentials")
        kinds = {one["type"] for one in found}
        return "password" in kinds or bool(self.providers(realm, account))

    def providers(self, realm: str, account: Account) -> list[str]:
        """The external providers that somebody comes through."""
        found = self._get(f"/{quote(realm)}/users/{account.id}/federated-identity")
        return [one["identityProvider"] for one in found]

    def set_first_password(self, realm: str, account: Account, password: str) -> None:
        """Sets a password that must be changed at the first sign-in."""
        body = {"type": "password", "temporary": True, "value": password}
        self._send("PUT", f"/{quote(realm)}/users/{account.id}/reset-password", body)

    def _get(self, path: str) -> Any:
        try:
            return self.connection.get(f"/admin/realms{path}", self._token)
        except HTTPError as error:
            raise unreachable(self.connection.url, error) from None

    def _send(self, method: str, path: str, body: object) -> str:
        try:
            return self.connection.send(method, f"/admin/realms{path}", body, self._token)
        except HTTPError as error:
            raise unreachable(self.connection.url, error) from None
