"""A Kubernetes cluster on EKS."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.eks_cluster import (
    EksCluster,
    EksClusterAccessConfig,
    EksClusterEncryptionConfig,
    EksClusterEncryptionConfigProvider,
    EksClusterUpgradePolicy,
    EksClusterVpcConfig,
)
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct
from constructs.aws.arn import managed_policy
from constructs.aws.cluster_access import ClusterAccess
from constructs.aws.cluster_outputs import cluster_outputs
from constructs.aws.core_addons import AFTER_NODES, BEFORE_NODES, CoreAddons
from constructs.aws.node_group import NodeGroup, NodeRole
from constructs.aws.role import Role, trust
from constructs.aws.workload import CORE, addon_workloads
from constructs.aws.workloads import IdentitySource, Workloads
from constructs.shared.lifecycle import protection
from constructs.shared.references import attribute
from constructs.shared.stages import ClusterConfig, ClusterOutputs

KEY_DELETION_DAYS = 30


class Cluster(Construct):
    """An EKS cluster with its nodes, core add-ons, access entries and workload identities.

    Order on an empty cloud: control plane; the add-ons a node needs to become ready; nodes; the
    add-ons that need nodes to run on.
    """

    outputs: ClusterOutputs

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: ClusterConfig,
        *,
        region: str,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        subnet_ids = config.network.private_subnet_ids
        cluster = self._control_plane(config, region, subnet_ids)
        address = ("aws_eks_cluster", cluster.friendly_unique_id)
        name, version = attribute(*address, "name"), attribute(*address, "version")
        issuer = attribute(*address, "identity[0].oidc[0].issuer")
        ClusterAccess(
            self, "access", cluster=name, region=region, administrators=config.administrators
        )
        workloads = Workloads(
            self,
            "identities",
            source=self._identity_source(config, name, issuer),
            region=region,
            prefix=config.name,
            workloads=(
                *CORE,
                *addon_workloads(
                    config.workloads, region=region, cluster=config.name, zone_id=config.zone_id
                ),
            ),
        )
        addons = CoreAddons(
            self,
            "addons",
            cluster=name,
            version=version,
            pinned=config.addon_versions,
            roles=workloads.roles if config.workload_identity == "irsa" else {},
        )
        before = addons.install(BEFORE_NODES, after=workloads.resources)
        role = NodeRole(self, "nodes", name=config.name, region=region)
        groups = [
            NodeGroup(
                self,
                # Users name groups: one may be called as a part of ours.
                f"group-{group_name}",
                config=group,
                name=group_name,
                cluster=name,
                version=version,
                role=role,
                subnet_ids=subnet_ids,
                tags=tags,
                after=before,
            ).resource
            for group_name, group in config.node_groups.items()
        ]
        addons.install(AFTER_NODES, after=groups)
        self.outputs = cluster_outputs(
            self,
            address,
            location=config.kubeconfig,
            region=region,
            workload_identities=workloads.roles,
        )

    def _control_plane(
        self, config: ClusterConfig, region: str, subnet_ids: list[str]
    ) -> EksCluster:
        role = Role(
            self,
            "control-plane",
            name=f"{config.name}-control-plane",
            trusted=trust("eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
            managed=[managed_policy(region, "AmazonEKSClusterPolicy")],
        )
        key = KmsKey(
            self,
            "secrets-key",
            description=f"Secrets of the Kubernetes cluster {config.name}",
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_DAYS,
            lifecycle=protection(config.protected),
        )
        # Made first: EKS would make the group itself, without retention and out of our sight.
        logs = CloudwatchLogGroup(
            self,
            "logs",
            name=f"/aws/eks/{config.name}/cluster",
            retention_in_days=config.log_retention_days,
        )
        return EksCluster(
            self,
            "cluster",
            name=config.name,
            version=config.version,
            role_arn=role.arn,
            enabled_cluster_log_types=list(config.logs) or None,
            # The add-ons are managed below; EKS must not install its own copies of three of them.
            bootstrap_self_managed_addons=False,
            access_config=EksClusterAccessConfig(
                authentication_mode="API",
                # Whoever makes the cluster can go on with the stages that run on it. A constant:
                # changing it later would replace the cluster.
                bootstrap_cluster_creator_admin_permissions=True,
            ),
            encryption_config=EksClusterEncryptionConfig(
                resources=["secrets"], provider=EksClusterEncryptionConfigProvider(key_arn=key.arn)
            ),
            upgrade_policy=EksClusterUpgradePolicy(support_type=config.support.upper()),
            vpc_config=EksClusterVpcConfig(
                subnet_ids=subnet_ids,
                endpoint_private_access=True,
                endpoint_public_access=config.public_endpoint,
                public_access_cidrs=list(config.allowed_cidrs) if config.public_endpoint else None,
            ),
            depends_on=[logs, *role.policies],
            lifecycle=protection(config.protected),
        )

    def _identity_source(self, config: ClusterConfig, name: str, issuer: str) -> IdentitySource:
        """The OIDC provider is made for both kinds: customers' own roles may trust it."""
        provider = IamOpenidConnectProvider(
            self, "issuer", url=issuer, client_id_list=["sts.amazonaws.com"]
        )
        if config.workload_identity == "pod_identity":
            return IdentitySource(cluster=name)
        return IdentitySource(cluster=name, provider_arn=provider.arn, provider_url=provider.url)
