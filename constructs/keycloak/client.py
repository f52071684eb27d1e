"""Applications that people sign in to, and programs that administrate a realm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct
from constructs.keycloak.resource import Resource
from constructs.shared.block import Block

SCOPES = ["basic", "profile", "email", "acr", "roles", "web-origins"]
"""What a token holds unasked. Without `basic` an access token has no `sub`."""
GROUPS_CLAIM = "groups"
GUEST_ROLES = ("view-realm", "manage-clients", "manage-users")
"""What another infrastructure may do in a realm that it shares. Not more, and not less isolating:
who may manage users may also make them administrators."""


@dataclass(frozen=True)
class ClientSecret:
    """A secret on its way from the secret store."""

    value: str
    """A reference to an ephemeral variable."""
    revision: str
    """A reference to a number that changes with it."""


@dataclass(frozen=True)
class ClientConfig:
    """One application; texts are escaped."""

    client_id: str
    name: str
    redirect_uris: Sequence[str]
    secret: ClientSecret | None
    """None: it can keep no secret, being a program on somebody's machine or in a browser."""
    root_url: str | None = None
    logout_uris: Sequence[str] = ()
    web_origins: Sequence[str] = ()
    device: bool = False
    """Also by a code that is typed in on another device."""


class Client(Block):
    """Signs people in by the authorization code flow with PKCE; tokens say their groups by path.

    The provider's defaults would let a client act with all rights of its user (`full_scope`).
    """

    client_id: str

    def __init__(
        self, scope: Construct, id_: str, *, name: str, realm: str, config: ClientConfig
    ) -> None:
        """`name` is the resources'."""
        super().__init__(scope, id_)
        client = Resource(
            self,
            "openid_client",
            name,
            {
                "realm_id": realm,
                "client_id": config.client_id,
                "name": config.name,
                "enabled": True,
                "access_type": "CONFIDENTIAL" if config.secret else "PUBLIC",
                "standard_flow_enabled": True,
                "implicit_flow_enabled": False,
                "direct_access_grants_enabled": False,
                "service_accounts_enabled": False,
                "full_scope_allowed": False,
                "pkce_code_challenge_method": "S256",
                "oauth2_device_authorization_grant_enabled": config.device,
                "root_url": config.root_url,
                "valid_redirect_uris": list(config.redirect_uris),
                "valid_post_logout_redirect_uris": list(config.logout_uris) or None,
                "web_origins": list(config.web_origins),
                "client_secret_wo": config.secret.value if config.secret else None,
                "client_secret_wo_version": config.secret.revision if config.secret else None,
            },
        )
        self.client_id = client.reference("client_id")
        Resource(
            self,
            "openid_client_default_scopes",
            name,
            {"realm_id": realm, "client_id": client.reference(), "default_scopes": SCOPES},
        )
        Resource(
            self,
            "openid_client_optional_scopes",
            name,
            {
                "realm_id": realm,
                "client_id": client.reference(),
                "optional_scopes": ["offline_access"],
            },
        )
        # On the client and not in a scope of the realm: whoever shares a realm owns no scope in it.
        Resource(
            self,
            "openid_group_membership_protocol_mapper",
            name,
            {
                "realm_id": realm,
                "client_id": client.reference(),
                "name": GROUPS_CLAIM,
                "claim_name": GROUPS_CLAIM,
                # `/staging/admins` and `/production/admins` are both called admins.
                "full_path": True,
                "add_to_id_token": True,
                "add_to_access_token": True,
                "add_to_userinfo": True,
            },
        )
        Resource(
            self,
            "openid_audience_protocol_mapper",
            name,
            {
                "realm_id": realm,
                "client_id": client.reference(),
                "name": "audience",
                "included_client_audience": self.client_id,
                "add_to_id_token": False,
                "add_to_access_token": True,
            },
        )


class Guest(Block):
    """The program of another infrastructure, which administrates its own part of the realm."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        infrastructure: str,
        client_id: str,
        realm: str,
        management: str,
        secret: ClientSecret,
    ) -> None:
        """`management` is the id of the realm's client `realm-management`."""
        super().__init__(scope, id_)
        client = Resource(
            self,
            "openid_client",
            f"guest-{infrastructure}",
            {
                "realm_id": realm,
                "client_id": client_id,
                "name": f"Groundplan for {infrastructure}",
                "enabled": True,
                "access_type": "CONFIDENTIAL",
                "service_accounts_enabled": True,
                "standard_flow_enabled": False,
                "implicit_flow_enabled": False,
                "direct_access_grants_enabled": False,
                # It acts for itself; its roles are the limit.
                "full_scope_allowed": True,
                "client_secret_wo": secret.value,
                "client_secret_wo_version": secret.revision,
            },
        )
        for role in GUEST_ROLES:
            Resource(
                self,
                "openid_client_service_account_role",
                f"guest-{infrastructure}-{role}",
                {
                    "realm_id": realm,
                    "service_account_user_id": client.reference("service_account_user_id"),
                    "client_id": management,
                    "role": role,
                },
            )
