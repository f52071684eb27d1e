"""User text on its way into Terraform JSON. Pure."""

from __future__ import annotations

import re
from typing import overload

TOKEN, BROKEN_TOKEN = "{TfToken[", '{Tf${"Token["}'
"""CDKTF looks for its own placeholders, `${TfToken[…]}`, in all texts: written so, it finds none,
and Terraform puts the text together again."""

LONE_RETURN = re.compile(r"\$*\r(?!\n)")
"""Behind a carriage return without a line feed Terraform takes `${` for text, up to the end of the
line. The dollars before it go along: two and a brace would be an escape."""


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
    escaped = value.replace("${", "$${").replace("%{", "%%{")
    escaped = escaped.replace(TOKEN, BROKEN_TOKEN)
    return LONE_RETURN.sub(lambda found: quoted(found[0]), escaped)


def quoted(text: str) -> str:
    """Dollars and carriage returns as an expression, where they would mean something."""
    return '${"' + text.replace("\r", "\\r") + '"}'
