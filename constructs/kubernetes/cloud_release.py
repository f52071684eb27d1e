"""A release that the clusters of one cloud need."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.shared.services import CloudRelease


class CloudAddon(Addon):
    """What the cloud describes, installed as it is."""

    def __init__(
        self, scope: Construct, config: CloudRelease, *, after: Sequence[ITerraformDependable]
    ) -> None:
        super().__init__(scope, config.name)
        self._install(
            config.name,
            config.namespace,
            config.chart,
            config.values,
            overrides=Overrides(),
            after=after,
        )
