"""What every stack has in common: provider, state, outputs, and reading others' outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Generic, TypeVar, cast

from cdktf import TerraformOutput, TerraformRemoteState, TerraformStack
from constructs import Construct
from constructs.shared.cloud import Cloud

Outputs = TypeVar("Outputs")
Others = TypeVar("Others")


class Stage(TerraformStack, Generic[Outputs]):
    """The stack `<infrastructure>-<name>`.

    A subclass makes its block and calls `publish` with the block's outputs, once.
    """

    def __init__(self, scope: Construct, infrastructure: str, name: str, cloud: Cloud) -> None:
        super().__init__(scope, f"{infrastructure}-{name}")
        self.stack_id = f"{infrastructure}-{name}"
        self.infrastructure = infrastructure
        self.name = name
        self.reads: dict[str, set[str]] = {}
        """Stage → the outputs of it that this one reads."""
        self._states: dict[str, TerraformRemoteState] = {}
        self._cloud = cloud
        cloud.provide(self, name)
        cloud.keep_state(self, name)

    def publish(self, outputs: Outputs) -> None:
        """Makes each field of `outputs` a Terraform output of the stack."""
        self._outputs_type = type(outputs)
        for name, value in vars(outputs).items():
            TerraformOutput(self, name, value=value)

    def after(self, *stages: Stage[Any]) -> None:
        """Deploys this stack after `stages`, though it reads nothing of theirs."""
        for stage in stages:
            self.add_dependency(stage)

    def read(self, stage: Stage[Others]) -> Others:
        """The outputs of another stage, from its state. Only what is then named is read."""
        return cast(Others, _Remote(stage._outputs_type, lambda output: self._use(stage, output)))

    def _use(self, stage: Stage[Any], output: str) -> TerraformRemoteState:
        if stage.name not in self._states:
            self.add_dependency(stage)
            self._states[stage.name] = self._cloud.read_state(self, stage.name)
        self.reads.setdefault(stage.name, set()).add(output)
        return self._states[stage.name]


class _Remote:
    """Stands for an outputs dataclass; each attribute becomes a reference when it is asked for."""

    def __init__(self, outputs: type, use: Callable[[str], TerraformRemoteState]) -> None:
        self._types = {field.name: str(field.type) for field in fields(outputs)}
        self._use = use

    def __getattr__(self, name: str) -> object:
        if name not in self._types:
            raise AttributeError(f"the stage gives no output {name!r}")
        state = self._use(name)
        if self._types[name].startswith("list"):
            return state.get_list(name)
        if self._types[name].startswith("dict"):
            return state.get(name)
        return state.get_string(name)
