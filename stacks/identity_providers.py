"""External providers of the manifest as Keycloak's: addresses and ways of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import singledispatch

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.keycloak.client import ClientSecret
from constructs.keycloak.directory import VENDORS, Directory, DirectoryConfig
from constructs.keycloak.groups import Group
from constructs.keycloak.identity_provider import (
    Common,
    IdentityProvider,
    OidcConfig,
    SamlConfig,
)
from constructs.keycloak.realm import Realm
from constructs.shared.text import literal

from manifest import identity as sections

Secret = Callable[[str], ClientSecret]
STANDARD_SCOPES = "openid profile email"


def add(
    scope: Construct,
    providers: Mapping[str, sections.Provider],
    *,
    realm: Realm,
    issuer: str,
    groups: Mapping[str, Group],
    secret: Callable[[str], str],
    client_secret: Secret,
    people: Sequence[ITerraformDependable],
) -> None:
    """Makes each provider, or directory, in `realm`; directories after `people`.

    `secret` gives references to values that stay in the state, `client_secret` to such that don't.
    """
    for alias, section in providers.items():
        if isinstance(section, sections.Ldap):
            password = secret(section.bind_password.secret)
            config = _directory(alias, section, password, groups)
            # While a directory does not answer, Keycloak makes no accounts.
            Directory(scope, f"directory-{alias}", realm=realm.id, config=config, after=people)
            continue
        IdentityProvider(
            scope,
            f"provider-{alias}",
            realm=realm.name,
            mfa_role=realm.mfa_role.reference("name"),
            config=_config(section, _common(alias, section, groups), client_secret, issuer),
        )


def _common(alias: str, section: sections.External, groups: Mapping[str, Group]) -> Common:
    mappings: dict[str, str] = getattr(section, "group_mappings", {})
    return Common(
        alias=alias,
        display_name=literal(section.display_name or alias),
        groups=[groups[name].path for name in section.groups],
        mappings={theirs: groups[ours].path for theirs, ours in mappings.items()},
        claim=getattr(section, "groups_claim", "groups"),
        domains=section.allowed_domains,
        trust_email=section.trust_email,
    )


@singledispatch
def _config(
    section: object, common: Common, secret: Secret, issuer: str
) -> OidcConfig | SamlConfig:
    raise TypeError(f"{section!r} is no provider")


@_config.register
def _(section: sections.Google, common: Common, secret: Secret, issuer: str) -> OidcConfig:
    domain = section.hosted_domain
    return OidcConfig(
        common,
        client_id=literal(section.client_id),
        client_secret=secret(section.client_secret.secret),
        # Keycloak knows these itself; the provider wants them all the same.
        authorization_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106
        scopes=STANDARD_SCOPES,
        implementation="google",
        # Whoever has an address of the domain may have a private account with it, too: Google says
        # in this claim whose accounts are the domain's own.
        required_claim=("hd", domain) if domain else None,
    )


@_config.register
def _(section: sections.GitHub, common: Common, secret: Secret, issuer: str) -> OidcConfig:
    return OidcConfig(
        common,
        client_id=literal(section.client_id),
        client_secret=secret(section.client_secret.secret),
        authorization_url="https://github.com/login/oauth/authorize",
        token_url="https://github.com/login/oauth/access_token",  # noqa: S106
        scopes="user:email",
        implementation="github",
    )


@_config.register
def _(section: sections.GitLab, common: Common, secret: Secret, issuer: str) -> OidcConfig:
    """https://docs.gitlab.com/integration/openid_connect_provider/"""
    base = literal(section.url.rstrip("/"))
    return OidcConfig(
        common,
        client_id=literal(section.client_id),
        client_secret=secret(section.client_secret.secret),
        issuer=base,
        authorization_url=f"{base}/oauth/authorize",
        token_url=f"{base}/oauth/token",
        jwks_url=f"{base}/oauth/discovery/keys",
        user_info_url=f"{base}/oauth/userinfo",
        scopes=STANDARD_SCOPES,
    )


@_config.register
def _(section: sections.Entra, common: Common, secret: Secret, issuer: str) -> OidcConfig:
    """https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc"""
    base = f"https://login.microsoftonline.com/{literal(section.tenant)}"
    return OidcConfig(
        common,
        client_id=literal(section.client_id),
        client_secret=secret(section.client_secret.secret),
        issuer=f"{base}/v2.0",
        authorization_url=f"{base}/oauth2/v2.0/authorize",
        token_url=f"{base}/oauth2/v2.0/token",
        jwks_url=f"{base}/discovery/v2.0/keys",
        user_info_url="https://graph.microsoft.com/oidc/userinfo",
        scopes=STANDARD_SCOPES,
    )


@_config.register
def _(section: sections.Okta, common: Common, secret: Secret, issuer: str) -> OidcConfig:
    """Of the organization's own authorization server, which needs no licence of its own.

    https://developer.okta.com/docs/concepts/auth-servers/
    """
    base = literal(section.url.rstrip("/"))
    return OidcConfig(
        common,
        client_id=literal(section.client_id),
        client_secret=secret(section.client_secret.secret),
        issuer=base,
        authorization_url=f"{base}/oauth2/v1/authorize",
        token_url=f"{base}/oauth2/v1/token",
        jwks_url=f"{base}/oauth2/v1/keys",
        user_info_url=f"{base}/oauth2/v1/userinfo",
        scopes=f"{STANDARD_SCOPES} groups",
    )


@_config.register
def _(section: sections.Oidc, common: Common, secret: Secret, issuer: str) -> OidcConfig:
    return OidcConfig(
        common,
        client_id=literal(section.client_id),
        client_secret=secret(section.client_secret.secret),
        issuer=literal(section.issuer),
        authorization_url=literal(section.authorization_url),
        token_url=literal(section.token_url),
        jwks_url=literal(section.jwks_url),
        user_info_url=literal(section.user_info_url) if section.user_info_url else None,
        scopes=literal(" ".join(section.scopes)),
    )


@_config.register
def _(section: sections.Saml, common: Common, secret: Secret, issuer: str) -> SamlConfig:
    return SamlConfig(
        common,
        entity_id=literal(section.entity_id),
        own_entity_id=issuer,
        single_sign_on_url=literal(section.single_sign_on_url),
        signing_certificate=literal(section.signing_certificate),
    )


def _directory(
    alias: str, section: sections.Ldap, password: str, groups: Mapping[str, Group]
) -> DirectoryConfig:
    return DirectoryConfig(
        name=alias,
        vendor=VENDORS[section.vendor],
        url=literal(section.url),
        bind_dn=literal(section.bind_dn),
        bind_password=password,
        users_dn=literal(section.users_dn),
        groups=list(section.groups),
        groups_dn=literal(section.groups_dn) if section.groups_dn else None,
        # Who keeps the directory must not make administrators by the name of a group.
        known_groups=[name for name in groups if name != sections.ADMINISTRATORS],
    )
