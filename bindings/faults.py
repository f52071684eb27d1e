"""The known errors of `bindings`. Imported only when one is raised: start-up pays for imports."""

from __future__ import annotations

from errors import GroundplanError


class NodeEndedError(GroundplanError):
    """Node ended before Groundplan did."""


class UnlistedSubmoduleError(GroundplanError, ImportError):
    """A provider submodule is imported that `bindings/modules.py` does not list."""

    def __init__(self, package: str, submodule: str) -> None:
        super().__init__(
            f'{package}.{submodule} is not prepared: add "{submodule}" to the list of '
            f'"{package}" in bindings/modules.py.'
        )
