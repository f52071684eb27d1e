"""The first minutes of an infrastructure: the bucket that keeps all state has its own state in it.

    no bucket      the bucket alone is made, with its state in the home folder;
                   then the state moves into the bucket
    interrupted    a state in the home folder is where it goes on from;
                   a bucket that no state knows is taken into the state (it has a known name)

The rest of the stack (key, encryption, policy, …) is made with the state in the bucket, as any
other stack. Run again, all of it changes nothing. See docs/decisions/0004-backend-bootstrap.md.
"""

from __future__ import annotations

from errors import GroundplanError
from rollout.guards import Consent, ask
from rollout.workspace import Workspace
from terraform import Changes, CommandError

MISSING_OBJECT = "Cannot import non-existent remote object"


def open_with_bucket(workspace: Workspace, consent: Consent) -> bool:
    """Opens the stack with its state in the bucket, which is made if it does not exist.

    Returns whether anything was made or moved. Raises Declined if the bucket may not be made.
    """
    bucket_exists = workspace.open()
    if bucket_exists and not home_is_needed(workspace):
        # The state had arrived, and the copy was not removed any more.
        workspace.forget_local_state()
        return False
    workspace.open_locally()
    if _address(workspace) not in workspace.terraform.resources() and bucket_exists:
        adopt(workspace)
    _make_bucket(workspace, consent)
    workspace.move_state_to_bucket()
    return True


def home_is_needed(workspace: Workspace) -> bool:
    """Whether the home folder keeps a state that its bucket does not have; opened in the bucket.

    The copy at home never knows more than the bucket's once that one knows the bucket: before, it
    holds the bucket alone; in a destroy, it only shrinks. So a copy that others have overtaken, on
    another machine for one, is of no use; going on from it would lose what they have made.

    Raises GroundplanError where neither can be told to be the right one.
    """
    if not workspace.local_state.exists():
        return False
    there = set(workspace.remote_resources())
    here = workspace.local_resources()
    if here is None:
        if _address(workspace) in there:
            return False
        raise GroundplanError(
            f"{workspace.local_state} can't be read, and the bucket's state does not know its own "
            "bucket. Restore the file from the backup beside it; if there is none, remove it: the "
            "bucket is then taken over."
        )
    if here <= there:
        return False
    if there:
        raise GroundplanError(
            f"{workspace.stack.id} has two states: its bucket's does not know "
            f"{', '.join(sorted(here - there))}, which {workspace.local_state} does. Nothing was "
            "changed. Keep the right one: remove that file, or empty the bucket's state."
        )
    return True


def adopt(workspace: Workspace) -> bool:
    """Takes a bucket that exists into a state that does not know it; False if there is none."""
    bootstrap = workspace.stack.bootstrap
    assert bootstrap
    try:
        workspace.terraform.import_(bootstrap.address, bootstrap.id)
    except CommandError as error:
        if error.says(MISSING_OBJECT):
            return False
        raise
    return True


def knows_bucket(workspace: Workspace) -> bool:
    """Whether the state in the bucket knows the bucket."""
    return _address(workspace) in workspace.remote_resources()


def _make_bucket(workspace: Workspace, consent: Consent) -> Changes:
    with workspace.plan_file() as plan:
        changes = workspace.terraform.plan(plan, targets=[_address(workspace)])
        if changes:
            ask(consent, workspace.stack, changes)
            workspace.terraform.apply(plan)
    return changes


def _address(workspace: Workspace) -> str:
    assert workspace.stack.bootstrap
    return workspace.stack.bootstrap.address
