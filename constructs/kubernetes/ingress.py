"""The ingress controller: Traefik behind one load balancer of the cloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import TRAEFIK
from constructs.kubernetes.values import PLATFORM, TOLERATIONS, resources, spread
from constructs.shared.services import LoadBalancer

NAME = "ingress"
CLASS = "traefik"
REPLICAS = 2


@dataclass(frozen=True)
class IngressConfig:
    """The controller, and the load balancer in front of it."""

    load_balancer: LoadBalancer
    overrides: Overrides = field(default_factory=Overrides)


class Ingress(Addon):
    """Answers on ports 80 and 443; plain HTTP is sent on to HTTPS."""

    class_name: str
    """The IngressClass, the default one of the cluster."""

    def __init__(
        self,
        scope: Construct,
        config: IngressConfig,
        *,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, NAME)
        self.class_name = CLASS
        self._install(
            NAME,
            NAME,
            TRAEFIK,
            _values(config.load_balancer),
            overrides=config.overrides,
            after=after,
        )


def _values(balancer: LoadBalancer) -> dict[str, Any]:
    proxies = {"proxyProtocol": {"trustedIPs": list(balancer.proxies)}} if balancer.proxies else {}
    redirection = {"to": "websecure", "scheme": "https", "permanent": True}
    spec = {"loadBalancerClass": balancer.class_name} if balancer.class_name else {}
    if balancer.traffic_policy != "Cluster":
        spec["externalTrafficPolicy"] = balancer.traffic_policy
    return {
        "deployment": {"replicas": REPLICAS},
        "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
        "topologySpreadConstraints": spread("traefik"),
        "priorityClassName": PLATFORM,
        "tolerations": TOLERATIONS,
        "resources": resources("100m", "128Mi", limit="512Mi"),
        "ingressClass": {"enabled": True, "isDefaultClass": True, "name": CLASS},
        # external-dns reads the load balancer's address from the ingresses.
        "providers": {"kubernetesIngress": {"publishedService": {"enabled": True}}},
        "ports": {
            "web": {"http": {"redirections": {"entryPoint": redirection}}, **proxies},
            "websecure": proxies,
        },
        "service": {"annotations": dict(balancer.annotations), "spec": spec},
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
    }
