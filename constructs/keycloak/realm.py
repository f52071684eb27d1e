"""A realm with safe settings, which no deployment can delete."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct
from constructs.keycloak.resource import Resource
from constructs.keycloak.sign_in import BrowserFlow
from constructs.shared.block import Block
from constructs.shared.lifecycle import protection

PASSWORDS = (
    "length(14) and upperCase(1) and lowerCase(1) and digits(1) "
    "and notUsername and notEmail and passwordHistory(5)"
)
"""https://www.keycloak.org/docs/latest/server_admin/#_password-policies"""
EVENTS_SECONDS = 30 * 24 * 3600
"""How long who signed in, and who administrated what, can be looked up."""
LIFESPANS = {
    # An access token can't be taken back: it is short. Sessions are as long as a working day.
    "access_token_lifespan": "5m",
    "sso_session_idle_timeout": "30m",
    "sso_session_max_lifespan": "10h",
    "access_code_lifespan": "1m",
    "access_code_lifespan_login": "30m",
    "access_code_lifespan_user_action": "10m",
    "offline_session_idle_timeout": "720h",
    "offline_session_max_lifespan": "1440h",
    "offline_session_max_lifespan_enabled": True,
}
BRUTE_FORCE = {
    "permanent_lockout": False,
    "max_login_failures": 10,
    "wait_increment_seconds": 60,
    "max_failure_wait_seconds": 900,
    "failure_reset_time_seconds": 12 * 3600,
    "quick_login_check_milli_seconds": 1000,
    "minimum_quick_login_wait_seconds": 60,
}
HEADERS = {
    "x_frame_options": "SAMEORIGIN",
    "content_security_policy": "frame-src 'self'; frame-ancestors 'self'; object-src 'none';",
    "strict_transport_security": "max-age=31536000; includeSubDomains",
    "x_content_type_options": "nosniff",
    "x_robots_tag": "none",
    "referrer_policy": "no-referrer",
}
ONE_TIME_CODES = {
    "type": "totp",
    # What every authenticator app can do.
    "algorithm": "HmacSHA1",
    "digits": 6,
    "period": 30,
    "look_ahead_window": 1,
    "code_reusable": False,
}
MFA_ROLE = "mfa-required"


@dataclass(frozen=True)
class RealmConfig:
    """One realm."""

    name: str
    display_name: str


class Realm(Block):
    """The realm, what it records, and how people sign in.

    `prevent_destroy` holds for the realm, so a plan that would delete it fails as a whole. The
    provider's own `terraform_deletion_protection` does not do: everything in the realm would be
    deleted, and then the realm refused.
    """

    id: str
    name: str
    mfa_role: Resource
    """Who has it must give a one-time code at each sign-in."""

    def __init__(self, scope: Construct, id_: str, config: RealmConfig) -> None:
        super().__init__(scope, id_)
        realm = Resource(
            self, "realm", "realm", _attributes(config), lifecycle=protection(protected=True)
        )
        self.id = realm.reference()
        self.name = realm.reference("realm")
        Resource(
            self,
            "realm_events",
            "realm",
            {
                "realm_id": self.id,
                "events_enabled": True,
                "events_expiration": EVENTS_SECONDS,
                "admin_events_enabled": True,
                "admin_events_details_enabled": False,
                # What Keycloak has anyway; left out, each plan would set it.
                "events_listeners": ["jboss-logging"],
            },
        )
        for alias, name in (
            ("CONFIGURE_TOTP", "Configure OTP"),
            ("UPDATE_PASSWORD", "Update Password"),
        ):
            Resource(
                self,
                "required_action",
                alias.lower().replace("_", "-"),
                {
                    "realm_id": self.id,
                    "alias": alias,
                    "name": name,
                    "enabled": True,
                    "default_action": False,
                },
            )
        self.mfa_role = Resource(
            self,
            "role",
            MFA_ROLE,
            {
                "realm_id": self.id,
                "name": MFA_ROLE,
                "description": "Must give a one-time code at each sign-in",
            },
        )
        BrowserFlow(self, "browser", realm=self.id, mfa_role=self.mfa_role.reference("name"))


def _attributes(config: RealmConfig) -> dict[str, object]:
    return {
        "realm": config.name,
        "display_name": config.display_name,
        "enabled": True,
        "ssl_required": "external",
        "registration_allowed": False,
        "login_with_email_allowed": True,
        "duplicate_emails_allowed": False,
        "edit_username_allowed": False,
        # It would need a mail server.
        "reset_password_allowed": False,
        "verify_email": False,
        "remember_me": False,
        "password_policy": PASSWORDS,
        "default_signature_algorithm": "RS256",
        **LIFESPANS,
        "otp_policy": ONE_TIME_CODES,
        "security_defenses": {"brute_force_detection": BRUTE_FORCE, "headers": HEADERS},
    }
