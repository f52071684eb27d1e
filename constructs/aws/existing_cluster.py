"""An EKS cluster that exists already."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.data_aws_eks_cluster import DataAwsEksCluster
from cdktf_cdktf_provider_aws.data_aws_iam_openid_connect_provider import (
    DataAwsIamOpenidConnectProvider,
)
from constructs import Construct
from constructs.aws.cluster_outputs import cluster_outputs
from constructs.aws.workload import addon_workloads
from constructs.aws.workloads import IdentitySource, Workloads
from constructs.shared.lifecycle import checked
from constructs.shared.references import attribute
from constructs.shared.stages import ClusterLookup, ClusterOutputs


class ExistingCluster(Construct):
    """Looks a cluster up by name and gives the addons to come their identities on it.

    The cluster itself is not touched. Pod identities need the agent add-on on it; IRSA needs the
    cluster's OIDC provider in IAM.
    """

    outputs: ClusterOutputs

    def __init__(self, scope: Construct, id_: str, config: ClusterLookup, *, region: str) -> None:
        super().__init__(scope, id_)
        cluster = DataAwsEksCluster(
            self,
            "cluster",
            name=config.name,
            lifecycle=checked(
                (
                    'self.status == "ACTIVE"',
                    f"The cluster {config.name} is not active: see its state in the EKS console.",
                )
            ),
        )
        address = ("data.aws_eks_cluster", cluster.friendly_unique_id)
        name = attribute(*address, "name")
        issuer = attribute(*address, "identity[0].oidc[0].issuer")
        workloads = Workloads(
            self,
            "identities",
            source=self._identity_source(config, name, issuer),
            region=region,
            prefix=config.prefix,
            workloads=addon_workloads(
                config.workloads, region=region, cluster=config.name, zone_id=config.zone_id
            ),
        )
        self.outputs = cluster_outputs(
            self,
            address,
            location=config.kubeconfig,
            region=region,
            workload_identities=workloads.roles,
        )

    def _identity_source(self, config: ClusterLookup, name: str, issuer: str) -> IdentitySource:
        if config.workload_identity == "pod_identity":
            return IdentitySource(cluster=name)
        provider = DataAwsIamOpenidConnectProvider(self, "issuer", url=issuer)
        return IdentitySource(cluster=name, provider_arn=provider.arn, provider_url=provider.url)
