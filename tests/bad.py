"""Repositories that are wrong on purpose: each file's head says what is to be told of it."""

from __future__ import annotations

from pathlib import Path

import checks
from errors import ManifestError, Problem
from manifest import load_repository

EXPECT = "# expect: "


def problems(root: Path, name: str) -> list[Problem]:
    """All problems of one infrastructure, as `validate` tells them."""
    try:
        found = checks.problems(load_repository(root, [name]))
    except ManifestError as error:
        return error.problems
    return ManifestError(found).problems


def told(problem: Problem, file: str) -> str:
    """A problem as the heads of files write it: without the name of `file` itself."""
    return str(problem).removeprefix(f"{file}:").replace(": ", " ", 1)


def expected(file: Path) -> list[str]:
    """What the head of a file says."""
    return [line.removeprefix(EXPECT) for line in file.read_text().splitlines() if EXPECT in line]
