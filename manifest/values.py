"""Types of values that several sections use. Pure."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from manifest.references import IDENTIFIER
from manifest.section import Section, about, form, wrong

DNS_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
LONGEST_DOMAIN = 253
ENTRY = r"^[A-Za-z0-9][A-Za-z0-9/_+=.@-]*$"
NAME_PATTERN = r"^[a-z]([a-z0-9-]*[a-z0-9])?$"
SecretName = Annotated[str, form(ENTRY, "the name of an entry, as argocd/git")]


def _network(value: str) -> str:
    try:
        IPv4Network(value)
    except ValueError as error:
        raise wrong(
            f"is no IPv4 range: {error}.", "Write one as 10.20.0.0/16, its host bits zero."
        ) from None
    return value


def _domain(value: str) -> str:
    name = value.rstrip(".").lower()
    if len(name) > LONGEST_DOMAIN or not re.fullmatch(rf"({DNS_LABEL}\.)+{DNS_LABEL}", name):
        raise wrong("is no domain name.", "Write one as platform.example.org.")
    return name


def _version(value: Any) -> Any:
    if isinstance(value, float):
        raise wrong("is a number, and 1.30 would be read as 1.3.", 'Quote it, as "1.30".')
    return value


Name = Annotated[
    str, form(NAME_PATTERN, "lower-case letters, digits and hyphens, a letter first", max_length=32)
]
"""Lower-case letters, digits and hyphens; begins with a letter; at most 32 characters."""
Identifier = Annotated[str, form(IDENTIFIER, "letters, digits, _ and -, no digit first")]
"""A name in Terraform's language."""
Cidr = Annotated[str, AfterValidator(_network)]
"""An IPv4 range: `10.20.0.0/16`."""
DomainName = Annotated[str, AfterValidator(_domain)]
"""A domain name, kept in lower case without the last dot."""
Version = Annotated[
    str,
    form(r"^1\.[0-9]{2}$", 'a version, as "1.34"'),
    BeforeValidator(_version),
]
"""A Kubernetes version without its patch level: `"1.34"`."""
Value = Any
"""Anything that YAML can say, with references to outputs anywhere in it."""


class SecretReference(Section):
    """Names an entry of the infrastructure's secret store; the value never stands in a file."""

    secret: SecretName = about(
        "The entry's name below the infrastructure's prefix.", max_length=128
    )
