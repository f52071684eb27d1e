"""A Kubernetes cluster on GKE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf import Fn, ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_google.container_cluster import (
    ContainerCluster,
    ContainerClusterClusterAutoscaling,
    ContainerClusterClusterAutoscalingAutoProvisioningDefaults,
    ContainerClusterDatabaseEncryption,
    ContainerClusterIpAllocationPolicy,
    ContainerClusterLoggingConfig,
    ContainerClusterNodeConfig,
    ContainerClusterPrivateClusterConfig,
    ContainerClusterRbacBindingConfig,
    ContainerClusterReleaseChannel,
    ContainerClusterWorkloadIdentityConfig,
)
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from constructs import Construct
from constructs.google.apis import enable
from constructs.google.cluster_access import admit, allowed
from constructs.google.cluster_outputs import cluster_outputs
from constructs.google.key import Key
from constructs.google.node_account import NodeAccount
from constructs.google.node_pool import SCOPE, NodePool
from constructs.google.workloads import Workloads, pool
from constructs.shared import names
from constructs.shared.references import attribute
from constructs.shared.stages import ClusterConfig, ClusterOutputs

NAME_LIMIT = 40
PODS_A_NODE = 64
"""Each node takes twice as many addresses of the range for pods."""
CHANNEL = "regular"
LOGS = {"api": "APISERVER", "controllerManager": "CONTROLLER_MANAGER", "scheduler": "SCHEDULER"}
"""Audit logs are Cloud Audit Logs, and always kept."""
ALWAYS = ("SYSTEM_COMPONENTS", "WORKLOADS")


class Cluster(Construct):
    """A regional GKE cluster: Autopilot, or with node pools of its own.

    Nodes have no public addresses; secrets are encrypted with a key of its own; pods are identified
    by the project's workload identity pool.
    """

    outputs: ClusterOutputs

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: ClusterConfig,
        *,
        region: str,
        project: str,
        labels: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        self._region, self._project = region, project
        api = enable(self, "container")
        number = DataGoogleProject(self, "project").number
        zones = config.network.zones
        nodes = NodeAccount(self, "nodes", name=config.name, project=project)
        cluster = self._control_plane(config, number, nodes, zones, api)
        address = ("google_container_cluster", cluster.friendly_unique_id)
        admit(self, config.administrators, project=project)
        for name, group in config.node_groups.items():
            NodePool(
                self,
                # Users name groups: one may be called as a part of ours.
                f"pool-{name}",
                config=group,
                name=name,
                cluster=attribute(*address, "name"),
                region=region,
                zones=zones,
                service_account=nodes.email,
                labels=labels,
                after=nodes.rights,
            )
        workloads = Workloads(
            self,
            "identities",
            prefix=config.name,
            project=project,
            project_number=number,
            workloads=config.workloads,
            zone_id=config.zone_id,
        )
        self.outputs = cluster_outputs(
            self,
            address,
            location=config.kubeconfig,
            workload_identities=workloads.identities,
        )

    def _control_plane(
        self,
        config: ClusterConfig,
        number: str,
        nodes: NodeAccount,
        zones: list[str],
        api: ITerraformDependable,
    ) -> ContainerCluster:
        key = Key(
            self,
            "secrets-key",
            name=f"{config.name}-secrets",
            location=self._region,
            user=f"serviceAccount:service-{number}@container-engine-robot.iam.gserviceaccount.com",
            protected=config.protected,
            after=[api],
        )
        ranges = config.network.secondary_ranges
        return ContainerCluster(
            self,
            "cluster",
            name=names.join(config.name, limit=NAME_LIMIT),
            location=self._region,
            min_master_version=config.version,
            release_channel=ContainerClusterReleaseChannel(channel=_channel(config)),
            network=config.network.network_id,
            subnetwork=Fn.element(config.network.private_subnet_ids, 0),
            networking_mode="VPC_NATIVE",
            ip_allocation_policy=ContainerClusterIpAllocationPolicy(
                cluster_secondary_range_name=ranges["pods"],
                services_secondary_range_name=ranges["services"],
            ),
            private_cluster_config=ContainerClusterPrivateClusterConfig(
                enable_private_nodes=True, enable_private_endpoint=not config.public_endpoint
            ),
            master_authorized_networks_config=allowed(config),
            database_encryption=ContainerClusterDatabaseEncryption(
                state="ENCRYPTED", key_name=key.id
            ),
            workload_identity_config=ContainerClusterWorkloadIdentityConfig(
                workload_pool=pool(self._project)
            ),
            logging_config=ContainerClusterLoggingConfig(
                enable_components=[*ALWAYS, *(LOGS[log] for log in config.logs if log in LOGS)]
            ),
            # Nobody gets rights by giving them to everybody.
            rbac_binding_config=ContainerClusterRbacBindingConfig(
                enable_insecure_binding_system_authenticated=False,
                enable_insecure_binding_system_unauthenticated=False,
            ),
            deletion_protection=config.protected,
            lifecycle=TerraformResourceLifecycle(
                prevent_destroy=config.protected or None,
                # Of the first pool, which is made and removed again; later it shows another's.
                ignore_changes=None if config.autopilot else ["node_config"],
            ),
            depends_on=[key.grant, *nodes.rights],
            **(_autopilot(nodes.email) if config.autopilot else _standard(nodes.email, zones)),
        )


def _autopilot(service_account: str) -> dict[str, Any]:
    """Google chooses the rest, but for whom its nodes act as."""
    defaults = ContainerClusterClusterAutoscalingAutoProvisioningDefaults(
        service_account=service_account, oauth_scopes=[SCOPE]
    )
    return {
        "enable_autopilot": True,
        "cluster_autoscaling": ContainerClusterClusterAutoscaling(
            auto_provisioning_defaults=defaults
        ),
    }


def _standard(service_account: str, zones: list[str]) -> dict[str, Any]:
    """Without the pool that Google makes by itself; while it is there, it has few rights, too."""
    return {
        "remove_default_node_pool": True,
        "initial_node_count": 1,
        "node_config": ContainerClusterNodeConfig(service_account=service_account),
        "node_locations": zones,
        "datapath_provider": "ADVANCED_DATAPATH",
        "enable_shielded_nodes": True,
        "default_max_pods_per_node": PODS_A_NODE,
    }


def _channel(config: ClusterConfig) -> str:
    if config.support == "extended":
        return "EXTENDED"
    return (config.channel or CHANNEL).upper()
