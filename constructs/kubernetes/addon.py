"""An addon: a chart of the table, our values, and what the user wants otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cdktf import ITerraformDependable
from constructs.kubernetes.release import TIMEOUT, Release, ReleaseConfig
from constructs.kubernetes.values import merged
from constructs.shared.block import Block
from constructs.shared.charts import Chart


@dataclass(frozen=True)
class Overrides:
    """What the user wants otherwise. Ready for Terraform: text is escaped."""

    version: str | None = None
    """The chart's; None: the tested one."""
    values: Mapping[str, Any] = field(default_factory=dict)


class Addon(Block):
    """A release that waits for others. Every addon of this folder is one."""

    release: Release

    def _install(
        self,
        name: str,
        namespace: str,
        chart: Chart,
        values: Mapping[str, Any],
        *,
        overrides: Overrides,
        after: Sequence[ITerraformDependable],
        timeout: int = TIMEOUT,
    ) -> None:
        """Makes the release `name`. Called once, by the addon's own constructor."""
        self.release = Release(
            self,
            "Default",
            ReleaseConfig(
                name=name,
                namespace=namespace,
                chart=replace(chart, version=overrides.version or chart.version),
                values=merged(values, overrides.values),
                timeout=timeout,
                after=after,
            ),
        )
