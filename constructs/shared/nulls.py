"""Nulls on their way through CDKTF, which drops what is None."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf import Token


def with_nulls(value: Any) -> Any:
    """`value` with a token in place of each None: Terraform then sees a null there."""
    if value is None:
        return Token.null_value()
    if isinstance(value, Mapping):
        return {key: with_nulls(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_nulls(item) for item in value]
    return value
