"""What is described but not built yet: refused, never ignored. Pure. Shortened stage by stage."""

from __future__ import annotations

from collections.abc import Callable

from errors import Problem
from manifest.infrastructure import Infrastructure
from manifest.problems import locate
from manifest.repository import Repository

REMEDY = "Remove it, or switch it off with `enabled: false`, until a later version has it."

NOT_YET: dict[str, Callable[[Infrastructure], bool]] = {
    "cloud": lambda one: one.cloud.provider == "google",
    "domain.delegated": lambda one: one.domain is not None and one.domain.delegated is not None,
    "addons": lambda one: one.addons is not None,
    "identity": lambda one: one.identity is not None,
    "modules": lambda one: bool(one.modules),
    "applications": lambda one: bool(one.applications),
}
"""Path → whether an infrastructure asks for it."""


def unsupported(repository: Repository) -> list[Problem]:
    """A problem for each part of the manifests whose stage is not built yet."""
    found = []
    for name, infrastructure in repository.infrastructures.items():
        for path, asked in NOT_YET.items():
            if asked(infrastructure):
                _, place, _ = locate(repository.documents[name], tuple(path.split(".")))
                found.append(Problem(place, path, "is not supported yet.", REMEDY))
    return found
