"""A customer's Terraform module: one stack each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cdktf import TerraformHclModule
from constructs import Construct
from constructs.kubernetes import provider
from constructs.shared.cloud import Cloud
from constructs.shared.nulls import with_nulls
from constructs.shared.stages import BackendOutputs
from constructs.shared.text import literal

from manifest.definitions import MODULE_STAGE, Module
from manifest.values import SecretReference
from modules import Interface, Local, parse
from modules.folders import PLACE
from stacks.stage import Stage

MODULE = "this"
"""Its name in the stack: one that no output and no provider has."""


class ModuleStack(Stage[Any]):
    """The stack `<infrastructure>-module-<name>`: the module, its outputs, a file with them.

    The module gets the stack's providers by inheritance, as every module does in Terraform.
    """

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        name: str,
        module: Module,
        interface: Interface | None,
        read: Iterable[str],
        backend: Stage[BackendOutputs],
        producers: Mapping[str, Stage[Any]],
    ) -> None:
        """`interface` is known of a local module; `read` are the outputs that others name;
        `producers` is what its variables may name: `stages.vpc`, `modules.media`.
        """
        super().__init__(scope, infrastructure, f"{MODULE_STAGE}{name}", cloud)
        self.after(backend)
        self._interface = interface
        address = parse(module.source, module.version)
        self.folder = address.path if isinstance(address, Local) else None
        TerraformHclModule(
            self,
            MODULE,
            source=f"./{PLACE}/{self.folder}" if self.folder else literal(module.source),
            version=module.version,
            # It is copied beside the stack by the synth: the same JSON on every machine.
            skip_asset_creation_from_local_modules=True,
        )
        if "helm" in module.providers:
            provider.declare(self, cloud.connection(self.read(producers["stages.kubernetes"])))
        variables = {
            variable: self._value(variable, value, producers)
            for variable, value in module.variables.items()
        }
        # As a whole, and not by the constructor: names and nulls stay as they are.
        self.add_override(f"module.{MODULE}", with_nulls(variables))
        self._give(name, self._outputs(module, read), self.read(backend))

    def _value(self, name: str, value: Any, producers: Mapping[str, Stage[Any]]) -> Any:
        if not isinstance(value, SecretReference):
            return self.resolve(value, producers)
        # A variable that does not say it takes an ephemeral value can't be given one.
        known = self._interface.variables.get(name) if self._interface else None
        return self.secret(value.secret, ephemeral=known is not None and known.ephemeral)

    def _outputs(self, module: Module, read: Iterable[str]) -> dict[str, bool]:
        """Output → whether it is sensitive."""
        if not self._interface:
            names = {*module.outputs, *module.sensitive_outputs, *read}
            return {name: name in module.sensitive_outputs for name in sorted(names)}
        # Terraform wants an output of a sensitive value to say so, and any may be made of a secret.
        given = any(isinstance(value, SecretReference) for value in module.variables.values())
        return {
            name: sensitive or given for name, sensitive in sorted(self._interface.outputs.items())
        }

    def _give(self, name: str, outputs: Mapping[str, bool], storage: BackendOutputs) -> None:
        """Publishes the outputs to other stacks, and those that are not secret as a file."""
        described = {
            output: {"value": f"${{module.{MODULE}.{output}}}", "sensitive": sensitive}
            for output, sensitive in outputs.items()
        }
        # As an override: a construct of an output's name might be there already.
        self.add_override("output", described)
        shown = ", ".join(
            f"{output} = module.{MODULE}.{output}"
            for output, sensitive in outputs.items()
            if not sensitive
        )
        if shown:
            self._cloud.config_file(
                self,
                "outputs-file",
                bucket=storage.bucket,
                key=f"{storage.config_prefix}modules/{name}.json",
                content=f"${{jsonencode({{{shown}}})}}",
            )
