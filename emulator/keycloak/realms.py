"""One Keycloak: what the provider has recorded, and what was done past the provider."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.providers.objects import Record, Server

MASTER = "master"
BOOTSTRAP = "groundplan-bootstrap"
PROVIDER = "keycloak"


@dataclass
class Client:
    """A client of the master realm, which the program makes itself."""

    id: str
    description: dict[str, Any]
    roles: set[str] = field(default_factory=set)

    @property
    def account(self) -> str:
        """The id of its service account."""
        return f"account-{self.id}"


class Realms:
    """The state of one Keycloak."""

    def __init__(self, server: Server) -> None:
        self._server = server
        first = Client(str(uuid.uuid4()), {"clientId": BOOTSTRAP, "secret": None}, {"admin"})
        self._clients = {first.id: first}
        self.tokens: dict[str, Client | None] = {}
        """Token → the client of the master realm that has it; None: a client of another one."""
        self.realms: dict[str, set[str]] = {}
        """Token → the realms that there were when it was given: it is good for no other."""
        self.passwords: dict[str, dict[str, Any]] = {}
        """User → the password, as it was set."""

    def login(self, realm: str, client_id: str, secret: str) -> str | None:
        """A token; None for a client that is not known, or a wrong secret where it is known."""
        token = secrets.token_urlsafe(16)
        if realm == MASTER:
            found = self.client(client_id)
            if not secret or found is None:
                return None
            if found.description.get("secret") not in {None, secret}:
                return None
            self.tokens[token] = found
            self.realms[token] = {
                MASTER,
                *(one["realm"] for one in self._recorded("keycloak_realm")),
            }
            return token
        recorded = self._recorded("keycloak_openid_client", realm_id=realm, client_id=client_id)
        if not secret or not any(one.get("service_accounts_enabled") for one in recorded):
            return None
        self.tokens[token] = None
        self.realms[token] = {realm}
        return token

    def client(self, client_id: str) -> Client | None:
        """A client of the master realm by its public id."""
        clients = self._clients.values()
        return next((one for one in clients if one.description["clientId"] == client_id), None)

    def clients(self, realm: str) -> list[dict[str, Any]]:
        """The clients of a realm."""
        if realm == MASTER:
            return [
                {"id": one.id, "clientId": one.description["clientId"]}
                for one in self._clients.values()
            ]
        recorded = self._recorded("keycloak_openid_client", realm_id=realm)
        return [{"id": one["id"], "clientId": one["client_id"]} for one in recorded]

    def by_id(self, id_: str) -> Client:
        """A client of the master realm. Raises KeyError."""
        return self._clients[id_]

    def make_client(self, description: dict[str, Any]) -> str:
        """Makes a client in the master realm; returns its id."""
        made = Client(str(uuid.uuid4()), description)
        self._clients[made.id] = made
        return made.id

    def remove_client(self, id_: str) -> None:
        """Removes a client of the master realm, and its tokens. Raises KeyError."""
        gone = self._clients.pop(id_)
        self.tokens = {token: one for token, one in self.tokens.items() if one is not gone}

    def of_account(self, account: str) -> Client | None:
        """The client whose service account it is."""
        return next((one for one in self._clients.values() if one.account == account), None)

    def has_realm(self, realm: str) -> bool:
        """Whether there is a realm of that name."""
        return realm == MASTER or any(self._recorded("keycloak_realm", realm=realm))

    def users(self, realm: str, username: str) -> list[Record]:
        """The users of that very name: one or none."""
        return list(self._recorded("keycloak_user", realm_id=realm, username=username))

    def user(self, id_: str) -> Record:
        """Raises KeyError."""
        for one in self._recorded("keycloak_user", id=id_):
            return one
        raise KeyError(id_)

    def change_user(self, id_: str, enabled: bool) -> None:
        """Raises KeyError."""
        self._server.update("keycloak_user", id_, {**self.user(id_), "enabled": enabled})

    def _recorded(self, type_: str, **values: object) -> Iterator[Record]:
        for one in self._server.all(type_):
            if values.items() <= one.items():
                yield one


def of(objects: Path, url: str) -> Realms:
    """The Keycloak at an address, new."""
    return Realms(Server.of(objects, PROVIDER, url))
