"""Destroys one stack."""

from __future__ import annotations

from rollout import bootstrap, identity
from rollout.abandoned import nothing_is_abandoned
from rollout.events import Event, Observer, Step
from rollout.guards import Consent, ask
from rollout.results import Outcome, Result
from rollout.workspace import Workspace
from terraform import Changes


def destroy(workspace: Workspace, consent: Consent, observer: Observer) -> Result:
    """Destroys what the stack's state knows, and nothing else.

    The stack whose bucket keeps all state comes last: its own state is taken home first, because
    the bucket goes. It stays there until all is gone, so that an interrupted run can be repeated.

    Raises Declined if the plan may not be applied, GroundplanError if another stage's state would
    go with the bucket.
    """
    stack = workspace.stack
    found = _open_at_home(workspace) if stack.bootstrap else workspace.open()
    if not found:
        # No bucket: nothing was ever deployed, or the backend has been destroyed already.
        return Result(stack, Outcome.ABSENT)
    if not workspace.terraform.resources():
        workspace.forget_local_state()
        return Result(stack, Outcome.ABSENT)
    identity.let_go(workspace)
    changes = _destroy(workspace, consent, observer)
    workspace.forget_local_state()
    return Result(stack, Outcome.DESTROYED, changes)


def _open_at_home(workspace: Workspace) -> bool:
    """Opens the stack with its state at home; False if it has none anywhere."""
    if workspace.open():
        nothing_is_abandoned(workspace)
        if not bootstrap.home_is_needed(workspace):
            workspace.forget_local_state()
            workspace.move_state_home()
            return True
    elif not workspace.local_state.exists():
        return False
    workspace.open_locally()
    return True


def _destroy(workspace: Workspace, consent: Consent, observer: Observer) -> Changes:
    with workspace.plan_file() as plan_file:
        observer.notice(Event(workspace.stack.id, Step.PLANNING))
        changes = workspace.terraform.plan(plan_file, destroy=True)
        observer.notice(Event(workspace.stack.id, Step.PLANNED, str(changes)))
        ask(consent, workspace.stack, changes)
        observer.notice(Event(workspace.stack.id, Step.APPLYING, str(changes)))
        workspace.terraform.apply(plan_file)
    return changes
