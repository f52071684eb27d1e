"""keycloak/keycloak: ids, paths and what a new realm of Keycloak 26 has built in.

https://registry.terraform.io/providers/keycloak/keycloak/5.9.0/docs
"""

from __future__ import annotations

from emulator.providers.shapes.table import Facts, Shapes

FLOWS = {
    "browser_flow": "browser",
    "client_authentication_flow": "clients",
    "direct_grant_flow": "direct grant",
    "docker_authentication_flow": "docker auth",
    "first_broker_login_flow": "first broker login",
    "registration_flow": "registration",
    "reset_credentials_flow": "reset credentials",
}
LIFESPANS = {
    "access_code_lifespan": "1m0s",
    "access_code_lifespan_login": "30m0s",
    "access_code_lifespan_user_action": "5m0s",
    "access_token_lifespan": "5m0s",
    "access_token_lifespan_for_implicit_flow": "15m0s",
    "action_token_generated_by_admin_lifespan": "12h0m0s",
    "action_token_generated_by_user_lifespan": "5m0s",
    "oauth2_device_code_lifespan": "10m0s",
    "oauth2_device_polling_interval": 5,
    "offline_session_idle_timeout": "720h0m0s",
    "offline_session_max_lifespan": "1440h0m0s",
    "sso_session_idle_timeout": "30m0s",
    "sso_session_max_lifespan": "10h0m0s",
}


def _path(facts: Facts) -> str:
    """A group's path; a parent that is not recorded shows as its id."""
    parent = facts["parent_id"]
    if not parent:
        return f"/{facts['name']}"
    found = facts.find("keycloak_group", parent)
    return f"{found['path'] if found else f'/{parent}'}/{facts['name']}"


def _service_account(facts: Facts) -> str:
    return str(facts["uuid"]) if facts["service_accounts_enabled"] else ""


KEYCLOAK = Shapes(
    server=("url", "base_path"),
    # The parents of an object never change, nor does what is a part of its address.
    replaced_by={
        "*": ("realm_id", "client_scope_id", "group_id", "user_id", "identity_provider_alias"),
        "keycloak_group": ("parent_id",),
        "keycloak_realm": ("realm", "internal_id"),
        "keycloak_realm_localization": ("locale",),
        "keycloak_role": ("client_id", "import"),
        "keycloak_user": ("username", "import"),
        "keycloak_openid_client": ("import",),
        "keycloak_openid_client_*": ("client_id", "service_account_user_id", "role"),
        "*_protocol_mapper": ("client_id",),
        "*_identity_provider": ("realm", "alias"),
        "*_identity_provider_mapper": ("realm", "name"),
        "keycloak_authentication_*execution": ("parent_flow_alias", "authenticator"),
        "keycloak_authentication_subflow": ("parent_flow_alias", "authenticator"),
        "keycloak_authentication_execution_config": ("execution_id", "alias"),
    },
    computed={
        "keycloak_realm": {"id": "{realm}", "login_with_email_allowed": True, **LIFESPANS, **FLOWS},
        "data.keycloak_realm": {"id": "{realm}", "enabled": True, **LIFESPANS, **FLOWS},
        "keycloak_authentication_bindings": FLOWS,
        "*keycloak_group": {"path": _path},
        "*keycloak_openid_client": {
            "client_secret": "{secret}",
            "service_account_user_id": _service_account,
        },
        "keycloak_oidc_google_identity_provider": {"alias": "google", "display_name": "Google"},
        "keycloak_oidc_github_identity_provider": {"alias": "github", "display_name": "GitHub"},
        "keycloak_oidc_microsoft_identity_provider": {
            "alias": "microsoft",
            "display_name": "Microsoft",
        },
        "*_identity_provider": {"id": "{alias}"},
        "*": {"internal_id": "{uuid}", "enabled": True},
    },
    # Clients, roles, flows and scopes are partly built in: any is found.
    must_exist={
        "keycloak_group": frozenset(),
        "keycloak_realm": frozenset({"master"}),
        "keycloak_user": frozenset(),
    },
)
