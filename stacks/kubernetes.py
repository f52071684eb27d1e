"""Stage `kubernetes`: the cluster."""

from __future__ import annotations

from constructs import Construct
from constructs.shared.cloud import Cloud
from constructs.shared.stages import (
    BackendOutputs,
    ClusterConfig,
    ClusterLookup,
    ClusterOutputs,
    KubeconfigLocation,
    NetworkOutputs,
    NodeGroupConfig,
    Taint,
    Workload,
    ZoneOutputs,
)

from manifest import kubernetes as sections
from manifest.addons import Addons
from manifest.machines import architecture
from stacks.stage import Stage


class KubernetesStack(Stage[ClusterOutputs]):
    """Makes a cluster, or looks one up. Its kubeconfig goes to the config storage."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        kubernetes: sections.Kubernetes,
        provider: str,
        name: str,
        backend: Stage[BackendOutputs],
        network: Stage[NetworkOutputs] | None,
        zone: Stage[ZoneOutputs] | None,
        workloads: tuple[Workload, ...],
        protected: bool,
    ) -> None:
        """`name` is a new cluster's, and begins the names of identities on an existing one;
        `provider` is the cloud whose machine types are meant.
        """
        super().__init__(scope, infrastructure, "kubernetes", cloud)
        storage = self.read(backend)
        kubeconfig = KubeconfigLocation(storage.bucket, storage.config_prefix, infrastructure)
        zone_id = self.read(zone).zone_id if zone else None
        config: ClusterConfig | ClusterLookup
        if kubernetes.existing:
            existing = kubernetes.existing
            config = ClusterLookup(
                name=existing.name,
                prefix=name,
                workload_identity=existing.workload_identity,
                kubeconfig=kubeconfig,
                workloads=workloads,
                zone_id=zone_id,
                location=existing.location,
            )
        else:
            create = kubernetes.create
            assert create and network
            config = ClusterConfig(
                name=name,
                version=create.version,
                network=self.read(network),
                node_groups={
                    group: _node_group(section, provider)
                    for group, section in create.node_groups.items()
                },
                public_endpoint=create.endpoint.public,
                allowed_cidrs=create.endpoint.allowed_cidrs,
                logs=create.logs.types,
                log_retention_days=create.logs.retention,
                support=create.support,
                administrators=create.administrators,
                workload_identity=create.workload_identity,
                addon_versions={str(addon): pin for addon, pin in create.core_addons.items()},
                kubeconfig=kubeconfig,
                workloads=workloads,
                zone_id=zone_id,
                autopilot=create.autopilot,
                channel=create.channel,
                protected=protected,
            )
        self.publish(cloud.cluster(self, config))


def workloads(addons: Addons | None) -> tuple[Workload, ...]:
    """Which workloads get an identity.

    What makes load balancers stays when the ingress controller is switched off: it has to remove
    that one's, and this stage is deployed before the addons go.
    """
    found: list[Workload] = ["cert-manager", "external-dns"]
    if addons and addons.load_balancers.enabled:
        found.append("load-balancers")
    if addons and addons.autoscaler and addons.autoscaler.enabled:
        found.append("autoscaler")
    return tuple(found)


def _node_group(section: sections.NodeGroup, provider: str) -> NodeGroupConfig:
    return NodeGroupConfig(
        machine_types=section.machine_types,
        capacity=section.capacity,
        minimum=section.size.min,
        maximum=section.size.max,
        desired=section.size.initial,
        labels=section.labels,
        taints=tuple(Taint(one.key, one.value, one.effect) for one in section.taints),
        disk_size=section.disk.size,
        disk_type=section.disk.type,
        architecture=section.architecture or architecture(provider, section.machine_types[0]),
        zones=section.zones,
    )
