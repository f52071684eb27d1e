"""What happens during a rollout, told while it happens."""

from __future__ import annotations

import logging
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
    NOTE = "note"
    """Something that people should know; `text` says what."""
    ENDED = "ended"


@dataclass(frozen=True)
class Event:
    """One thing that happened to one stack."""

    stack: str
    step: Step
    text: str = ""


class Observer(Protocol):
    """Whoever wants to know: a progress view, metrics. Called from several threads.

    What it raises stops nothing: a step that must not begin unrecorded belongs to `guards.py`.
    """

    def notice(self, event: Event) -> None: ...


class Shielded:
    """An observer whose mistakes, a closed terminal for one, are logged and stop no rollout."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def notice(self, event: Event) -> None:
        """Passes the event on."""
        try:
            self._observer.notice(event)
        except OSError:
            # Whoever watched is gone. Saying so would go the same way.
            return
        except Exception:
            logging.getLogger(__name__).exception("An observer failed at %s", event)


class Nobody:
    """An observer that does not care."""

    def notice(self, event: Event) -> None:
        """Does nothing."""
