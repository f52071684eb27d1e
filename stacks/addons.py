"""Stage `addons`: what runs on every cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes import provider
from constructs.kubernetes.addon import Overrides
from constructs.kubernetes.cert_manager import CertManager, CertManagerConfig
from constructs.kubernetes.cloud_release import CloudAddon
from constructs.kubernetes.ingress import Ingress, IngressConfig
from constructs.kubernetes.platform import Platform
from constructs.shared.cloud import Cloud
from constructs.shared.services import ServicesConfig
from constructs.shared.stages import AddonsOutputs, ClusterOutputs, ZoneOutputs
from constructs.shared.text import literal

from manifest import addons as sections
from manifest.identity import KeycloakInstall
from manifest.kubernetes import Kubernetes
from stacks.stage import Stage

After = Sequence[ITerraformDependable]


class AddonsStack(Stage[AddonsOutputs]):
    """Helm releases, in an order that works on an empty cluster, and backwards when they go."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        addons: sections.Addons,
        keycloak: KeycloakInstall | None,
        kubernetes: Kubernetes,
        owner: str,
        zone: Stage[ZoneOutputs] | None,
        cluster: Stage[ClusterOutputs],
        producers: Mapping[str, Stage[Any]],
    ) -> None:
        """`keycloak` is set where one is installed here; `owner` marks the DNS records that are
        ours; `producers` is what values may name.
        """
        super().__init__(scope, infrastructure, "addons", cloud)
        self._producers = producers
        outputs = self.read(cluster)
        provider.declare(self, cloud.connection(outputs))
        described = kubernetes.create or kubernetes.existing
        assert described
        services = cloud.services(
            ServicesConfig(
                cluster=outputs,
                zone=self.read(zone) if zone else None,
                workload_identity=described.workload_identity,
                own=kubernetes.create is not None,
            )
        )
        self._services = services
        self._zone = self.read(zone).zone if zone else ""
        after = self._base()
        certificates = self._cert_manager(addons.cert_manager, after)
        if certificates:
            after = [*after, certificates.issuers.resource]
        ingress = self._ingress(addons.ingress, after)
        self.publish(
            AddonsOutputs(
                ingress_class=ingress.class_name if ingress else "",
                cluster_issuer=certificates.issuer if certificates else "",
                argocd_namespace="",
                argocd_url="",
                keycloak_url="",
            )
        )

    def _base(self) -> list[ITerraformDependable]:
        """What stands before everything else, and goes last: what makes load balancers."""
        platform = Platform(self, self._services.objects).release.resource
        controllers = [
            CloudAddon(self, one, after=[platform]).release.resource
            for one in self._services.controllers
        ]
        return [platform, *controllers]

    def _cert_manager(
        self, section: sections.CertManager | None, after: After
    ) -> CertManager | None:
        if section is None or not section.enabled:
            return None
        config = CertManagerConfig(
            zone=self._zone,
            email=literal(section.email),
            solver=self._services.dns_solver,
            annotations=self._services.annotations["cert-manager"],
            overrides=self._overrides(section),
        )
        return CertManager(self, config, after=after)

    def _ingress(self, section: sections.Addon | None, after: After) -> Ingress | None:
        if section is None or not section.enabled:
            return None
        config = IngressConfig(self._services.load_balancer, self._overrides(section))
        return Ingress(self, config, after=after)

    def _overrides(self, section: sections.Addon) -> Overrides:
        version = literal(section.version) if section.version else None
        return Overrides(version, self.resolve(section.values, self._producers))
