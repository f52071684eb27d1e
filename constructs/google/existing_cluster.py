"""A GKE cluster that exists already."""

from __future__ import annotations

from cdktf_cdktf_provider_google.data_google_container_cluster import DataGoogleContainerCluster
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from constructs import Construct
from constructs.google.apis import enable
from constructs.google.cluster_outputs import cluster_outputs
from constructs.google.workloads import Workloads, pool
from constructs.shared.lifecycle import checked
from constructs.shared.stages import ClusterLookup, ClusterOutputs


class ExistingCluster(Construct):
    """Looks a cluster up by name and gives the addons to come their identities on it.

    The cluster itself is not touched. Identities need its workload identity to be switched on.
    """

    outputs: ClusterOutputs

    def __init__(
        self, scope: Construct, id_: str, config: ClusterLookup, *, region: str, project: str
    ) -> None:
        super().__init__(scope, id_)
        api = enable(self, "container")
        identities = "one(self.workload_identity_config[*].workload_pool)"
        cluster = DataGoogleContainerCluster(
            self,
            "cluster",
            name=config.name,
            location=config.location or region,
            depends_on=[api],
            lifecycle=checked(
                (
                    f'{identities} == "{pool(project)}"',
                    f"The cluster {config.name} gives its workloads no identities: "
                    "switch on Workload Identity Federation for it.",
                )
            ),
        )
        workloads = Workloads(
            self,
            "identities",
            prefix=config.prefix,
            project=project,
            project_number=DataGoogleProject(self, "project").number,
            workloads=config.workloads,
            zone_id=config.zone_id,
        )
        self.outputs = cluster_outputs(
            self,
            ("data.google_container_cluster", cluster.friendly_unique_id),
            location=config.kubeconfig,
            workload_identities=workloads.identities,
        )
