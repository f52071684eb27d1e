"""What is described but not built yet: refused, never ignored. Pure. Shortened stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from errors import Problem
from manifest.infrastructure import Infrastructure
from manifest.problems import locate
from manifest.repository import Repository

REMEDY = "Remove it, or switch it off with `enabled: false`, until a later version has it."


NOT_YET: dict[str, Callable[[Infrastructure], Iterable[str]]] = {
    "domain": lambda one: ["delegated"] if one.domain and one.domain.delegated else [],
}
"""Section → the keys in it that an infrastructure asks for, in vain so far."""


def unsupported(repository: Repository) -> list[Problem]:
    """A problem for each part of the manifests whose stage is not built yet."""
    found = []
    for name, infrastructure in repository.infrastructures.items():
        for section, asked in NOT_YET.items():
            for key in asked(infrastructure):
                _, place, path = locate(repository.documents[name], (section, key))
                found.append(Problem(place, path, "is not supported yet.", REMEDY))
    return found
