"""User text on its way into Terraform JSON. Pure."""

from __future__ import annotations

from typing import overload


@overload
def literal(value: str) -> str: ...
@overload
def literal(value: dict[str, str]) -> dict[str, str]: ...
def literal(value: str | dict[str, str]) -> str | dict[str, str]:
    """Escapes text so that Terraform takes it as it is.

    In Terraform JSON every string is a template: `${` begins an interpolation and `%{` a
    directive, and the doubled sign is the literal one
    (https://developer.hashicorp.com/terraform/language/syntax/json#expressions).
    """
    if isinstance(value, dict):
        return {literal(key): literal(text) for key, text in value.items()}
    return value.replace("${", "$${").replace("%{", "%%{")
