"""The base of all manifest models and the helper that describes their fields. Pure.

Every field says what it means, its unit, its default and whether it may change later:

- `safe`: changed in place, nothing is interrupted;
- `replaces`: what it describes is made anew (the new one first, where the cloud allows it);
- `immutable`: changing it would lose something; the plan will want to destroy, and be held.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

# Pydantic looks for plugins in every package that is installed, which takes longer than to read a
# manifest: https://docs.pydantic.dev/latest/concepts/plugins/
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

FORMS: dict[str, str] = {}
"""Pattern → the form it asks for, in words; filled by `form`."""
FINDINGS = "findings"
"""The type of pydantic errors that carry findings of ours."""

Change = Literal["safe", "replaces", "immutable"]
REQUIRED: Any = ...


Item = TypeVar("Item")
Many = Annotated[tuple[Item, ...], Field(strict=False)]
"""A list in YAML, a tuple in Python: strict pydantic would take no list for it."""


@dataclass(frozen=True)
class Finding:
    """Something wrong with a section: what, what to do, and where.

    `at` is the way below the section, dotted, or as parts where keys may have dots; empty for the
    section as a whole.
    """

    message: str
    remedy: str
    at: str | tuple[str, ...] = ""


class Section(BaseModel):
    """A part of a manifest: frozen, strict about types, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    def check(self) -> Iterator[Finding]:
        """What is wrong with the section beyond its single fields; every finding, not the first."""
        return iter(())

    @model_validator(mode="after")
    def _checked(self) -> Self:
        findings = (*self._empty(), *self.check())
        if findings:
            raise PydanticCustomError(FINDINGS, "see the findings", {"findings": findings})
        return self

    def _empty(self) -> Iterator[Finding]:
        """`kubernetes:` with nothing behind it: a cluster with all defaults, or none any more?"""
        for name in sorted(self.model_fields_set):
            if getattr(self, name) is None and _is_section(type(self).model_fields[name]):
                yield Finding("is empty.", _remedy(type(self).model_fields[name]), at=name)


class Choice(Section):
    """A section that is described in exactly one of several ways: its fields."""

    def check(self) -> Iterator[Finding]:
        ways = list(type(self).model_fields)
        chosen = [way for way in ways if getattr(self, way) is not None]
        listed = ", ".join(f"`{way}`" for way in ways)
        if not chosen and not self.model_fields_set:
            yield Finding("describes nothing.", f"Write one of {listed}.")
        elif len(chosen) > 1:
            yield Finding(f"has {len(chosen)} descriptions.", f"Keep one of {listed}.")


def form(pattern: str, words: str, **constraints: Any) -> Any:
    """A constraint of text, with the words that messages and the reference say it in."""
    if FORMS.setdefault(pattern, words) != words:
        raise ValueError(f"{pattern} has other words: {FORMS[pattern]}")
    return Field(pattern=pattern, **constraints)


def about(
    meaning: str,
    default: Any = REQUIRED,
    *,
    unit: str | None = None,
    change: Change = "safe",
    **constraints: Any,
) -> Any:
    """A field with its description; `constraints` are pydantic's (`ge`, `pattern`, `max_length`).

    A default that is a class is called for each model, so that no two share a container.
    """
    extra: dict[str, Any] = {"change": change}
    if unit:
        extra["unit"] = unit
    if isinstance(default, type):
        constraints["default_factory"] = default
    elif default is not REQUIRED:
        constraints["default"] = default
    return Field(description=meaning, json_schema_extra=extra, **constraints)


def _is_section(field: FieldInfo, kind: type[Section] = Section) -> bool:
    parts = get_args(field.annotation)
    return any(isinstance(part, type) and issubclass(part, kind) for part in parts)


def _remedy(field: FieldInfo) -> str:
    what = "Describe it" if _is_section(field, Choice) else "Write `{}` for its defaults"
    return f"{what}, or remove the line."


def wrong(message: str, remedy: str) -> PydanticCustomError:
    """An error for the validator of one value to raise: what is wrong and what to do."""
    return PydanticCustomError(
        FINDINGS, "see the findings", {"findings": (Finding(message, remedy),)}
    )
