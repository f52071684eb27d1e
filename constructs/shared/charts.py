"""Helm charts by name, repository and pinned version. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chart:
    """A chart of a repository, or (`repository` None) a folder."""

    name: str
    version: str | None = None
    repository: str | None = None
