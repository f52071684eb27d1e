"""The keycloak provider: the one place where it is declared, pinned and given its credentials."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf import TerraformProvider, TerraformProviderGeneratorMetadata, TerraformStack

NAME = "keycloak"
VERSION = "5.9.0"
VERSIONS = ">= 5.9, < 6.0"
"""The oldest one that the blocks were tried with, up to the next that may break them."""
MASTER = "master"
"""The realm that administrates a Keycloak."""
GENERATOR = TerraformProviderGeneratorMetadata(provider_name=NAME, provider_version=VERSION)
TIMEOUT = 60
"""Seconds that a single request may take: the first after a start is slow."""


@dataclass(frozen=True)
class KeycloakConnection:
    """How Terraform reaches a Keycloak, and as whom."""

    url: str
    realm: str
    """The realm to log in to."""
    client_id: str
    client_secret: str
    """A reference to an ephemeral variable: it is in neither plan nor state."""
    version: str | None = None
    """Of the server, where the client may not ask it; the provider assumes the newest otherwise."""


def declare(stack: TerraformStack, connection: KeycloakConnection) -> TerraformProvider:
    """The provider of `stack`.

    It logs in when it starts: a Keycloak that is down fails the plan, before anything has changed.
    https://registry.terraform.io/providers/keycloak/keycloak/latest/docs
    """
    provider = TerraformProvider(
        stack,
        NAME,
        terraform_resource_type=NAME,
        terraform_provider_source=f"{NAME}/{NAME}",
        terraform_generator_metadata=GENERATOR,
    )
    attributes = {
        "url": connection.url,
        "realm": connection.realm,
        "client_id": connection.client_id,
        "client_secret": connection.client_secret,
        "client_timeout": TIMEOUT,
        "keycloak_version": connection.version,
    }
    for name, value in attributes.items():
        if value is not None:
            provider.add_override(name, value)
    stack.add_override(f"terraform.required_providers.{NAME}.version", VERSIONS)
    return provider
