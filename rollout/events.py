"""What happens during a rollout, told while it happens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """Where a stack is."""

    WAITING = "waiting"
    STARTING = "starting"
    BOOTSTRAP = "bootstrap"
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    RESOURCE = "resource"
    """One resource has changed; `text` says which and how."""
    ENDED = "ended"


@dataclass(frozen=True)
class Event:
    """One thing that happened to one stack."""

    stack: str
    step: Step
    text: str = ""


class Observer(Protocol):
    """Whoever wants to know: a progress view, a journal. Called from several threads."""

    def notice(self, event: Event) -> None: ...


class Nobody:
    """An observer that does not care."""

    def notice(self, event: Event) -> None:
        """Does nothing."""
