"""External identity providers: who signs in there comes in, and joins groups.

All that speak OAuth 2 are `keycloak_oidc_identity_provider`, Google and GitHub with the id of
Keycloak's own implementation: unlike the resources of their names it takes the client's secret
write-only, and lets the alias be chosen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from constructs import Construct
from constructs.keycloak.client import ClientSecret
from constructs.keycloak.resource import Resource
from constructs.keycloak.sign_in import ProviderFlow, exactly
from constructs.shared.block import Block
from constructs.shared.text import literal

UNSAFE_DEFAULTS = {
    # The provider would keep people's tokens of the other side.
    "store_token": False,
    # What has changed there changes here with the next sign-in.
    "sync_mode": "FORCE",
}
INHERIT = {"syncMode": "INHERIT"}


@dataclass(frozen=True)
class Common:
    """What all providers have; texts are escaped."""

    alias: str
    display_name: str
    groups: Sequence[str] = ()
    """The paths of the groups that everybody from there joins."""
    mappings: Mapping[str, str] = field(default_factory=dict)
    """Their group, not escaped → the path of ours."""
    claim: str = "groups"
    """Where they name their groups: a claim, or an attribute of SAML. Not escaped."""
    domains: Sequence[str] = ()
    """Only people with an address in these may come in; none: all. Not escaped."""
    trust_email: bool = False
    """Addresses from there are taken for verified."""


@dataclass(frozen=True)
class OidcConfig:
    """A provider of OpenID Connect or OAuth 2."""

    common: Common
    client_id: str
    client_secret: ClientSecret
    authorization_url: str
    token_url: str
    jwks_url: str | None = None
    """The keys that sign; None for those whose implementation knows (`implementation`)."""
    user_info_url: str | None = None
    issuer: str | None = None
    scopes: str | None = None
    implementation: str | None = None
    """Keycloak's id of it: `google`, `github`; None: any OpenID Connect."""
    required_claim: tuple[str, str] | None = None
    """Only people whose token has this claim, with this very value, may come in. Not escaped."""


@dataclass(frozen=True)
class SamlConfig:
    """A provider of SAML 2."""

    common: Common
    entity_id: str
    """Theirs."""
    own_entity_id: str
    """What we are called there: by custom the realm's address."""
    single_sign_on_url: str
    signing_certificate: str


class IdentityProvider(Block):
    """A provider, what comes after it, and the groups that its people join."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        realm: str,
        mfa_role: str,
        config: OidcConfig | SamlConfig,
    ) -> None:
        """`realm` is a reference to its name, `mfa_role` to the role's."""
        super().__init__(scope, id_)
        common = config.common
        flow = ProviderFlow(
            self,
            "flow",
            realm=realm,
            provider=common.alias,
            mfa_role=mfa_role,
            domains=common.domains,
        )
        kind, own = _oidc(config) if isinstance(config, OidcConfig) else _saml(config)
        provider = Resource(
            self,
            kind,
            common.alias,
            {
                "realm": realm,
                "alias": common.alias,
                "display_name": common.display_name,
                "enabled": True,
                "trust_email": common.trust_email,
                "post_broker_login_flow_alias": flow.alias,
                **UNSAFE_DEFAULTS,
                **own,
            },
            after=flow.parts,
        )
        self._realm, self._alias = realm, provider.reference("alias")
        self._everybody(common)
        self._mapped(common, saml=isinstance(config, SamlConfig))
        if isinstance(config, SamlConfig):
            self._attributes(common.alias)

    def _everybody(self, common: Common) -> None:
        for index, path in enumerate(common.groups):
            self._mapper(
                "hardcoded_group_identity_provider_mapper",
                f"{common.alias}-everybody-{index}",
                {"group": path, "extra_config": INHERIT},
            )

    def _mapped(self, common: Common, *, saml: bool) -> None:
        kind, key = ("saml", "attribute") if saml else ("oidc", "claim")
        for index, (theirs, path) in enumerate(common.mappings.items()):
            value = json.dumps([{"key": common.claim, "value": theirs}], ensure_ascii=False)
            self._mapper(
                "custom_identity_provider_mapper",
                f"{common.alias}-group-{index}",
                {
                    "identity_provider_mapper": f"{kind}-advanced-group-idp-mapper",
                    "extra_config": {
                        **INHERIT,
                        f"{key}s": literal(value),
                        f"are.{key}.values.regex": "false",
                        "group": path,
                    },
                },
            )

    def _attributes(self, alias: str) -> None:
        """SAML has no standard names for these; OpenID Connect has."""
        for attribute in ("email", "firstName", "lastName"):
            self._mapper(
                "attribute_importer_identity_provider_mapper",
                f"{alias}-{attribute}",
                {"attribute_name": attribute, "user_attribute": attribute, "extra_config": INHERIT},
            )

    def _mapper(self, kind: str, name: str, attributes: Mapping[str, object]) -> None:
        named = {"realm": self._realm, "name": name, "identity_provider_alias": self._alias}
        Resource(self, kind, name, {**named, **attributes})


def _oidc(config: OidcConfig) -> tuple[str, dict[str, object]]:
    return "oidc_identity_provider", {
        "provider_id": config.implementation,
        "client_id": config.client_id,
        "client_secret_wo": config.client_secret.value,
        "client_secret_wo_version": config.client_secret.revision,
        "issuer": config.issuer,
        "authorization_url": config.authorization_url,
        "token_url": config.token_url,
        "jwks_url": config.jwks_url,
        "user_info_url": config.user_info_url,
        "default_scopes": config.scopes,
        # The provider would take tokens as they come.
        "validate_signature": config.jwks_url is not None,
        "extra_config": {
            "clientAuthMethod": "client_secret_post",
            "pkceEnabled": "true",
            "pkceMethod": "S256",
            **_filter(config.required_claim),
        },
    }


def _filter(claim: tuple[str, str] | None) -> dict[str, str]:
    """What makes Keycloak look at a claim before it lets somebody in; the value is a pattern."""
    if claim is None:
        return {}
    name, value = claim
    return {
        "filteredByClaim": "true",
        "claimFilterName": literal(name),
        "claimFilterValue": literal(exactly(value)),
    }


def _saml(config: SamlConfig) -> tuple[str, dict[str, object]]:
    return "saml_identity_provider", {
        "entity_id": config.own_entity_id,
        "single_sign_on_service_url": config.single_sign_on_url,
        "name_id_policy_format": "Persistent",
        "principal_type": "SUBJECT",
        "post_binding_response": True,
        "post_binding_authn_request": True,
        # The provider would take assertions that nobody has signed.
        "want_assertions_signed": True,
        "validate_signature": True,
        "signing_certificate": config.signing_certificate,
        "extra_config": {"idpEntityId": config.entity_id},
    }
