"""A rollout: plan, deploy or destroy a selection of stacks."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clouds import Cloud
from errors import GroundplanError
from rollout import schedule, secrets
from rollout.deployment import deploy, plan
from rollout.destruction import destroy
from rollout.events import Event, Nobody, Observer, Shielded, Step
from rollout.guards import Consent, Declined, Yes
from rollout.results import Outcome, Result
from rollout.synthesized import Stack
from rollout.workspace import Workspace
from terraform import CommandError, Diagnostic
from terraform.diagnostics import Interrupted


def _nowhere(infrastructure: str) -> Cloud:
    raise GroundplanError(f"Nobody said where the cloud of {infrastructure} is.")


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
    clouds: Callable[[str], Cloud] = _nowhere
    """Infrastructure → its cloud, to be asked for secrets and deployed stages."""
    clock: Callable[[], float] = time.monotonic

    @property
    def _tell(self) -> Observer:
        return Shielded(self.observer)

    def plan(self, stacks: Sequence[Stack]) -> list[Result]:
        """Plans each stack against what is deployed; changes nothing."""
        return self._run(stacks, plan)

    def deploy(self, stacks: Sequence[Stack]) -> list[Result]:
        """Plans each stack, then applies exactly that plan, in order."""
        return self._run(stacks, deploy, needs_secrets=True)

    def destroy(self, stacks: Sequence[Stack]) -> list[Result]:
        """Destroys each stack, in the reverse order."""
        return self._run(stacks, destroy, backwards=True)

    def _run(
        self,
        stacks: Sequence[Stack],
        work: Work,
        *,
        backwards: bool = False,
        needs_secrets: bool = False,
    ) -> list[Result]:
        for stack in stacks:
            self._tell.notice(Event(stack.id, Step.WAITING))
        return schedule.run(
            stacks,
            lambda stack: self._one(stack, work, stacks, needs_secrets),
            limit=self.limit,
            stop=self.stop,
            backwards=backwards,
            ended=lambda result: self._tell.notice(
                Event(result.stack.id, Step.ENDED, _ending(result))
            ),
        )

    def _others(self, stack: Stack, stacks: Sequence[Stack]) -> frozenset[str]:
        """Stages of the stack's infrastructure that are deployed and not among `stacks`."""
        ours = {one.stage for one in stacks if one.infrastructure == stack.infrastructure}
        return self.clouds(stack.infrastructure).stages() - ours

    def _one(
        self, stack: Stack, work: Work, stacks: Sequence[Stack], needs_secrets: bool
    ) -> Result:
        """One stack's turn: whatever goes wrong in it is its result."""
        began = self.clock()
        workspace = Workspace(
            stack,
            environment=self.environment,
            home=self.home,
            cloud=lambda: self.clouds(stack.infrastructure),
            others=lambda: self._others(stack, stacks),
            stop=self.stop,
            listen=lambda message: self._hear(stack, message),
        )
        self._tell.notice(Event(stack.id, Step.STARTING))
        try:
            if stack.secrets:
                workspace.give(secrets.variables(stack, self.clouds, needed=needs_secrets))
            result = work(workspace, self.consent, self._tell)
        except Interrupted as error:
            result = Result(stack, Outcome.STOPPED, reason=str(error))
        except Declined as error:
            outcome = Outcome.STOPPED if self.stop.is_set() else Outcome.DECLINED
            result = Result(stack, outcome, reason=str(error))
        except CommandError as error:
            diagnostics = tuple(error.diagnostics) or (Diagnostic("error", str(error)),)
            result = Result(
                stack, Outcome.FAILED, reason=diagnostics[0].summary, diagnostics=diagnostics
            )
        except (GroundplanError, OSError) as error:
            result = Result(stack, Outcome.FAILED, reason=str(error))
        except Exception as error:
            # Nobody expected it; other stacks are not to suffer from it.
            reason = f"Something unexpected happened ({type(error).__name__})."
            result = Result(stack, Outcome.FAILED, reason=reason, surprise=error)
        finally:
            workspace.close()
        return replace(result, seconds=self.clock() - began)

    def _hear(self, stack: Stack, message: Mapping[str, Any]) -> None:
        if message.get("type") != "apply_complete":
            return
        hook = message["hook"]
        if hook["action"] in DONE:
            text = f"{hook['resource']['addr']} {DONE[hook['action']]}"
            self._tell.notice(Event(stack.id, Step.RESOURCE, text))


def _ending(result: Result) -> str:
    if result.outcome in {Outcome.CHANGED, Outcome.PENDING, Outcome.DESTROYED}:
        return f"{result.outcome} ({result.changes})"
    return f"{result.outcome}: {result.reason}" if result.reason else str(result.outcome)
