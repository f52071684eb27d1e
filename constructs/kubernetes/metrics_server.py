"""Resource metrics, for `kubectl top` and autoscaling of pods: metrics-server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import METRICS_SERVER
from constructs.kubernetes.values import SYSTEM, TOLERATIONS, resources, spread

NAME = "metrics-server"
VALUES: dict[str, Any] = {
    "replicas": 2,
    "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
    "topologySpreadConstraints": spread(NAME),
    "priorityClassName": SYSTEM,
    "tolerations": TOLERATIONS,
    "resources": resources("100m", "200Mi", limit="400Mi"),
}


class MetricsServer(Addon):
    """Serves `metrics.k8s.io`."""

    def __init__(
        self, scope: Construct, overrides: Overrides, *, after: Sequence[ITerraformDependable]
    ) -> None:
        super().__init__(scope, NAME)
        self._install(NAME, "kube-system", METRICS_SERVER, VALUES, overrides=overrides, after=after)
