"""The one exception tree of Groundplan.

A `GroundplanError` is known: the command line prints its sentence and exits 1. Anything else
is a surprise: it is logged with its stack trace and exits 3 (see `cli/boundary.py`).
This module imports nothing of ours; every folder may import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class GroundplanError(Exception):
    """A known error: what happened, why, and what to do about it, in one sentence."""


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file. `line` and `column` count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what the user wrote.

    `path` is the dotted way to the value inside the file (`vpc.create.cidr`), empty for the file
    itself; `value` is what stands there (already fit to be shown: never a secret), None if
    nothing does; `remedy` is one sentence saying what to do.
    """

    place: Place
    path: str
    message: str
    remedy: str
    value: Any = None

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}" if self.path else str(self.place)
        return f"{where}: {self.message} {self.remedy}".rstrip()


class ManifestError(GroundplanError):
    """Everything that is wrong with the user's files, all at once, in the order of the files."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.place, problem.path))
        super().__init__("\n".join(str(problem) for problem in self.problems))
