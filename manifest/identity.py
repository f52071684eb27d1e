"""Section `identity`: Keycloak, users, groups, external providers, clients. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
RedirectUri = Annotated[
    str,
    form(
        r"^(https://[^\s/*]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?)(/[^\s*]*)?$",
        "an address without a wildcard, as https://grafana.example.org/login/generic_oauth",
    ),
]
"""Whatever is sent to a redirect address lets its owner in: no wildcards, and no plain HTTP."""
PersonName = Annotated[
    str,
    form(
        r"^[^<>&\"$%!#?§;*~/\\|^=\[\]{}()\x00-\x1f\x7f]{0,255}$",
        "a name, without characters as <, $ or /",
    ),
]
"""What Keycloak takes for a person's name."""
ADMINISTRATORS = "platform-admins"
KEYCLOAK_BOOTSTRAP = "keycloak/bootstrap"
"""The entry of the secret store with which a new Keycloak lets in the program that sets it up."""
KEYCLOAK_PROGRAM = "keycloak/program"
"""The entry with which the program works afterwards."""
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
    """The Keycloak of another infrastructure of the repository: its realm, users and providers."""

    infrastructure: Name = about("Whose.", change="immutable")


class KeycloakExternal(Section):
    """A Keycloak that exists: another repository's, or one that somebody else looks after."""

    url: Url = about("Its address.", change="immutable")
    realm: Name = about("The realm to work in.", change="immutable")
    client_id: str = about(
        "The client to work as, with the roles view-realm, manage-clients and manage-users of "
        "realm-management.",
        "groundplan",
    )
    client_secret: SecretReference = about("That client's secret.")


class Keycloak(Choice):
    """Where users are kept."""

    install: KeycloakInstall | None = about("A Keycloak on this cluster.", None)
    shared: KeycloakShared | None = about("Another infrastructure's.", None)
    external: KeycloakExternal | None = about("One that exists.", None)


class Person(Section):
    """What is known of somebody."""

    email: Email | None = about("The address. Only where the Keycloak is installed here.", None)
    first_name: PersonName = about("First name.", "")
    last_name: PersonName = about("Last name.", "")
    enabled: bool = about("Whether they may sign in.", True)
    external: bool = about(
        "Whether they come through an external provider: then they get no first password.", False
    )


class Admin(Person):
    """The one user with full privileges: in Keycloak, ArgoCD and Kubernetes."""

    username: Username = about("The name to log in with.", change="replaces")


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


class User(Person):
    """A person."""

    groups: Many[Name] = about("The groups the person is in.", ())


class _Provider(Section):
    """What external providers have in common."""

    display_name: str | None = about("What the button says. Default: the alias.", None)
    groups: Many[Name] = about("Groups that everyone from there joins.", ())
    allowed_domains: Many[DomainName] = about(
        "Only people with an address in these domains may come in. Default: all.", ()
    )
    trust_email: bool = about(
        "Whether addresses from there count as verified. Only for a directory of your own.", False
    )


class _Mapped(_Provider):
    """What those have in common that tell people's groups."""

    group_mappings: dict[str, Name] = about("Their group → ours.", dict)
    groups_claim: str = about("The claim, or with SAML the attribute, with their groups.", "groups")


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


class GitLab(_Mapped):
    """GitLab accounts."""

    type: Literal["gitlab"] = about("The kind.")
    client_id: str = about("The application.")
    client_secret: SecretReference = about("Its secret.")
    url: Url = about("Whose GitLab.", "https://gitlab.com")


class Entra(_Mapped):
    """Microsoft Entra ID accounts."""

    type: Literal["entra"] = about("The kind.")
    tenant: str = about("The tenant's id.")
    client_id: str = about("The app registration.")
    client_secret: SecretReference = about("Its secret.")


class Okta(_Mapped):
    """Okta accounts."""

    type: Literal["okta"] = about("The kind.")
    url: Url = about("The organization's address.")
    client_id: str = about("The application.")
    client_secret: SecretReference = about("Its secret.")


class Oidc(_Mapped):
    """Any OpenID Connect provider."""

    type: Literal["oidc"] = about("The kind.")
    issuer: Url = about("The issuer. `/.well-known/openid-configuration` below it has the rest.")
    authorization_url: Url = about("Its `authorization_endpoint`.")
    token_url: Url = about("Its `token_endpoint`.")
    jwks_url: Url = about("Its `jwks_uri`: the keys that its tokens are checked with.")
    user_info_url: Url | None = about("Its `userinfo_endpoint`.", None)
    client_id: str = about("The client.")
    client_secret: SecretReference = about("Its secret.")
    scopes: Many[str] = about("What to ask for.", ("openid", "profile", "email"))


class Saml(_Mapped):
    """Any SAML 2 provider."""

    type: Literal["saml"] = about("The kind.")
    entity_id: str = about("The provider's entity id.")
    single_sign_on_url: Url = about("Where requests go.")
    signing_certificate: str = about("The certificate that signs, in base64 without header.")


