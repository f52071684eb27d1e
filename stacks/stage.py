"""What every stack has in common: provider, state, outputs, and reading others' outputs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar, cast

from cdktf import TerraformOutput, TerraformRemoteState, TerraformStack, TerraformVariable
from constructs import Construct
from constructs.shared.cloud import Cloud

from manifest.references import Reference
from stacks.interpolation import interpolated

Outputs = TypeVar("Outputs")
Others = TypeVar("Others")


@dataclass(frozen=True)
class SecretUse:
    """An entry of the secret store that a stack needs the value of."""

    entry: str
    generated: bool
    """The program makes a value where there is none."""
    revision: str | None = None
    """The variable that gets a number for the value's version."""
    store: str | None = None
    """The infrastructure whose secret store it is in; None: its own."""


@dataclass(frozen=True)
class Person:
    """Somebody whose account a stack makes."""

    address: str
    """In Terraform: `keycloak_user.ada`."""
    username: str
    password: str | None
    """The entry of the secret store with the first password; None: they get none."""


@dataclass(frozen=True)
class KeycloakUse:
    """The Keycloak that a stack works in, for the rollout: it waits for it and lets itself in."""

    url: str
    realm: str
    login_realm: str
    client_id: str
    entry: str
    """The entry of the secret store with the client's secret."""
    bootstrap: str | None
    """The entry with which a Keycloak is entered for the first time; None: somebody else did."""
    people: tuple[Person, ...]


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
        self.secrets: dict[str, SecretUse] = {}
        """Terraform variable → what it gets at run time."""
        self.keycloak: KeycloakUse | None = None
        """The Keycloak that must answer before the stack is planned."""
        self.folder: PurePosixPath | None = None
        """The folder of a local module, in the repository: it must lie beside the stack."""
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
        outputs = stage._outputs_type
        return cast(Others, _Remote(stage.name, outputs, lambda name: self._use(stage, name)))

    def resolve(self, value: Any, producers: Mapping[str, Stage[Any]]) -> Any:
        """A value of the manifest as Terraform JSON takes it.

        `producers` are the stages that references may name: `stages.vpc`, `modules.media`.
        """
        return interpolated(value, lambda reference: self._reference(reference, producers))

    def secret(
        self,
        entry: str,
        *,
        ephemeral: bool = True,
        generated: bool = False,
        store: str | None = None,
    ) -> str:
        """A reference to the value of an entry of the secret store; `store`: of another's.

        It reaches terraform as a variable, by the environment. An ephemeral one is in no plan and
        no state, and Terraform takes it for write-only arguments and ephemeral variables only.
        `generated`: the program makes a value where there is none.
        """
        variable = _variable(entry) if ephemeral else f"{_variable(entry)}_kept"
        if variable not in self.secrets:
            TerraformVariable(self, variable, type="string", sensitive=True)
            if ephemeral:
                # Younger than cdktf 0.21.
                self.add_override(f"variable.{variable}.ephemeral", True)
            self.secrets[variable] = SecretUse(entry, generated, store=store)
        return f"${{var.{variable}}}"

    def secret_revision(self, entry: str) -> str:
        """A reference to a number that changes with an entry's value, and tells nothing of it.

        Terraform does not see a write-only argument change: this goes beside it. Where nobody sets
        the variable it is 0.
        """
        self.secret(entry)
        variable = _variable(entry)
        use = self.secrets[variable]
        if use.revision is None:
            self.secrets[variable] = replace(use, revision=f"{variable}_revision")
            TerraformVariable(self, f"{variable}_revision", type="number", default=0)
        return f"${{var.{variable}_revision}}"

    def _reference(self, reference: Reference, producers: Mapping[str, Stage[Any]]) -> str:
        stage = producers[reference.producer]
        self._use(stage, reference.output)
        return f"${{{_output_of(stage.name, reference.output)}}}"

    def _use(self, stage: Stage[Any], output: str) -> TerraformRemoteState:
        if stage.name not in self._states:
            self.add_dependency(stage)
            self._states[stage.name] = self._cloud.read_state(self, stage.name)
        self.reads.setdefault(stage.name, set()).add(output)
        return self._states[stage.name]


class _Remote:
    """Stands for an outputs dataclass; each attribute becomes a reference when it is asked for.

    References are text, so that they can stand within expressions; only a list must be a token,
    because CDKTF wants a list where Terraform does.
    """

    def __init__(
        self, stage: str, outputs: type, use: Callable[[str], TerraformRemoteState]
    ) -> None:
        self._stage = stage
        self._types = {field.name: str(field.type) for field in fields(outputs)}
        self._use = use

    def __getattr__(self, name: str) -> object:
        if name not in self._types:
            raise AttributeError(f"the stage gives no output {name!r}")
        state = self._use(name)
        if self._types[name].startswith("list"):
            return state.get_list(name)
        if self._types[name].startswith("dict"):
            return _Items(self._stage, name)
        # Written down: asking Node for a token that stands for the same text takes its time.
        return f"${{{_output_of(self._stage, name)}}}"


class _Items(dict[str, str]):
    """Stands for a map among a stage's outputs; each item is a reference."""

    def __init__(self, stage: str, output: str) -> None:
        super().__init__()
        self._address = _output_of(stage, output)

    def __missing__(self, key: str) -> str:
        return f'${{{self._address}["{key}"]}}'


def _variable(entry: str) -> str:
    """The Terraform variable of an entry. Entries that differ in punctuation only stay apart."""
    name = re.sub(r"[^A-Za-z0-9-]", "_", entry)
    if not re.fullmatch(r"[A-Za-z0-9/-]+", entry):
        name = f"{name}_{hashlib.sha256(entry.encode()).hexdigest()[:6]}"
    return f"secret_{name}"


def _output_of(stage: str, output: str) -> str:
    """The address of another stage's output, by its state: see `Cloud.read_state`."""
    return f"data.terraform_remote_state.{stage}-state.outputs.{output}"
