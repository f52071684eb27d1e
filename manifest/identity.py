"""Section `identity`: Keycloak, users, groups, external providers, clients. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from manifest.section import Choice, Finding, Many, Section, about, form
from manifest.values import DomainName, Name, SecretReference, Value

Email = Annotated[
    str,
    form(r"^[^@\sA-Z]+@[^@\sA-Z]+\.[^@\sA-Z]+$", "an address in lower case, as ada@example.org"),
]
"""In lower case: Keycloak keeps addresses so, and a plan would never be empty otherwise."""
Username = Annotated[
    str,
    form(r"^[a-z0-9][a-z0-9._@-]{2,254}$", "3 or more lower-case letters, digits, dots or hyphens"),
]
Url = Annotated[str, form(r"^https://[^\s/]+(/\S*)?$", "an address, as https://auth.example.org")]
ADMINISTRATORS = "platform-admins"
KEYCLOAK_BOOTSTRAP = "keycloak/bootstrap"
"""The entry of the secret store with which a new Keycloak lets in the stage that sets it up."""
ADMINISTRATOR = "admin"
"""Their name, where the manifest gives none."""
LdapUrl = Annotated[str, form(r"^ldaps://\S+$", "an address, as ldaps://ldap.example.org")]


class KeycloakInstall(Section):
    """A Keycloak on this cluster."""

    host: DomainName | None = about("Its name. Default: `auth.` below the zone.", None)
    realm: Name = about("The realm's name.", "platform", change="immutable")
    replicas: int = about("How many run.", 2, ge=1, le=9)
    values: dict[str, Value] = about("Values of the chart that are merged over ours.", dict)


class KeycloakShared(Section):
    """The Keycloak of another infrastructure."""

    infrastructure: Name = about("Whose.", change="immutable")
    repository: str | None = about(
        "The organization of another repository. Default: this one.", None, change="immutable"
    )


class KeycloakExternal(Section):
    """A Keycloak that exists."""

    url: Url = about("Its address.", change="immutable")
    realm: Name = about("The realm to work in.", change="immutable")
    client_id: str = about("The client to work as.", "terraform")
    client_secret: SecretReference = about("That client's secret.")


class Keycloak(Choice):
    """Where users are kept."""

    install: KeycloakInstall | None = about("A Keycloak on this cluster.", None)
    shared: KeycloakShared | None = about("Another infrastructure's.", None)
    external: KeycloakExternal | None = about("One that exists.", None)


class Admin(Section):
    """The one user with full privileges: in Keycloak, ArgoCD and Kubernetes."""

    username: Username = about("The name to log in with.", change="replaces")
    email: Email = about("The address.")
    first_name: str = about("First name.", "Platform")
    last_name: str = about("Last name.", "Admin")


class Group(Section):
    """People with the same rights."""

    kubernetes: Literal["cluster-admin", "admin", "edit", "view"] | None = about(
        "Their role in Kubernetes.", None
    )
    namespaces: Many[Name] = about("Only in these namespaces. Default: in all.", ())
    argocd: Literal["admin", "readonly"] | None = about("Their role in ArgoCD.", None)
    projects: Many[Name] = about("Only in these ArgoCD projects. Default: in all.", ())

    def check(self) -> Iterator[Finding]:
        if self.namespaces and self.kubernetes is None:
            yield Finding(
                "is without a role.", "Add `kubernetes`, or remove them.", at="namespaces"
            )
        if self.namespaces and self.kubernetes == "cluster-admin":
            yield Finding(
                "can't be limited to namespaces.", "Write `admin`, or no namespaces.", "kubernetes"
            )
        if self.projects and self.argocd is None:
            yield Finding("is without a role.", "Add `argocd`, or remove them.", at="projects")


class User(Section):
    """A person."""

    email: Email = about("The address.")
    first_name: str = about("First name.", "")
    last_name: str = about("Last name.", "")
    groups: Many[Name] = about("The groups the person is in.", ())


class _Provider(Section):
    """What external providers have in common."""

    groups: Many[Name] = about("Groups that everyone from there joins.", ())
    group_mappings: dict[str, Name] = about("Their group → ours.", dict)
    allowed_domains: Many[DomainName] = about("Only people of these domains.", ())


class Google(_Provider):
    """Google Workspace accounts."""

    type: Literal["google"] = about("The kind.")
    client_id: str = about("The OAuth client.")
    client_secret: SecretReference = about("Its secret.")
    hosted_domain: DomainName | None = about("Only accounts of this Workspace domain.", None)


class GitHub(_Provider):
    """GitHub accounts."""

    type: Literal["github"] = about("The kind.")
    client_id: str = about("The OAuth app.")
    client_secret: SecretReference = about("Its secret.")


class GitLab(_Provider):
    """GitLab accounts."""

    type: Literal["gitlab"] = about("The kind.")
    client_id: str = about("The application.")
    client_secret: SecretReference = about("Its secret.")
    url: Url = about("Whose GitLab.", "https://gitlab.com")


class Entra(_Provider):
    """Microsoft Entra ID accounts."""

    type: Literal["entra"] = about("The kind.")
    tenant: str = about("The tenant's id.")
    client_id: str = about("The app registration.")
    client_secret: SecretReference = about("Its secret.")


class Okta(_Provider):
    """Okta accounts."""

    type: Literal["okta"] = about("The kind.")
    url: Url = about("The organization's address.")
    client_id: str = about("The application.")
    client_secret: SecretReference = about("Its secret.")


class Oidc(_Provider):
    """Any OpenID Connect provider."""

    type: Literal["oidc"] = about("The kind.")
    issuer: Url = about("The issuer; its discovery document is read.")
    client_id: str = about("The client.")
    client_secret: SecretReference = about("Its secret.")
    scopes: Many[str] = about("What to ask for.", ("openid", "profile", "email"))


class Saml(_Provider):
    """Any SAML 2 provider."""

    type: Literal["saml"] = about("The kind.")
    entity_id: str = about("The provider's entity id.")
    single_sign_on_url: Url = about("Where requests go.")
    signing_certificate: str = about("The certificate that signs, in base64 without header.")


class Ldap(_Provider):
    """Accounts of an LDAP directory."""

    type: Literal["ldap"] = about("The kind.")
    url: LdapUrl = about("The server: `ldaps://…`.")
    bind_dn: str = about("Who looks people up.")
    bind_password: SecretReference = about("That account's password.")
    users_dn: str = about("Where people stand.")


Provider = Annotated[
    Google | GitHub | GitLab | Entra | Okta | Oidc | Saml | Ldap, Field(discriminator="type")
]


class Client(Section):
    """An application that people sign in to."""

    redirect_uris: Many[str] = about("Where it may be sent back to.", min_length=1)
    public: bool = about("Whether it can keep no secret.", False)


class Identity(Section):
    """Users, groups and single sign-on."""

    keycloak: Keycloak = about("Where users are kept.")
    admin: Admin | None = about(
        "The one user with full privileges. Default: `admin`, with the address of "
        "`addons.cert_manager`.",
        None,
    )
    groups: dict[Name, Group] = about("Groups, by name.", dict)
    users: dict[Username, User] = about("People, by the name they log in with.", dict)
    providers: dict[Name, Provider] = about("External identity providers, by alias.", dict)
    clients: dict[Name, Client] = about("Applications that people sign in to.", dict)

    def check(self) -> Iterator[Finding]:
        yield from self._people()
        if ADMINISTRATORS in self.groups:
            yield Finding(
                "is the group of the admin, and made by itself.",
                "Choose another name.",
                at=f"groups.{ADMINISTRATORS}",
            )
        known = {*self.groups, ADMINISTRATORS}
        members: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
            *((("users", name), user.groups) for name, user in self.users.items()),
            *((("providers", name), one.groups) for name, one in self.providers.items()),
        ]
        for at, groups in members:
            for index, group in enumerate(groups):
                if group not in known:
                    yield _unknown_group((*at, "groups", str(index)), known)
        for name, one in self.providers.items():
            for theirs, group in one.group_mappings.items():
                if group not in known:
                    yield _unknown_group(("providers", name, "group_mappings", theirs), known)

    def _people(self) -> Iterator[Finding]:
        """Names and addresses are one person's each: Keycloak takes no two."""
        emails = {self.admin.email: "the admin"} if self.admin else {}
        administrator = self.admin.username if self.admin else ADMINISTRATOR
        for name, user in self.users.items():
            if name == administrator:
                yield Finding(
                    "is the admin's name, too.", "Keep it in one place.", at=("users", name)
                )
            first = emails.setdefault(user.email, name)
            if first != name:
                yield Finding(
                    f"is the address of {first}, too.",
                    "Give each person one.",
                    at=("users", name, "email"),
                )


def _unknown_group(at: tuple[str, ...], known: set[str]) -> Finding:
    return Finding(
        f"is no group of this infrastructure ({', '.join(sorted(known))}).",
        "Add it to identity.groups, or correct the name.",
        at=at,
    )
