"""Names that end in random characters, for what Google does not give its name back."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from constructs.shared import names

LENGTH = 8
"""How many characters are drawn."""


def drawn(*parts: str, limit: int) -> str:
    """A name of `parts`, of at most `limit` characters, which is another one each time it is made.

    Terraform draws at each plan: whoever is called so keeps the first by `kept`.
    """
    return f"{names.join(*parts, limit=limit - LENGTH - 1)}-${{substr(uuid(), 0, {LENGTH})}}"


def kept(attribute: str) -> TerraformResourceLifecycle:
    """For a resource whose `attribute` is a drawn name: it stays as it was made."""
    return TerraformResourceLifecycle(ignore_changes=[attribute])
