"""Certificates: cert-manager, and issuers that prove the zone is ours by DNS records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import CERT_MANAGER
from constructs.kubernetes.manifests import Manifests
from constructs.kubernetes.release import Release
from constructs.kubernetes.values import PLATFORM, TOLERATIONS, resources

NAME = "cert-manager"
ISSUER = "letsencrypt"
ISSUERS: Mapping[str, str] = {
    ISSUER: "https://acme-v02.api.letsencrypt.org/directory",
    f"{ISSUER}-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
}
"""Issuer → directory. The staging one has generous limits, and nobody trusts its certificates.
https://letsencrypt.org/docs/staging-environment/"""
REPLICAS = 2


@dataclass(frozen=True)
class CertManagerConfig:
    """Certificates for the names of one zone."""

    zone: str
    email: str
    """Where the certificate authority writes."""
    solver: Mapping[str, Any]
    """`dns01` of an ACME solver: https://cert-manager.io/docs/configuration/acme/dns01/"""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Of the service account: they tie it to its identity."""
    overrides: Overrides = field(default_factory=Overrides)


class CertManager(Addon):
    """The controller with its CRDs, then the issuers."""

    issuer: str
    """The ClusterIssuer of certificates that everybody trusts."""
    issuers: Release
    """What an ingress waits for that wants a certificate."""

    def __init__(
        self,
        scope: Construct,
        config: CertManagerConfig,
        *,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, NAME)
        self.issuer = ISSUER
        self._install(
            NAME,
            NAME,
            CERT_MANAGER,
            _values(config.annotations),
            overrides=config.overrides,
            after=after,
        )
        self.issuers = Manifests(
            self,
            "issuers",
            name=f"{NAME}-issuers",
            namespace=NAME,
            objects=[_issuer(name, server, config) for name, server in ISSUERS.items()],
            after=[self.release.resource],
        ).release


def _values(annotations: Mapping[str, str]) -> dict[str, Any]:
    part = {"tolerations": TOLERATIONS, "podDisruptionBudget": {"enabled": True}}
    return {
        # Kept when cert-manager goes: with them would go every certificate of the cluster.
        "crds": {"enabled": True, "keep": True},
        "global": {"priorityClassName": PLATFORM, "leaderElection": {"namespace": NAME}},
        "serviceAccount": {"name": NAME, "annotations": dict(annotations)},
        "replicaCount": REPLICAS,
        "resources": resources("50m", "128Mi", limit="512Mi"),
        **part,
        "webhook": {
            "replicaCount": REPLICAS,
            "resources": resources("20m", "64Mi", limit="256Mi"),
            **part,
        },
        "cainjector": {
            "replicaCount": REPLICAS,
            "resources": resources("20m", "128Mi", limit="512Mi"),
            **part,
        },
        "startupapicheck": {"tolerations": TOLERATIONS},
    }


def _issuer(name: str, server: str, config: CertManagerConfig) -> dict[str, Any]:
    solver = {"selector": {"dnsZones": [config.zone]}, "dns01": dict(config.solver)}
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "ClusterIssuer",
        "metadata": {"name": name},
        "spec": {
            "acme": {
                "server": server,
                "email": config.email,
                "privateKeySecretRef": {"name": f"{name}-account"},
                "solvers": [solver],
            }
        },
    }
