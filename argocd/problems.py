"""What is wrong with the objects of a repository's applications. Pure."""

from __future__ import annotations

from errors import Problem
from manifest import Repository


def problems(repository: Repository) -> list[Problem]:
    """Every problem of every infrastructure's applications, at its place."""
    return []
