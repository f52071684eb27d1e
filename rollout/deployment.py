"""Plans and deploys one stack."""

from __future__ import annotations

from rollout import adoption, bootstrap, identity
from rollout.events import Event, Observer, Step
from rollout.guards import Consent, ask
from rollout.identity import Nowhere, Visit
from rollout.results import Outcome, Result
from rollout.workspace import NO_STATE, Workspace
from terraform import Changes, CommandError


def deploy(workspace: Workspace, consent: Consent, observer: Observer) -> Result:
    """Plans the stack, and applies exactly that plan if it changes anything.

    Raises Declined if it is not allowed to.
    """
    stack = workspace.stack
    made = False
    if stack.bootstrap:
        observer.notice(Event(stack.id, Step.BOOTSTRAP))
        made = bootstrap.open_with_bucket(workspace, consent)
    elif not workspace.open():
        return Result(
            stack,
            Outcome.FAILED,
            reason=f"The bucket for the state of {stack.id} does not exist: deploy the stage "
            "`backend` first.",
        )
    with identity.visit(workspace, observer, first=True) as keycloak:
        try:
            changes = _bring_about(workspace, consent, observer, keycloak)
        except CommandError as error:
            if not (stack.bootstrap and adoption.adopt(workspace, error)):
                raise
            made = True
            changes = _bring_about(workspace, consent, observer, keycloak)
        keycloak.after_apply()
    outcome = Outcome.CHANGED if changes or made else Outcome.UNCHANGED
    outputs = workspace.terraform.outputs()
    return Result(stack, outcome, changes, outputs, notes=tuple(keycloak.notes))


def _bring_about(
    workspace: Workspace, consent: Consent, observer: Observer, keycloak: Visit | Nowhere
) -> Changes:
    """Plans, asks, and applies that plan."""
    stack = workspace.stack
    with workspace.plan_file() as plan_file:
        observer.notice(Event(stack.id, Step.PLANNING))
        changes = workspace.terraform.plan(plan_file)
        if (
            stack.bootstrap
            and changes.add
            and not bootstrap.knows_bucket(workspace)
            and bootstrap.adopt(workspace)
        ):
            changes = workspace.terraform.plan(plan_file)
        observer.notice(Event(stack.id, Step.PLANNED, str(changes)))
        if changes:
            ask(consent, stack, changes)
            keycloak.before_apply()
            observer.notice(Event(stack.id, Step.APPLYING, str(changes)))
            workspace.terraform.apply(plan_file)
    return changes


def plan(workspace: Workspace, consent: Consent, observer: Observer) -> Result:
    """Plans the stack and changes nothing.

    What reads from a stack that was never deployed, or that does not give yet what is read from
    it, can't be planned: that is no failure.
    """
    stack = workspace.stack
    if workspace.local_state.exists():
        workspace.open_locally()
    elif not workspace.open():
        if not stack.bootstrap:
            return Result(stack, Outcome.PROVISIONAL, reason=_waits(workspace))
        workspace.open_locally()
    if stack.keycloak and not workspace.terraform.resources():
        return Result(stack, Outcome.PROVISIONAL, reason="Keycloak is entered by the first deploy.")
    observer.notice(Event(stack.id, Step.PLANNING))
    with (
        identity.visit(workspace, observer, first=False),
        workspace.plan_file() as plan_file,
    ):
        try:
            changes = workspace.terraform.plan(plan_file)
        except CommandError as error:
            if error.says(NO_STATE) or any(one.missing_output for one in error.diagnostics):
                return Result(stack, Outcome.PROVISIONAL, reason=_waits(workspace))
            raise
    observer.notice(Event(stack.id, Step.PLANNED, str(changes)))
    outputs = {} if changes else workspace.terraform.outputs()
    return Result(stack, _outcome(changes), changes, outputs)


def _outcome(changes: Changes) -> Outcome:
    return Outcome.PENDING if changes else Outcome.UNCHANGED


def _waits(workspace: Workspace) -> str:
    return f"Waits for {', '.join(workspace.stack.dependencies)} to be deployed."
