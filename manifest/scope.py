"""The names that expressions know, as maps. Pure. Callers: `templates.py`, `expressions.py`.

    infrastructure            name, labels, cloud, organization
    manifest                  the manifest as it is written
    stages.<stage>.<output>   a `Reference`
    modules.<name>.<output>   a `Reference`

A plain path through them (`infrastructure.labels.tier`) is looked up here, without Jinja: most
expressions are no more than that, and Jinja takes longer to import than a manifest to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from manifest.references import IDENTIFIER, STAGE_OUTPUTS, Reference
from manifest.shown import listed

OPENING = "${{"
PATH = re.compile(r"[a-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+")


class ExpressionError(Exception):
    """An expression that can't be evaluated: what is wrong, without its place."""


@dataclass(frozen=True)
class Scope:
    """What the expressions of one infrastructure can name."""

    infrastructure: Mapping[str, Any]
    manifest: Mapping[str, Any]
    modules: frozenset[str] = frozenset()
    """The modules of the infrastructure, whose outputs may be named."""
    more: Mapping[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """What is handed to an expression."""
        return {
            "infrastructure": View("infrastructure", self.infrastructure),
            "manifest": View("manifest", self.manifest),
            "stages": Stages(),
            "modules": Modules(self.modules),
            **self.more,
        }


class View(Mapping[str, Any]):
    """Data as it is written. A value that is a template itself can't be used: which is first?"""

    def __init__(self, path: str, value: Mapping[str, Any]) -> None:
        self._path = path
        self._value = value

    def __getitem__(self, key: str) -> Any:
        value = self._value[key]
        if isinstance(value, Mapping):
            return View(f"{self._path}.{key}", value)
        if OPENING in str(value):
            raise ExpressionError(f"uses {self._path}.{key}, which is an expression itself")
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def missing(self, key: object) -> str:
        """That there is no `key`, in words."""
        return _unknown(f"{self._path} has no {key}", self._value)


class Stages(Mapping[str, Any]):
    """The stages by name."""

    def __getitem__(self, stage: str) -> Outputs:
        if stage not in STAGE_OUTPUTS:
            raise ExpressionError(_unknown(f"there is no stage {stage}", STAGE_OUTPUTS))
        return Outputs(f"stages.{stage}", STAGE_OUTPUTS[stage])

    def __iter__(self) -> Iterator[str]:
        return iter(STAGE_OUTPUTS)

    def __len__(self) -> int:
        return len(STAGE_OUTPUTS)


class Modules(Mapping[str, Any]):
    """The infrastructure's modules by name."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Outputs:
        # A hyphen would be a minus in an expression.
        module = name if name in self._names else str(name).replace("_", "-")
        if module not in self._names:
            raise ExpressionError(_unknown(f"there is no module {name}", self._names))
        return Outputs(f"modules.{module}", None)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)


class Outputs(Mapping[str, Any]):
    """The outputs of a stage, or of a module: of that, any name may be one."""

    def __init__(self, producer: str, known: frozenset[str] | None) -> None:
        self._producer = producer
        self._known = known

    def __getitem__(self, output: str) -> Reference:
        if self._known is not None and output not in self._known:
            raise ExpressionError(_unknown(f"{self._producer} gives no {output}", self._known))
        if not re.fullmatch(IDENTIFIER, str(output)):
            raise ExpressionError(f"names an output of {self._producer} that can't be one")
        return Reference(self._producer, str(output))

    def __iter__(self) -> Iterator[str]:
        if self._known is None:
            raise ExpressionError(f"names all outputs of {self._producer}; name one")
        return iter(sorted(self._known))

    def __len__(self) -> int:
        return len(self._known or ())


def lookup(path: str, names: Mapping[str, Any]) -> Any:
    """The value at a plain path; data of the manifest stays wrapped in a `View`.

    Raises ExpressionError.
    """
    first, *parts = path.split(".")
    if first not in names:
        raise ExpressionError(_unknown(f"{first} is no name that is known", names))
    value = names[first]
    for part in parts:
        if isinstance(value, Reference):
            raise ExpressionError(part_of(value))
        if not isinstance(value, Mapping):
            raise ExpressionError(f"{path} is not there: what comes before {part} is no map")
        try:
            value = value[part]
        except KeyError:
            raise ExpressionError(missing(value, part)) from None
    return value


def missing(value: Mapping[str, Any], key: object) -> str:
    """That a map has no `key`, in words."""
    return value.missing(key) if isinstance(value, View) else _unknown(f"there is no {key}", value)


def part_of(reference: Reference) -> str:
    """That a part of a reference was asked for, in words."""
    return f"takes a part of {reference.name}, which is known only after deployment"


def _unknown(message: str, known: Iterable[str]) -> str:
    return f"{message} (known: {listed(known)})"
