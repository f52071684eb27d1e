"""What a stack that works in a Keycloak needs beside its plan.

Before the plan: that Keycloak answers and lets us in, and that people who come back or leave are
told apart from those who are made and deleted. After consent: who leaves is disabled. After the
apply: first passwords. Callers: `deployment.py`, `destruction.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from clouds import Cloud
from errors import GroundplanError
from keycloak import Account, Admin, Connection, let_in, wait
from keycloak.access import Credentials
from keycloak.readiness import LONGEST
from rollout.events import Event, Observer, Step
from rollout.secrets import made
from rollout.synthesized import KeycloakUse
from rollout.workspace import Workspace

PEOPLE = "people.tf.json"
USER = "keycloak_user"
TRUSTED_BY = "-kubernetes"
"""Each infrastructure that uses a realm has a client of its name with this ending in it."""


@dataclass(frozen=True)
class Visit:
    """One turn in a Keycloak. What is not to be done is not there."""

    enter: Callable[[], Admin]
    """Logs in: a token lives for a minute, and knows no realm that was made after it."""
    use: KeycloakUse
    cloud: Cloud
    observer: Observer
    stack: str
    leavers: tuple[Account, ...] = ()
    notes: list[str] = field(default_factory=list)

    def before_apply(self) -> None:
        """Disables who has left the manifest: an account is never deleted, people return."""
        if not self.leavers:
            return
        admin = self.enter()
        for account in self.leavers:
            admin.disable(self.use.realm, account)
            self._tell(f"{account.username} is disabled, having left the manifest")

    def after_apply(self) -> None:
        """Gives a first password to those who have no way in yet."""
        expected = [one for one in self.use.people if one.password]
        if not expected:
            return
        admin = self.enter()
        for person in expected:
            account = admin.account(self.use.realm, person.username)
            if account is None or admin.has_way_in(self.use.realm, account):
                continue
            password = made(str(person.password), self.cloud)
            admin.set_first_password(self.use.realm, account, password)
            self._tell(f"{person.username} has a first password: see `main.py access`")

    def _tell(self, text: str) -> None:
        self.notes.append(f"{text}.")
        self.observer.notice(Event(self.stack, Step.NOTE, text))


class Nowhere:
    """The visit of a stack that works in no Keycloak."""

    notes: Sequence[str] = ()

    def before_apply(self) -> None:
        """Does nothing."""

    def after_apply(self) -> None:
        """Does nothing."""


@contextmanager
def visit(workspace: Workspace, observer: Observer, *, first: bool) -> Iterator[Visit | Nowhere]:
    """Enters the stack's Keycloak.

    `first`: it may have to get ready before, and know the bootstrap client only. Without it
    nothing is waited for, and nothing changed. While the visit lasts, the stack's folder says who
    is imported and who is let go. Raises GroundplanError if Keycloak does not answer, or does not
    let us in.
    """
    use = workspace.stack.keycloak
    if use is None:
        yield Nowhere()
        return
    connection = Connection(use.url, workspace.terraform.environment)

    def tell(text: str) -> None:
        observer.notice(Event(workspace.stack.id, Step.NOTE, text))

    wait(connection, tell=tell, stop=workspace.terraform.stop, longest=LONGEST if first else 0)

    def enter() -> Admin:
        return _enter(connection, workspace, use, first=first)

    admin = enter()
    state = workspace.terraform.state() or {}
    leavers = _write_people(workspace, admin, use, state)
    yield Visit(enter, use, workspace.cloud(), observer, workspace.stack.id, leavers)


def let_go(workspace: Workspace) -> None:
    """Makes a realm that is protected from deployments destroyable, and its owner alone.

    Raises GroundplanError, naming them, if other infrastructures still use the realm.
    """
    use = workspace.stack.keycloak
    if use is None or use.bootstrap is None:
        return
    connection = Connection(use.url, workspace.terraform.environment)
    admin = _enter(connection, workspace, use, first=False)
    others = _users_of_the_realm(admin, use, workspace.stack.infrastructure)
    if others:
        raise GroundplanError(
            f"{workspace.stack.infrastructure} keeps the Keycloak of {', '.join(others)}: destroy "
            f"{'it' if len(others) == 1 else 'these'} first, or let it keep its own."
        )
    workspace.override(_unprotected(workspace))


def _enter(connection: Connection, workspace: Workspace, use: KeycloakUse, *, first: bool) -> Admin:
    own = Credentials(use.login_realm, use.client_id, workspace.value_of(use.entry))
    bootstrap = workspace.cloud().secret(use.bootstrap) if first and use.bootstrap else None
    return let_in(connection, own, bootstrap.value if bootstrap else None)


def _users_of_the_realm(admin: Admin, use: KeycloakUse, own: str) -> list[str]:
    names = [
        client.removesuffix(TRUSTED_BY)
        for client in admin.clients(use.realm)
        if client.endswith(TRUSTED_BY)
    ]
    return [name for name in names if name != own]


def _write_people(
    workspace: Workspace, admin: Admin, use: KeycloakUse, state: dict[str, Any]
) -> tuple[Account, ...]:
    """Writes who is taken into the state and who is let go; returns those who leave.

    Who is in Keycloak already was made by a run that was killed, by hand, or has left before.
    Raises GroundplanError for an account that came from outside under a name of the manifest's:
    its owner would get the rights of somebody else.
    """
    known = dict(_accounts(state))
    described = {person.address for person in use.people}
    returning = []
    for person in use.people:
        account = None
        if person.address not in known:
            account = admin.account(use.realm, person.username)
        if account is None:
            continue
        providers = admin.providers(use.realm, account) if person.password else []
        if providers:
            raise GroundplanError(
                f"An account {person.username} is in the realm {use.realm} already, and came from "
                f"{', '.join(providers)}. If it is the same person's, write `external: true`; "
                "else remove it there, or choose another name."
            )
        returning.append(person)
    leavers = {address: one for address, one in known.items() if address not in described}
    content: dict[str, list[dict[str, Any]]] = {
        "import": [{"to": one.address, "id": f"{use.realm}/{one.username}"} for one in returning],
        "removed": [
            {"from": address, "lifecycle": [{"destroy": False}]} for address in sorted(leavers)
        ],
    }
    workspace.extend(PEOPLE, {key: value for key, value in content.items() if value})
    return tuple(leavers.values())


def _accounts(state: dict[str, Any]) -> Iterator[tuple[str, Account]]:
    """The people that a state knows, by address."""
    for resource in state.get("resources", []):
        if resource["type"] == USER and resource["mode"] == "managed":
            for instance in resource["instances"]:
                found = instance["attributes"]
                address = f"{USER}.{resource['name']}"
                yield address, Account(found["id"], found["username"], bool(found["enabled"]))


def _unprotected(workspace: Workspace) -> dict[str, Any]:
    """The realm without its protection, to be merged over the stack."""
    content = json.loads((workspace.stack.folder / "cdk.tf.json").read_text())
    realms = content.get("resource", {}).get("keycloak_realm", {})
    free = {name: {"lifecycle": {"prevent_destroy": False}} for name in realms}
    return {"resource": {"keycloak_realm": free}} if free else {}
