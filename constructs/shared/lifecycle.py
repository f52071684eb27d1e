"""Terraform lifecycle rules that several blocks use."""

from __future__ import annotations

from cdktf import Postcondition, TerraformResourceLifecycle


def protection(protected: bool) -> TerraformResourceLifecycle | None:
    """`prevent_destroy` as a literal: Terraform takes no variable there, generated JSON may.

    Source: https://github.com/hashicorp/terraform/issues/3116
    """
    return TerraformResourceLifecycle(prevent_destroy=True) if protected else None


def checked(*conditions: tuple[str, str]) -> TerraformResourceLifecycle:
    """Postconditions: a Terraform expression without `${}`, and the sentence when it is false."""
    return TerraformResourceLifecycle(
        postcondition=[
            Postcondition(condition=f"${{{condition}}}", error_message=message)
            for condition, message in conditions
        ]
    )
