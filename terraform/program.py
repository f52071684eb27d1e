"""terraform, one typed function a subcommand."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from errors import GroundplanError
from terraform import commands, diagnostics, plugin_cache
from terraform.diagnostics import CommandError
from terraform.process import Finished, Limits, run

OLDEST = (1, 11)
NO_CHANGES, FAILED, CHANGES = 0, 1, 2
"""Exit codes of `plan -detailed-exitcode`."""
FORGETS = {"remove", "forget"}
"""What terraform calls it when a `removed` block lets something go."""
SETTINGS = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
FOREIGN = ("TF_CLI_ARGS", "TF_DATA_DIR", "TF_WORKSPACE")
"""The user's variables that begin so stay out: arguments that would change what is planned, one
folder for all stacks, another state than the one that others read."""
QUICK, LONG = 600.0, 7200.0
"""Seconds a command may take: those that read, and those that wait for a cloud."""

Message = Mapping[str, Any]
"""A message of a `-json` stream: https://developer.hashicorp.com/terraform/internals/machine-readable-ui"""


@dataclass(frozen=True)
class Changes:
    """How many resources a plan changes, and which it would destroy or replace."""

    add: int = 0
    change: int = 0
    remove: int = 0
    imported: int = 0
    destroyed: tuple[str, ...] = ()
    """Addresses."""
    forgotten: tuple[str, ...] = ()
    """Addresses of what leaves the state and stays as it is."""
    outputs: bool = False
    """Whether outputs change, be it alone."""

    def __bool__(self) -> bool:
        counted = self.add or self.change or self.remove or self.imported
        return bool(counted or self.forgotten or self.outputs)

    def __str__(self) -> str:
        parts = [("+", self.add), ("~", self.change), ("-", self.remove), ("<", self.imported)]
        parts.append((">", len(self.forgotten)))
        shown = " ".join(f"{sign}{count}" for sign, count in parts if count)
        return shown or ("outputs" if self.outputs else "no changes")


@dataclass(frozen=True)
class Output:
    """An output of a stack; `value` is None where it is sensitive and was not asked for."""

    value: Any
    sensitive: bool


