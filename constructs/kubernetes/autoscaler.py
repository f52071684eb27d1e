"""Nodes as the pods need them: cluster-autoscaler (docs/decisions/0005-node-autoscaling.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import CLUSTER_AUTOSCALER
from constructs.kubernetes.values import SYSTEM, TOLERATIONS, merged, resources, spread

NAME = "cluster-autoscaler"


@dataclass(frozen=True)
class AutoscalerConfig:
    """The node groups that it may resize."""

    provider: Mapping[str, Any]
    """The cloud's values: which cloud, and how node groups are found."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Of the service account: they tie it to its identity."""
    overrides: Overrides = field(default_factory=Overrides)


class Autoscaler(Addon):
    """Moves the size of node groups between the minimum and the maximum of the manifest."""

    def __init__(
        self,
        scope: Construct,
        config: AutoscalerConfig,
        *,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, "autoscaler")
        self._install(
            NAME,
            "kube-system",
            CLUSTER_AUTOSCALER,
            merged(_values(config), config.provider),
            overrides=config.overrides,
            after=after,
        )


def _values(config: AutoscalerConfig) -> dict[str, Any]:
    account = {"name": NAME, "annotations": dict(config.annotations)}
    return {
        "fullnameOverride": NAME,
        "rbac": {"serviceAccount": account},
        "extraArgs": {
            "expander": "least-waste",
            "balance-similar-node-groups": True,
            # Otherwise no node is ever removed that one of the platform's pods runs on.
            "skip-nodes-with-system-pods": False,
            "skip-nodes-with-local-storage": False,
        },
        "replicaCount": 2,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "topologySpreadConstraints": spread(NAME),
        "priorityClassName": SYSTEM,
        "tolerations": TOLERATIONS,
        "resources": resources("100m", "300Mi", limit="600Mi"),
    }