class Ldap(Section):
    """Accounts of an LDAP directory, which is only read."""

    type: Literal["ldap"] = about("The kind.")
    url: LdapUrl = about("The server: `ldaps://…`.")
    bind_dn: str = about("Who looks people up.")
    bind_password: SecretReference = about("That account's password.")
    users_dn: str = about("Where people stand.")
    vendor: Literal["active_directory", "other"] = about("What kind of directory it is.", "other")
    groups: Many[Name] = about("Groups that everyone from there joins.", ())
    groups_dn: str | None = about(
        "Where groups stand: who is in one with the name of ours joins ours.", None
    )


External = Google | GitHub | GitLab | Entra | Okta | Oidc | Saml
"""Providers that people are sent to, to sign in there."""
Provider = Annotated[External | Ldap, Field(discriminator="type")]


class Client(Section):
    """An application that people sign in to."""

    redirect_uris: Many[RedirectUri] = about("Where people may be sent back to.", min_length=1)
    public: bool = about("Whether it can keep no secret.", False)
    namespace: Name | None = about(
        "Where on the cluster a Secret NAME-oidc says its id, its secret and the issuer. Default: "
        "none is made.",
        None,
    )


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
    guests: Many[Name] = about(
        "Infrastructures of other repositories that share this Keycloak. Each gets a client "
        "`groundplan-NAME`, and its secret as the entry keycloak/guests/NAME; there they are put "
        "into `keycloak.external`. Those of this repository need not be named.",
        (),
    )

    @property
    def owner(self) -> bool:
        """Whether realm and people are kept here; else they are another's."""
        return self.keycloak.install is not None

    def secret_names(self, guests: Iterable[str] = ()) -> Iterator[str]:
        """The entries of the secret store whose values the program makes.

        `guests` are the infrastructures that share this Keycloak.
        """
        yield client_entry("argocd")
        yield from (client_entry(name) for name, one in self.clients.items() if not one.public)
        if not self.owner:
            return
        yield from (KEYCLOAK_BOOTSTRAP, KEYCLOAK_PROGRAM)
        yield from (guest_entry(one) for one in guests)
        admin = self.admin or Admin(username=ADMINISTRATOR)
        people: dict[str, Person] = {admin.username: admin, **self.users}
        yield from (password_entry(name) for name, one in people.items() if not one.external)

    def check(self) -> Iterator[Finding]:
        yield from self._people()
        yield from self._kept_elsewhere()
        if ADMINISTRATORS in self.groups:
            yield Finding(
                "is the group of the admin, and made by itself.",
                "Choose another name.",
                at=f"groups.{ADMINISTRATORS}",
            )
        for name in {"argocd", "kubernetes"} & self.clients.keys():
            yield Finding(
                "is a client that is made by itself.", "Choose another name.", ("clients", name)
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
            mappings = one.group_mappings if isinstance(one, _Mapped) else {}
            for theirs, group in mappings.items():
                if group not in known:
                    yield _unknown_group(("providers", name, "group_mappings", theirs), known)

    def _kept_elsewhere(self) -> Iterator[Finding]:
        """People and providers are described where the Keycloak is installed, and only there."""
        people: dict[tuple[str, ...], Person] = {
            ("users", name): user for name, user in self.users.items()
        }
        if self.admin:
            people["admin",] = self.admin
        if self.owner:
            for at, one in people.items():
                if one.email is None:
                    yield Finding("has no address.", "Add `email`.", at=at)
            return
        where = "the Keycloak is another's"
        for section in ("providers", "guests"):
            if getattr(self, section):
                yield Finding(f"can't be added: {where}.", "Add them there.", at=section)
        if self.keycloak.shared and self.admin:
            whose = self.keycloak.shared.infrastructure
            yield Finding(f"is the one of {whose}, here too.", "Remove it.", at="admin")
            del people["admin",]
        elif self.keycloak.external and not self.admin:
            yield Finding("names no admin.", "Add `admin`, with a name that is known there.")
        for at, one in people.items():
            for key in sorted(one.model_fields_set & Person.model_fields.keys()):
                yield Finding(f"can't be set: {where}.", "Remove it.", at=(*at, key))

    def _people(self) -> Iterator[Finding]:
        """Names and addresses are one person's each: Keycloak takes no two."""
        emails = {self.admin.email: "the admin"} if self.admin and self.admin.email else {}
        administrator = self.admin.username if self.admin else ADMINISTRATOR
        for name, user in self.users.items():
            if name == administrator:
                yield Finding(
                    "is the admin's name, too.", "Keep it in one place.", at=("users", name)
                )
            if user.email is None:
                continue
            first = emails.setdefault(user.email, name)
            if first != name:
                yield Finding(
                    f"is the address of {first}, too.",
                    "Give each person one.",
                    at=("users", name, "email"),
                )


def client_entry(name: str) -> str:
    """The entry of the secret store with a client's secret."""
    return f"keycloak/clients/{name}"


def guest_entry(infrastructure: str) -> str:
    """The entry, in its owner's store, with which another infrastructure works in a Keycloak."""
    return f"keycloak/guests/{infrastructure}"


def password_entry(username: str) -> str:
    """The entry with a person's first password."""
    return f"keycloak/first-passwords/{username}"


def _unknown_group(at: tuple[str, ...], known: set[str]) -> Finding:
    return Finding(
        f"is no group of this infrastructure ({', '.join(sorted(known))}).",
        "Add it to identity.groups, or correct the name.",
        at=at,
    )
