"""The base of all manifest models and the helper that describes their fields. Pure.

Every field says what it means, its unit, its default and whether it may change later:

- `safe`: changed in place, nothing is interrupted;
- `replaces`: what it describes is made anew (the new one first, where the cloud allows it);
- `immutable`: changing it would lose something; the plan will want to destroy, and be held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

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

    `at` is a dotted path below the section; empty for the section as a whole.
    """

    message: str
    remedy: str
    at: str = ""


class Section(BaseModel):
    """A part of a manifest: frozen, strict about types, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    def check(self) -> Iterator[Finding]:
        """What is wrong with the section beyond its single fields; every finding, not the first."""
        return iter(())

    @model_validator(mode="after")
    def _checked(self) -> Self:
        findings = tuple(self.check())
        if findings:
            raise PydanticCustomError(FINDINGS, "see the findings", {"findings": findings})
        return self


class Choice(Section):
    """A section that is described in exactly one of several ways: its fields."""

    def check(self) -> Iterator[Finding]:
        ways = list(type(self).model_fields)
        chosen = [way for way in ways if getattr(self, way) is not None]
        listed = ", ".join(f"`{way}`" for way in ways)
        if not chosen:
            yield Finding("describes nothing.", f"Write one of {listed}.")
        elif len(chosen) > 1:
            yield Finding(f"has {len(chosen)} descriptions.", f"Keep one of {listed}.")


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


def wrong(message: str, remedy: str) -> PydanticCustomError:
    """An error for the validator of one value to raise: what is wrong and what to do."""
    return PydanticCustomError(
        FINDINGS, "see the findings", {"findings": (Finding(message, remedy),)}
    )
