"""Which realm the people of an infrastructure are in, as what it is worked in, and who may what.

All of it is known from the manifests. Callers: the stages `addons`, whose ArgoCD is told where
people sign in, and `identity`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constructs.keycloak.provider import MASTER
from constructs.kubernetes.argocd import GroupRights
from constructs.kubernetes.rbac import Grant
from constructs.shared.text import literal

from manifest import Infrastructure
from manifest.identity import (
    ADMINISTRATORS,
    KEYCLOAK_BOOTSTRAP,
    KEYCLOAK_PROGRAM,
    Identity,
    guest_entry,
)

PROGRAM = "groundplan"
"""What our own clients are called."""


@dataclass(frozen=True)
class Program:
    """As what the program works in a Keycloak."""

    realm: str
    """The realm it logs in to."""
    client_id: str
    entry: str
    """The entry of the secret store with its secret."""
    store: str | None = None
    """The infrastructure whose store that is; None: the realm's user's own."""
    generated: bool = False
    bootstrap: str | None = None
    """The entry with which a Keycloak is entered for the first time."""


@dataclass(frozen=True)
class Realm:
    """Where the people of an infrastructure are."""

    url: str
    """Of the Keycloak; no slash at the end."""
    name: str
    program: Program
    prefix: str
    """Before the paths of the infrastructure's own groups: empty for those of the realm's owner."""
    administrators: str
    """The group, by its path, whose members may do everything."""

    @property
    def issuer(self) -> str:
        """What stands in tokens."""
        return f"{self.url}/realms/{self.name}"

    def path(self, group: str) -> str:
        """The full path of a group."""
        return self.administrators if group == ADMINISTRATORS else f"{self.prefix}/{group}"


def realm_of(infrastructure: Infrastructure, host: Infrastructure | None) -> Realm | None:
    """The realm of an infrastructure; `host` is the one whose Keycloak it shares."""
    identity, name = infrastructure.identity, infrastructure.name
    if identity is None:
        return None
    own, prefix = identity.keycloak, f"/{name}"
    if own.external:
        program = Program(
            own.external.realm, literal(own.external.client_id), own.external.client_secret.secret
        )
        url = literal(own.external.url.rstrip("/"))
        return Realm(url, own.external.realm, program, prefix, f"{prefix}/{ADMINISTRATORS}")
    if own.install:
        program = Program(
            MASTER, PROGRAM, KEYCLOAK_PROGRAM, generated=True, bootstrap=KEYCLOAK_BOOTSTRAP
        )
        return Realm(
            f"https://{keycloak_host(infrastructure)}",
            own.install.realm,
            program,
            "",
            f"/{ADMINISTRATORS}",
        )
    assert host and host.identity and host.identity.keycloak.install, "the manifest made sure"
    realm = host.identity.keycloak.install.realm
    return Realm(
        f"https://{keycloak_host(host)}",
        realm,
        Program(realm, guest_client(name), guest_entry(name), store=host.name),
        prefix,
        f"/{ADMINISTRATORS}",
    )


def keycloak_host(infrastructure: Infrastructure) -> str:
    """The name of the Keycloak that is installed there."""
    identity, domain = infrastructure.identity, infrastructure.domain
    assert identity and identity.keycloak.install and domain, "the manifest made sure"
    return identity.keycloak.install.host or f"auth.{domain.name}"


def guest_client(infrastructure: str) -> str:
    """The client that another infrastructure works as."""
    return f"{PROGRAM}-{infrastructure}"


def client_id(infrastructure: str, name: str) -> str:
    """The id of a client: several infrastructures may have theirs in one realm."""
    return f"{infrastructure}-{name}"


def argocd_rights(identity: Identity, realm: Realm) -> Iterator[GroupRights]:
    """Who may do what in ArgoCD."""
    yield GroupRights(realm.administrators, "admin")
    for name, group in identity.groups.items():
        if group.argocd:
            yield GroupRights(realm.path(name), group.argocd, group.projects)


def grants(identity: Identity, realm: Realm) -> Iterator[Grant]:
    """Who may do what on the cluster."""
    yield Grant(realm.administrators, "cluster-admin")
    for name, group in identity.groups.items():
        if group.kubernetes:
            yield Grant(realm.path(name), group.kubernetes, group.namespaces)
