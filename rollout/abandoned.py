"""Stages that are deployed though the synth no longer has them.

Their states lie in the same bucket. Destroying the bucket would take away the only knowledge of
what they made, and leave that running. Caller: `destruction.py`. The cloud itself is asked which
states there are (`Rollout.clouds`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from errors import GroundplanError
from rollout.synthesized import Synthesized
from rollout.workspace import Workspace
from terraform import Terraform

PLACE = {"s3": "key", "gcs": "prefix", "local": "path"}
"""Backend → the argument that tells a stage's state from another's."""


def left_behind(synthesized: Synthesized, infrastructures: Iterable[str]) -> dict[str, list[str]]:
    """Infrastructure → its stages that have a state in the bucket and are in no manifest now.

    Raises GroundplanError if the cloud can't be asked.
    """
    found = {}
    for name in infrastructures:
        ours = {one.stage for one in synthesized.stacks.values() if one.infrastructure == name}
        others = sorted(synthesized.cloud(name).stages() - ours)
        if others:
            found[name] = others
    return found


def nothing_is_abandoned(workspace: Workspace) -> None:
    """Makes sure that no other stage's state is lost with the bucket of this one.

    Raises GroundplanError for one that still knows resources, CommandError for one that can't be
    read.
    """
    for stage in sorted(workspace.others()):
        resources = _resources(workspace, stage)
        if resources:
            raise GroundplanError(
                f"The stage {stage} of {workspace.stack.infrastructure} is still deployed "
                f"({len(resources)} resources), but is not among what is to be destroyed. Its "
                "state would be lost with the bucket. Put the stage back into the manifest as it "
                "was, and destroy again."
            )


def _resources(workspace: Workspace, stage: str) -> list[str]:
    """The addresses in another stage's state."""
    with tempfile.TemporaryDirectory(prefix="groundplan-") as folder:
        backend = elsewhere(_backend(workspace.stack.folder), workspace.stack.stage, stage)
        content = {"terraform": {"backend": backend}}
        (Path(folder) / "main.tf.json").write_text(json.dumps(content))
        ours = workspace.terraform
        terraform = Terraform(Path(folder), ours.environment, ours.stop)
        terraform.init()
        return terraform.resources()


def _backend(folder: Path) -> dict[str, Any]:
    content = json.loads((folder / "cdk.tf.json").read_text())
    backend: dict[str, Any] = content["terraform"]["backend"]
    return backend


def elsewhere(backend: dict[str, Any], stage: str, other: str) -> dict[str, Any]:
    """The backend of one stage, made another's. Pure."""
    ((kind, arguments),) = backend.items()
    place = PurePosixPath(arguments[PLACE[kind]])
    if stage not in place.name:
        raise GroundplanError(f"The state of {stage} is in {place}, which does not name it.")
    return {
        kind: {**arguments, PLACE[kind]: str(place.with_name(place.name.replace(stage, other)))}
    }
