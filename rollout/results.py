"""How a stack's turn ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rollout.synthesized import Stack
from terraform import Changes, Diagnostic, Output


class Outcome(StrEnum):
    """How it ended."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    PENDING = "pending"
    """Planned only: there are changes."""
    PROVISIONAL = "waits"
    """Can't be planned yet: what it reads is not deployed."""
    DESTROYED = "destroyed"
    ABSENT = "absent"
    """There was nothing to destroy."""
    DECLINED = "declined"
    FAILED = "failed"
    BLOCKED = "blocked"
    STOPPED = "stopped"


GOOD = {
    Outcome.UNCHANGED,
    Outcome.CHANGED,
    Outcome.PENDING,
    Outcome.PROVISIONAL,
    Outcome.DESTROYED,
    Outcome.ABSENT,
}


@dataclass(frozen=True)
class Result:
    """The end of one stack's turn."""

    stack: Stack
    outcome: Outcome
    changes: Changes = field(default_factory=Changes)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    reason: str = ""
    """Why it failed, is blocked, waits or was declined: a sentence."""
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    """What people should know besides: sentences."""
    surprise: Exception | None = None
    """What nobody expected, for a log."""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether what depends on the stack may go on."""
        return self.outcome in GOOD


def failures(results: Iterable[Result]) -> list[Result]:
    """The results that are no success, in order."""
    return [result for result in results if not result.good]
