"""The first minutes of an infrastructure: the bucket that keeps all state has its own state in it.

    no bucket      the bucket alone is made, with its state in the home folder;
                   then the state moves into the bucket
    interrupted    a state in the home folder is where it goes on from;
                   a bucket that no state knows is taken into the state (it has a known name)

The rest of the stack (key, encryption, policy, …) is made with the state in the bucket, as any
other stack. Run again, all of it changes nothing. See docs/decisions/0004-backend-bootstrap.md.
"""

from __future__ import annotations

from rollout.workspace import Workspace
from terraform import Changes, CommandError

MISSING_OBJECT = "Cannot import non-existent remote object"


def open_with_bucket(workspace: Workspace) -> bool:
    """Opens the stack with its state in the bucket, which is made if it does not exist.

    Returns whether anything was made or moved.
    """
    bucket_exists = workspace.open()
    if bucket_exists and not workspace.local_state.exists():
        return False
    if bucket_exists and _address(workspace) in workspace.remote_resources():
        # The state had arrived, and the copy was not removed any more.
        workspace.forget_local_state()
        return False
    workspace.open_locally()
    if _address(workspace) not in workspace.terraform.resources() and bucket_exists:
        adopt(workspace)
    _make_bucket(workspace)
    workspace.move_state_to_bucket()
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


def _make_bucket(workspace: Workspace) -> Changes:
    with workspace.plan_file() as plan:
        changes = workspace.terraform.plan(plan, targets=[_address(workspace)])
        if changes:
            workspace.terraform.apply(plan)
    return changes


def _address(workspace: Workspace) -> str:
    assert workspace.stack.bootstrap
    return workspace.stack.bootstrap.address
