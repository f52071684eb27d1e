"""One stack's terraform: where its state is, and a private place for its plan."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from clouds import Cloud
from errors import GroundplanError
from rollout.synthesized import Stack
from terraform import CommandError, Terraform, addresses

OVERRIDE = "groundplan_override.tf.json"
"""Terraform merges files that end in `_override` over the others."""
NO_BUCKET = {"s3": "NoSuchBucket", "gcs": "bucket doesn't exist"}
"""Backend → what terraform says when the bucket itself is missing: nothing else means that."""
NO_STATE = "Unable to find remote state"
"""What `terraform_remote_state` says when the other stack was never deployed."""


class Workspace:
    """A stack's folder with terraform in it.

    `home` is a folder that outlives the output folder: a state that can't be in its bucket yet, or
    no longer, is kept there.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        home: Path,
        stop: threading.Event,
        environment: Mapping[str, str] | None = None,
        cloud: Callable[[], Cloud],
        others: Callable[[], frozenset[str]] = frozenset,
        listen: Callable[[Mapping[str, Any]], None] = lambda message: None,
    ) -> None:
        self.stack = stack
        self.cloud = cloud
        """The infrastructure's cloud, to be asked without terraform."""
        self.others = others
        """Asks for the stages that have a state in the same bucket and are not worked on."""
        self.terraform = Terraform(stack.folder, environment or dict(os.environ), stop, listen)
        # Absolute: terraform runs in the stack's folder and would look from there.
        self.local_state = home.absolute() / stack.id / "terraform.tfstate"
        self._override = stack.folder / OVERRIDE
        self._extensions: set[Path] = set()

    def give(self, variables: Mapping[str, str]) -> None:
        """More environment variables for terraform, secret ones perhaps."""
        environment = {**self.terraform.environment, **variables}
        self.terraform = replace(self.terraform, environment=environment)

    def open(self) -> bool:
        """Prepares terraform with the state in its bucket; False if there is no such bucket.

        Raises CommandError for any other obstacle: a bucket that can't be read is not missing.
        """
        self._override.unlink(missing_ok=True)
        try:
            self.terraform.init()
        except CommandError as error:
            if any(error.says(words) for words in NO_BUCKET.values()):
                return False
            raise
        return True

    def close(self) -> None:
        """Leaves the folder as the synth made it: whoever comes next finds the bucket's backend."""
        for file in (self._override, *self._extensions):
            file.unlink(missing_ok=True)

    def value_of(self, entry: str) -> str:
        """The value of an entry of the secret store that one of the stack's variables has."""
        variable = next(use.variable for use in self.stack.secrets if use.entry == entry)
        return self.terraform.environment[f"TF_VAR_{variable}"]

    def override(self, content: Mapping[str, Any]) -> None:
        """Merges Terraform JSON over the stack's, until it is closed."""
        self._override.write_text(json.dumps(content))

    def extend(self, name: str, content: Mapping[str, Any]) -> None:
        """Puts more Terraform JSON beside the stack's, until it is closed; empty: none any more."""
        file = self.stack.folder / name
        self._extensions.add(file)
        if content:
            file.write_text(json.dumps(content))
        else:
            file.unlink(missing_ok=True)

    def open_locally(self) -> None:
        """Prepares terraform with the state in the home folder."""
        self._use_local_backend()
        self.terraform.init()

    def move_state_to_bucket(self) -> None:
        """Moves the state from the home folder to its bucket, and makes sure it has arrived."""
        self.open_locally()
        moved = set(self.terraform.resources())
        self._override.unlink()
        self.terraform.init(migrate=True)
        self._arrived(moved)
        self.forget_local_state()

    def move_state_home(self) -> None:
        """Moves the state from its bucket, in which it is open, to the home folder."""
        self._use_local_backend()
        self.terraform.init(migrate=True)

    def forget_local_state(self) -> None:
        """Removes what is kept in the home folder: the state is in its bucket, or empty."""
        for file in self.local_state.parent.glob("terraform.tfstate*"):
            file.unlink()

    def local_resources(self) -> set[str] | None:
        """The addresses in the state at home; None if it is there and can't be read."""
        try:
            text = self.local_state.read_text()
        except FileNotFoundError:
            return set()
        try:
            return set(addresses(json.loads(text))) if text.strip() else set()
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def remote_resources(self) -> list[str]:
        """The addresses in the state as it is kept now."""
        return self.terraform.resources()

    @contextmanager
    def plan_file(self) -> Iterator[Path]:
        """A file for a plan, which may hold secrets: private, and gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="groundplan-") as folder:
            yield Path(folder) / "plan"

    def _use_local_backend(self) -> None:
        self.local_state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Nothing in it is for git.
        ignore = self.local_state.parent.parent / ".gitignore"
        ignore.write_text("*\n")
        backend = {"terraform": {"backend": {"local": {"path": str(self.local_state)}}}}
        self._override.write_text(json.dumps(backend))

    def _arrived(self, moved: set[str]) -> None:
        if not moved <= set(self.terraform.resources()):
            raise GroundplanError(
                f"The state of {self.stack.id} did not arrive in its bucket; it is still in "
                f"{self.local_state}. Run the command again."
            )
