"""The charts of the addons: where each comes from, which version was tested. Pure.

The one place to change a version. Charts that only one cloud needs stand with that cloud.
"""

from __future__ import annotations

from typing import Final

from constructs.shared.charts import Chart

TRAEFIK: Final = Chart("traefik", "41.3.0", "https://traefik.github.io/charts")
CERT_MANAGER: Final = Chart("cert-manager", "v1.20.3", "https://charts.jetstack.io")
EXTERNAL_DNS: Final = Chart(
    "external-dns", "1.21.1", "https://kubernetes-sigs.github.io/external-dns"
)
ARGO_CD: Final = Chart("argo-cd", "10.1.1", "https://argoproj.github.io/argo-helm")
CLOUDNATIVE_PG: Final = Chart("cloudnative-pg", "0.29.0", "https://cloudnative-pg.github.io/charts")
KEYCLOAK: Final = Chart("keycloakx", "7.1.11", "https://codecentric.github.io/helm-charts")
METRICS_SERVER: Final = Chart(
    "metrics-server", "3.13.1", "https://kubernetes-sigs.github.io/metrics-server"
)
CLUSTER_AUTOSCALER: Final = Chart(
    "cluster-autoscaler", "9.59.0", "https://kubernetes.github.io/autoscaler"
)
