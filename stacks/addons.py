"""Stage `addons`: what runs on every cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes import provider
from constructs.kubernetes.addon import Overrides
from constructs.kubernetes.argocd import ArgoCd, ArgoCdConfig, Repository, SignOn
from constructs.kubernetes.autoscaler import Autoscaler, AutoscalerConfig
from constructs.kubernetes.cert_manager import CertManager, CertManagerConfig
from constructs.kubernetes.cloud_release import CloudAddon
from constructs.kubernetes.database import DatabaseOperator
from constructs.kubernetes.exposure import Exposure
from constructs.kubernetes.external_dns import ExternalDns, ExternalDnsConfig
from constructs.kubernetes.ingress import Ingress, IngressConfig
from constructs.kubernetes.keycloak import Keycloak, KeycloakConfig
from constructs.kubernetes.metrics_server import MetricsServer
from constructs.kubernetes.platform import Platform
from constructs.kubernetes.release import Release
from constructs.kubernetes.secrets import Content
from constructs.shared.cloud import Cloud
from constructs.shared.services import ServicesConfig
from constructs.shared.stages import AddonsOutputs, ClusterOutputs, ZoneOutputs
from constructs.shared.text import literal

from manifest import addons as sections
from manifest.identity import KEYCLOAK_BOOTSTRAP, Identity, KeycloakInstall
from manifest.kubernetes import Kubernetes
from stacks.realm import Realm, argocd_rights, client_id
from stacks.stage import Stage


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
        realm: Realm | None,
        identity: Identity | None,
        kubernetes: Kubernetes,
        owner: str,
        zone: Stage[ZoneOutputs] | None,
        cluster: Stage[ClusterOutputs],
        producers: Mapping[str, Stage[Any]],
    ) -> None:
        """`keycloak` is set where one is installed here; `realm` is where people sign in, if they
        do; `owner` marks the DNS records that are ours; `producers` is what values may name.
        """
        super().__init__(scope, infrastructure, "addons", cloud)
        self._producers = dict(producers)
        self._owner = owner
        self._realm = realm
        self._sign_on = _sign_on(infrastructure, identity, realm) if identity and realm else None
        outputs = self.read(cluster)
        provider.declare(self, cloud.connection(outputs))
        described = kubernetes.create or kubernetes.existing
        assert described
        # What is read makes an edge between the stages: the zone only where something needs it.
        named = (addons.cert_manager, addons.external_dns)
        needs_zone = any(one.enabled for one in named if one)
        zone_outputs = self.read(zone) if zone and needs_zone else None
        self._services = cloud.services(
            ServicesConfig(
                cluster=outputs,
                zone=zone_outputs,
                workload_identity=described.workload_identity,
                administrators=tuple(
                    literal(one)
                    for one in (kubernetes.create.administrators if kubernetes.create else ())
                ),
                own=kubernetes.create is not None,
            )
        )
        self._zone = zone_outputs.zone if zone_outputs else ""
        self._after: list[ITerraformDependable] = []
        """What stands so far; whatever comes next waits for it."""
        self.publish(self._install(addons, keycloak))

    def _install(self, addons: sections.Addons, keycloak: KeycloakInstall | None) -> AddonsOutputs:
        """Everything, in order."""
        self._base(addons.load_balancers)
        self._metrics_server(addons.metrics_server)
        self._autoscaler(addons.autoscaler)
        certificates = self._cert_manager(addons.cert_manager)
        ingress = self._ingress(addons.ingress)
        self._external_dns(addons.external_dns)

        def exposed(host: str) -> Exposure | None:
            if not (ingress and certificates):
                return None
            return Exposure(host, ingress.class_name, certificates.issuer)

        users = None
        if keycloak:
            assert self._realm, "the manifest made sure"
            exposure = exposed(self._realm.url.removeprefix("https://"))
            assert exposure, "the manifest made sure"
            users = self._keycloak(keycloak, exposure)
        exposure = exposed(f"argocd.{self._zone}")
        argocd = self._argocd(addons.argocd, exposure)
        return AddonsOutputs(
            ingress_class=ingress.class_name if ingress else "",
            cluster_issuer=certificates.issuer if certificates else "",
            argocd_namespace=argocd.namespace if argocd else "",
            argocd_url=exposure.url if argocd and exposure else "",
            keycloak_url=users.url if users else "",
        )

    def _base(self, section: sections.Addon) -> None:
        """What stands before everything else, and goes last: what makes load balancers."""
        self._stands(Platform(self, self._services.objects).release)
        balancing = self._services.balancing
        if balancing and section.enabled:
            overrides = self._overrides(section)
            self._stands(CloudAddon(self, balancing, overrides, after=self._after).release)

    def _metrics_server(self, section: sections.Addon | None) -> None:
        if section and section.enabled and self._services.metrics_server:
            MetricsServer(self, self._overrides(section), after=self._after)

    def _autoscaler(self, section: sections.Addon | None) -> None:
        if section is None or not section.enabled or self._services.autoscaler_values is None:
            return
        config = AutoscalerConfig(
            provider=self._services.autoscaler_values,
            annotations=self._services.annotations["autoscaler"],
            overrides=self._overrides(section),
        )
        Autoscaler(self, config, after=self._after)

    def _cert_manager(self, section: sections.CertManager | None) -> CertManager | None:
        if section is None or not section.enabled:
            return None
        config = CertManagerConfig(
            zone=self._zone,
            email=literal(section.email),
            solver=self._services.dns_solver,
            annotations=self._services.annotations["cert-manager"],
            overrides=self._overrides(section),
        )
        made = CertManager(self, config, after=self._after)
        self._stands(made.issuers)
        return made

    def _ingress(self, section: sections.Addon | None) -> Ingress | None:
        if section is None or not section.enabled:
            return None
        config = IngressConfig(self._services.load_balancer, self._overrides(section))
        made = Ingress(self, config, after=self._after)
        self._stands(made.release)
        return made

    def _external_dns(self, section: sections.Addon | None) -> None:
        if section is None or not section.enabled:
            return
        config = ExternalDnsConfig(
            zone=self._zone,
            owner=self._owner,
            provider=self._services.dns_values,
            annotations=self._services.annotations["external-dns"],
            overrides=self._overrides(section),
        )
        self._stands(ExternalDns(self, config, after=self._after).release)

    def _keycloak(self, section: KeycloakInstall, exposure: Exposure) -> Keycloak:
        operator = DatabaseOperator(self, after=self._after).release
        config = KeycloakConfig(
            exposure=exposure,
            replicas=section.replicas,
            bootstrap=self._content(KEYCLOAK_BOOTSTRAP, generated=True),
            storage_class=self._services.storage_class,
            overrides=Overrides(values=self.resolve(section.values, self._producers)),
        )
        return Keycloak(self, config, after=[*self._after, operator.resource])

    def _argocd(self, section: sections.ArgoCd | None, exposure: Exposure | None) -> ArgoCd | None:
        if section is None or not section.enabled:
            return None
        repositories = [
            Repository(
                name=literal(name),
                url=literal(one.url),
                username=literal(one.username) if one.username else None,
                password=self._content(one.password.secret) if one.password else None,
                ssh_key=self._content(one.ssh_key.secret) if one.ssh_key else None,
            )
            for name, one in section.repositories.items()
        ]
        # Without a name there is nowhere to come back to from a sign-in.
        sign_on = self._sign_on if exposure else None
        config = ArgoCdConfig(exposure, sign_on, repositories, self._overrides(section))
        return ArgoCd(self, config, after=self._after)

    def _stands(self, release: Release) -> None:
        """Whatever comes next waits for `release`, and is gone before it goes."""
        self._after = [*self._after, release.resource]

    def _content(self, entry: str, *, generated: bool = False) -> Content:
        value = self.secret(entry, generated=generated)
        return Content(value, self.secret_revision(entry))

    def _overrides(self, section: sections.Addon) -> Overrides:
        version = literal(section.version) if section.version else None
        return Overrides(version, self.resolve(section.values, self._producers))


def _sign_on(infrastructure: str, identity: Identity, realm: Realm) -> SignOn:
    """The realm and the client are made by the stage after this one; what they are is known."""
    return SignOn(
        issuer=realm.issuer,
        client_id=client_id(infrastructure, "argocd"),
        rights=list(argocd_rights(identity, realm)),
    )
