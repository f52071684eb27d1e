"""What the schemas leave out and the real providers do, as small tables: one file a provider."""

from __future__ import annotations

from emulator.providers.shapes.google import GOOGLE
from emulator.providers.shapes.helm import HELM
from emulator.providers.shapes.keycloak import KEYCLOAK
from emulator.providers.shapes.table import PLAIN, Shapes


def of(address: str) -> Shapes:
    """The tables of the provider at an address; empty ones if there are none."""
    return {
        "registry.terraform.io/hashicorp/helm": HELM,
        "registry.terraform.io/hashicorp/google": GOOGLE,
        "registry.terraform.io/keycloak/keycloak": KEYCLOAK,
    }.get(address, PLAIN)
