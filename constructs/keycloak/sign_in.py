"""How people sign in: by password or through a provider, with a one-time code where one is due.

Two kinds of flows. The browser's asks for the password, then perhaps for a code. It does not see
those who come through an external provider: the second kind, bound to the provider, runs after it.
https://www.keycloak.org/docs/latest/server_admin/#_authentication-flows
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.keycloak.resource import Resource
from constructs.shared.block import Block


class _Flow:
    """A flow of a realm and what is in it, each part before the next one."""

    def __init__(self, scope: Construct, realm: str, name: str) -> None:
        self._scope = scope
        self._realm = realm
        self._name = name
        self.parts: list[ITerraformDependable] = []
        """All of it: whoever uses the flow waits for them."""
        attributes = {"realm_id": realm, "alias": name, "provider_id": "basic-flow"}
        self.top = Resource(scope, "authentication_flow", name, attributes)

    def sub(self, parent: Resource, part: str, requirement: str) -> Resource:
        """A flow within the flow."""
        made = Resource(
            self._scope,
            "authentication_subflow",
            f"{self._name}-{part}",
            {
                "realm_id": self._realm,
                "parent_flow_alias": parent.reference("alias"),
                "alias": f"{self._name} {part}",
                "provider_id": "basic-flow",
                "requirement": requirement,
                "priority": self._next(),
            },
        )
        self.parts.append(made)
        return made

    def step(
        self,
        parent: Resource,
        part: str,
        authenticator: str,
        requirement: str = "REQUIRED",
        settings: dict[str, str] | None = None,
    ) -> None:
        """An authenticator, with its settings."""
        name = f"{self._name}-{part}"
        made = Resource(
            self._scope,
            "authentication_execution",
            name,
            {
                "realm_id": self._realm,
                "parent_flow_alias": parent.reference("alias"),
                "authenticator": authenticator,
                "requirement": requirement,
                "priority": self._next(),
            },
            # Side by side, Keycloak would write one over another.
            after=self.parts[-1:],
        )
        self.parts.append(made)
        if settings:
            config = {
                "realm_id": self._realm,
                "alias": name,
                "execution_id": made.reference(),
                "config": settings,
            }
            self.parts.append(
                Resource(self._scope, "authentication_execution_config", name, config)
            )

    def one_time_code(self, parent: Resource, mfa_role: str) -> None:
        """Asks those who have the role for a code; who has none yet is led to set it up."""
        code = self.sub(parent, "code", "CONDITIONAL")
        settings = {"condUserRole": mfa_role, "negate": "false"}
        self.step(code, "role", "conditional-user-role", settings=settings)
        self.step(code, "otp", "auth-otp-form")

    def _next(self) -> int:
        return 10 * (len(self.parts) + 1)


class BrowserFlow(Block):
    """Signing in with a browser, and the realm's choice of it."""

    def __init__(self, scope: Construct, id_: str, *, realm: str, mfa_role: str) -> None:
        super().__init__(scope, id_)
        flow = _Flow(self, realm, "browser-mfa")
        flow.step(flow.top, "cookie", "auth-cookie", "ALTERNATIVE")
        flow.step(flow.top, "provider", "identity-provider-redirector", "ALTERNATIVE")
        forms = flow.sub(flow.top, "forms", "ALTERNATIVE")
        flow.step(forms, "password", "auth-username-password-form")
        flow.one_time_code(forms, mfa_role)
        # Not in the realm itself: it would need the flow, and the flow the realm.
        attributes = {"realm_id": realm, "browser_flow": flow.top.reference("alias")}
        Resource(self, "authentication_bindings", "realm", attributes, after=flow.parts)


class ProviderFlow(Block):
    """What comes after an external provider has said who somebody is."""

    alias: str
    parts: Sequence[ITerraformDependable]

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        realm: str,
        provider: str,
        mfa_role: str,
        domains: Sequence[str] = (),
    ) -> None:
        """`domains`: only people with an address in these, literally, may come in; none: all."""
        super().__init__(scope, id_)
        flow = _Flow(self, realm, f"after-{provider}")
        # With conditional parts only, Keycloak lets nobody in.
        flow.step(flow.top, "allow", "allow-access-authenticator")
        if domains:
            stranger = flow.sub(flow.top, "stranger", "CONDITIONAL")
            settings = {
                "attribute_name": "email",
                "attribute_expected_value": address_pattern(domains),
                "regex": "true",
                "not": "true",
            }
            flow.step(stranger, "domain", "conditional-user-attribute", settings=settings)
            message = f"Only people of {', '.join(domains)} may come in."
            flow.step(
                stranger,
                "deny",
                "deny-access-authenticator",
                settings={"denyErrorMessage": message},
            )
        flow.one_time_code(flow.top, mfa_role)
        self.alias = flow.top.reference("alias")
        self.parts = flow.parts


def address_pattern(domains: Sequence[str]) -> str:
    """A regular expression that a whole address in one of `domains` matches, and nothing else.

    In Java's language.
    """
    return f"(?i)[^@]+@({'|'.join(map(exactly, domains))})"


def exactly(text: str) -> str:
    """A regular expression that a text matches and nothing else; Keycloak matches whole texts.

    Whatever is no letter, digit or hyphen is written by its number, so nothing has a meaning.
    """
    return re.sub(r"[^A-Za-z0-9-]", lambda found: f"\\x{{{ord(found[0]):x}}}", text)
