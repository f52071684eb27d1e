"""A customer's Terraform module: one stack each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs import Construct
from constructs.shared.cloud import Cloud

from manifest.definitions import Module
from stacks.stage import Stage


class ModuleStack(Stage[Any]):
    """The stack `<infrastructure>-module-<name>`."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        name: str,
        module: Module,
        producers: Mapping[str, Stage[Any]],
    ) -> None:
        """`producers` is what its variables may name: `stages.vpc`, `modules.media`."""
        super().__init__(scope, infrastructure, f"module-{name}", cloud)
