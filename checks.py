"""What is wrong with a repository beyond the form of its manifests. Pure but for reading files.

Callers: `stacks/synth.py` and `cli/validate.py`, so that both refuse the same.
"""

from __future__ import annotations

from errors import Problem
from manifest import Repository, uncarried, unsupported


def problems(repository: Repository) -> list[Problem]:
    """Every problem of the infrastructures that were read, at its place."""
    found = [*unsupported(repository), *uncarried(repository)]
    if any(one.modules for one in repository.infrastructures.values()):
        import modules

        found += modules.problems(repository)
    if any(one.applications for one in repository.infrastructures.values()):
        import argocd

        found += argocd.problems(repository)
    return found
