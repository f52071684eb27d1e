"""Charts that only AWS needs, with the version that was tested. Pure."""

from __future__ import annotations

from typing import Final

from constructs.shared.charts import Chart

LOAD_BALANCER_CONTROLLER: Final = Chart(
    "aws-load-balancer-controller", "3.5.0", "https://aws.github.io/eks-charts"
)
