"""Blocks of the provider keycloak/keycloak, for which no prebuilt bindings exist."""
