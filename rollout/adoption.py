"""What exists under its name and is in no state is taken into the state.

A terraform that was killed in the middle of an apply has made more than its state knows. What has
a name of its own then stands in the way of the next run for ever. Caller: `deployment.py`, for the
stack that keeps all state: its names hold organization, infrastructure and account, so that what
bears them is ours.
"""

from __future__ import annotations

import json
from typing import Any

from rollout.workspace import Workspace
from terraform import CommandError, Diagnostic

EXISTS = ("AlreadyExists", "already exists", "ResourceExists")
"""What clouds say to a second thing of the same name."""


def adopt(workspace: Workspace, error: CommandError) -> bool:
    """Takes what `error` says exists already into the state; False if that is not all of it.

    Raises GroundplanError if the cloud can't be asked.
    """
    found = [(one.address, _import_id(workspace, one)) for one in error.diagnostics]
    if not found or not all(id_ for _, id_ in found):
        return False
    for address, id_ in found:
        workspace.terraform.import_(address, str(id_))
    return True


def _import_id(workspace: Workspace, diagnostic: Diagnostic) -> str | None:
    if not any(words in diagnostic.summary + diagnostic.detail for words in EXISTS):
        return None
    kind, _, name = diagnostic.address.partition(".")
    content = json.loads((workspace.stack.folder / "cdk.tf.json").read_text())
    arguments: dict[str, Any] = content.get("resource", {}).get(kind, {}).get(name, {})
    return workspace.cloud().import_id(kind, arguments) if arguments else None
