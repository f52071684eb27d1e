"""A rollout: plan, deploy or destroy a selection of stacks."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from errors import GroundplanError
from rollout import schedule
from rollout.deployment import deploy, plan
from rollout.destruction import destroy
from rollout.events import Event, Nobody, Observer, Step
from rollout.guards import Consent, Yes
from rollout.results import Outcome, Result
from rollout.synthesized import Stack
from rollout.workspace import Workspace
from terraform import CommandError, Diagnostic
from terraform.diagnostics import Interrupted

DONE = {"create": "made", "update": "changed", "delete": "destroyed"}
"""What terraform calls its actions; reading a data source is none."""
Work = Callable[[Workspace, Consent, Observer], Result]


@dataclass(frozen=True)
class Rollout:
    """How a set of stacks is worked on."""

    home: Path
    """A folder that outlives the output folder and the machine's reboots; see `Workspace`."""
    limit: int = field(default_factory=lambda: os.cpu_count() or 1)
    """How many stacks are worked on at once."""
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    observer: Observer = field(default_factory=Nobody)
    consent: Consent = field(default_factory=Yes)
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], float] = time.monotonic

    def plan(self, stacks: Sequence[Stack]) -> list[Result]:
        """Plans each stack against what is deployed; changes nothing."""
        return self._run(stacks, plan)

    def deploy(self, stacks: Sequence[Stack]) -> list[Result]:
        """Plans each stack, then applies exactly that plan, in order."""
        return self._run(stacks, deploy)

    def destroy(self, stacks: Sequence[Stack]) -> list[Result]:
        """Destroys each stack, in the reverse order."""
        return self._run(stacks, destroy, backwards=True)

    def _run(self, stacks: Sequence[Stack], work: Work, backwards: bool = False) -> list[Result]:
        for stack in stacks:
            self.observer.notice(Event(stack.id, Step.WAITING))
        return schedule.run(
            stacks,
            lambda stack: self._one(stack, work),
            limit=self.limit,
            stop=self.stop,
            backwards=backwards,
            ended=lambda result: self.observer.notice(
                Event(result.stack.id, Step.ENDED, _ending(result))
            ),
        )

    def _one(self, stack: Stack, work: Work) -> Result:
        """One stack's turn: whatever goes wrong in it is its result."""
        began = self.clock()
        workspace = Workspace(
            stack,
            environment=self.environment,
            home=self.home,
            stop=self.stop,
            listen=lambda message: self._hear(stack, message),
        )
        self.observer.notice(Event(stack.id, Step.STARTING))
        try:
            result = work(workspace, self.consent, self.observer)
        except Interrupted as error:
            result = Result(stack, Outcome.STOPPED, reason=str(error))
        except CommandError as error:
            diagnostics = tuple(error.diagnostics) or (Diagnostic("error", str(error)),)
            result = Result(
                stack, Outcome.FAILED, reason=diagnostics[0].summary, diagnostics=diagnostics
            )
        except (GroundplanError, OSError) as error:
            result = Result(stack, Outcome.FAILED, reason=str(error))
        finally:
            workspace.close()
        return replace(result, seconds=self.clock() - began)

    def _hear(self, stack: Stack, message: Mapping[str, Any]) -> None:
        if message.get("type") != "apply_complete":
            return
        hook = message["hook"]
        if hook["action"] in DONE:
            text = f"{hook['resource']['addr']} {DONE[hook['action']]}"
            self.observer.notice(Event(stack.id, Step.RESOURCE, text))


def _ending(result: Result) -> str:
    if result.outcome in {Outcome.CHANGED, Outcome.PENDING, Outcome.DESTROYED}:
        return f"{result.outcome} ({result.changes})"
    return f"{result.outcome}: {result.reason}" if result.reason else str(result.outcome)