@dataclass(frozen=True)
class Terraform:
    """terraform in one folder."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop: threading.Event = field(default_factory=threading.Event)
    listen: Callable[[Message], None] = lambda message: None
    """Called with each message while a command runs."""

    @cached_property
    def program(self) -> str:
        """The program's path.

        Raises GroundplanError if it is missing.
        """
        found = shutil.which("terraform", path=self.environment.get("PATH"))
        if not found:
            raise GroundplanError(
                "terraform is missing: install 1.11 or newer "
                "(https://developer.hashicorp.com/terraform/install)."
            )
        return found

    def version(self) -> tuple[int, ...]:
        """The program's version.

        Raises GroundplanError if it is too old.
        """
        finished = self._run(["version", "-json"], QUICK)
        text = json.loads("".join(finished.stdout))["terraform_version"]
        version = tuple(int(part) for part in re.findall(r"\d+", text)[:3])
        if version < OLDEST:
            raise GroundplanError(f"terraform {text} is too old: install 1.11 or newer.")
        return version

    def init(self, *, migrate: bool = False) -> None:
        """Prepares the folder: providers, modules, backend.

        `migrate` moves the state from the backend used before; without it the backend of the
        configuration is taken as it is.
        """
        with plugin_cache.turn(self._settings()):
            if migrate:
                # Terraform takes no -json together with it.
                how = ["-no-color", "-migrate-state", "-force-copy"]
                self._run(["init", "-input=false", *how], QUICK)
            else:
                self._stream(["init", "-input=false", "-reconfigure"], QUICK)

    def plan(self, out: Path, *, destroy: bool = False, targets: Sequence[str] = ()) -> Changes:
        """Plans into the file `out` (made readable for its owner only).

        `targets` limits it to addresses.
        """
        arguments = ["plan", "-input=false", "-detailed-exitcode", f"-out={out}"]
        if destroy:
            arguments.append("-destroy")
        arguments += [f"-target={address}" for address in targets]
        messages = self._stream(arguments, LONG, accepted=(NO_CHANGES, CHANGES))
        out.chmod(0o600)
        return _changes(messages)

    def apply(self, plan: Path) -> None:
        """Applies exactly a saved plan."""
        self._stream(["apply", "-input=false", str(plan)], LONG)

    def outputs(self, *, sensitive: bool = False) -> dict[str, Output]:
        """The stack's outputs; values of sensitive ones only if asked for."""
        finished = self._run(["output", "-json"], QUICK)
        given = json.loads("".join(finished.stdout) or "{}")
        return {
            name: Output(
                one["value"] if sensitive or not one["sensitive"] else None, one["sensitive"]
            )
            for name, one in given.items()
        }

    def state(self) -> dict[str, Any] | None:
        """The state as it is kept; None if there is none. Holds secrets: never show or keep it."""
        text = "".join(self._run(["state", "pull"], QUICK).stdout).strip()
        return json.loads(text) if text else None

    def resources(self) -> list[str]:
        """The addresses of what the state says exists, without indexes; none without a state."""
        return addresses(self.state() or {})

    def import_(self, address: str, id_: str) -> None:
        """Takes an existing object into the state."""
        self._run(["import", "-input=false", "-no-color", address, id_], QUICK)

    def forget(self, address: str) -> None:
        """Removes an address from the state; the object stays."""
        self._run(["state", "rm", address], QUICK)

    def _stream(
        self, arguments: list[str], seconds: float, accepted: Sequence[int] = (0,)
    ) -> list[Message]:
        """Runs a command that speaks JSON; returns its messages."""
        messages: list[Message] = []

        def on_line(line: str) -> None:
            message = diagnostics.read(line)
            if message is not None:
                messages.append(message)
                self.listen(message)

        command = [arguments[0], "-json", *arguments[1:]]
        finished = run(
            self.program,
            command,
            folder=self.folder,
            environment=self._settings(),
            limits=Limits(seconds, self.stop),
            on_line=on_line,
        )
        if finished.returncode not in accepted:
            raise self._error(command, finished, messages)
        return messages

    def _run(self, arguments: list[str], seconds: float) -> Finished:
        finished = run(
            self.program,
            arguments,
            folder=self.folder,
            environment=self._settings(),
            limits=Limits(seconds, self.stop),
        )
        if finished.returncode != 0:
            raise self._error(arguments, finished, [])
        return finished

    def _error(
        self, command: Sequence[str], finished: Finished, messages: list[Message]
    ) -> CommandError:
        return CommandError(
            tuple(command),
            finished.returncode,
            diagnostics.of(messages),
            "".join(finished.stderr or finished.stdout),
        )

    def _settings(self) -> dict[str, str]:
        own = {k: v for k, v in self.environment.items() if not k.startswith(FOREIGN)}
        return {
            **own,
            **plugin_cache.settings(self.environment),
            **commands.settings(self.environment),
            **SETTINGS,
        }


def addresses(state: Mapping[str, Any]) -> list[str]:
    """The addresses of what a state says exists, without indexes. Pure."""
    return [
        ".".join(filter(None, (one.get("module"), one["type"], one["name"])))
        for one in state.get("resources", [])
        if one["mode"] == "managed"
    ]


def _changes(messages: Sequence[Message]) -> Changes:
    counts: Mapping[str, int] = {}
    destroyed, forgotten, outputs = [], [], False
    for message in messages:
        if message.get("type") == "change_summary":
            counts = message["changes"]
        elif message.get("type") == "planned_change":
            change = message["change"]
            if change["action"] in {"delete", "replace"}:
                destroyed.append(change["resource"]["addr"])
            elif change["action"] in FORGETS:
                forgotten.append(change["resource"]["addr"])
        elif message.get("type") == "outputs":
            actions = [output.get("action", "noop") for output in message["outputs"].values()]
            outputs = any(action != "noop" for action in actions)
    return Changes(
        add=counts.get("add", 0),
        change=counts.get("change", 0),
        remove=counts.get("remove", 0),
        imported=counts.get("import", 0),
        destroyed=tuple(destroyed),
        forgotten=tuple(forgotten),
        outputs=outputs,
    )
