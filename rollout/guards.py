"""Who may stop a step: the place of consents; locks and the journal will stand beside it.

A rollout asks before it applies a plan, and destroys nothing it was not allowed to.
"""

from __future__ import annotations

from typing import Protocol

from errors import GroundplanError
from rollout.synthesized import Stack
from terraform import Changes


class Consent(Protocol):
    """Whoever decides whether a plan is applied. Called from several threads."""

    def allows(self, stack: Stack, changes: Changes) -> bool:
        """Whether the saved plan with these changes may be applied to the stack."""


class Declined(GroundplanError):
    """A plan was not allowed to be applied."""


def ask(consent: Consent, stack: Stack, changes: Changes) -> None:
    """Raises Declined unless the plan may be applied."""
    if not consent.allows(stack, changes):
        raise Declined("The plan was declined.")


class Yes:
    """Allows everything: the user said so beforehand."""

    def allows(self, stack: Stack, changes: Changes) -> bool:
        """Always."""
        return True
