"""A Helm release. Every addon and every set of raw manifests is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdktf import ITerraformDependable, TerraformLocal
from cdktf_cdktf_provider_helm.release import Release as HelmRelease
from cdktf_cdktf_provider_helm.release import ReleaseSetWo
from constructs import Construct
from constructs.shared.block import Block
from constructs.shared.charts import Chart
from constructs.shared.nulls import with_nulls

__all__ = ["Chart", "Release", "ReleaseConfig"]

TIMEOUT = 600
"""Seconds that the objects of a release have to get ready, or to go."""
KEPT = 5
"""Revisions that Helm keeps for a rollback. Each is a Secret in the cluster."""


@dataclass(frozen=True)
class ReleaseConfig:
    """One release."""

    name: str
    namespace: str
    chart: Chart
    values: Mapping[str, Any]
    """Ready for Terraform: user text is escaped, references are interpolations."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Path of a value → reference to an ephemeral variable. They reach neither plan nor state."""
    secrets_revision: str | None = None
    """A Terraform number that changes with the secrets: nothing else makes helm take new ones."""
    create_namespace: bool = True
    take_ownership: bool = False
    """Objects that exist already become the release's, instead of an obstacle."""
    timeout: int = TIMEOUT
    after: Sequence[ITerraformDependable] = ()
    """What must stand before, and is removed after, this release."""


class Release(Block):
    """Makes the release and waits until its objects are ready.

    The values stand as `locals` in the stack: in the JSON, and so in review, they are a tree, and
    no text in them can become structure on the way to Helm.
    """

    resource: HelmRelease

    def __init__(self, scope: Construct, id_: str, config: ReleaseConfig) -> None:
        super().__init__(scope, id_)
        values = TerraformLocal(self, "values", with_nulls(config.values))
        values.override_logical_id(config.name)
        self.resource = HelmRelease(
            self,
            "Default",
            name=config.name,
            namespace=config.namespace,
            create_namespace=config.create_namespace,
            take_ownership=config.take_ownership or None,
            chart=config.chart.name,
            version=config.chart.version,
            repository=config.chart.repository,
            values=[f"${{jsonencode(local.{config.name})}}"],
            # As text: Helm would read a number or a null into some.
            set_wo=[
                ReleaseSetWo(name=path, value=value, type="string")
                for path, value in config.secrets.items()
            ]
            or None,
            timeout=config.timeout,
            wait=True,
            wait_for_jobs=True,
            atomic=False,
            cleanup_on_fail=True,
            max_history=KEPT,
            depends_on=list(config.after) or None,
        )
        if config.secrets_revision:
            self.resource.add_override("set_wo_revision", config.secrets_revision)
