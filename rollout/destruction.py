"""Destroys one stack."""

from __future__ import annotations

from rollout.events import Event, Observer, Step
from rollout.guards import Consent
from rollout.results import Outcome, Result
from rollout.workspace import Workspace
from terraform import Changes


def destroy(workspace: Workspace, consent: Consent, observer: Observer) -> Result:
    """Destroys what the stack's state knows, and nothing else.

    The stack whose bucket keeps all state comes last: its own state is taken home first, because
    the bucket goes. It stays there until all is gone, so that an interrupted run can be repeated.
    """
    stack = workspace.stack
    if stack.bootstrap:
        if not _open_at_home(workspace):
            return Result(stack, Outcome.ABSENT)
    elif not workspace.open():
        # No bucket: nothing was ever deployed, or the backend has been destroyed already.
        return Result(stack, Outcome.ABSENT)
    if not workspace.terraform.resources():
        workspace.forget_local_state()
        return Result(stack, Outcome.ABSENT)
    changes = _destroy(workspace, consent, observer)
    if changes is None:
        return Result(stack, Outcome.DECLINED, reason="The plan was declined.")
    workspace.forget_local_state()
    return Result(stack, Outcome.DESTROYED, changes)


def _open_at_home(workspace: Workspace) -> bool:
    """Opens the stack with its state at home; False if it has none anywhere."""
    if not workspace.local_state.exists():
        if not workspace.open():
            return False
        workspace.move_state_home()
    else:
        workspace.open_locally()
    return True


def _destroy(workspace: Workspace, consent: Consent, observer: Observer) -> Changes | None:
    with workspace.plan_file() as plan_file:
        observer.notice(Event(workspace.stack.id, Step.PLANNING))
        changes = workspace.terraform.plan(plan_file, destroy=True)
        observer.notice(Event(workspace.stack.id, Step.PLANNED, str(changes)))
        if not consent.allows(workspace.stack, changes):
            return None
        observer.notice(Event(workspace.stack.id, Step.APPLYING, str(changes)))
        workspace.terraform.apply(plan_file)
    return changes
