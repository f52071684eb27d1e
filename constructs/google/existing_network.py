"""A network that exists already, here or in the host project of a Shared VPC."""

from __future__ import annotations

from cdktf import Token
from cdktf_cdktf_provider_google.data_google_compute_network import DataGoogleComputeNetwork
from cdktf_cdktf_provider_google.data_google_compute_subnetwork import DataGoogleComputeSubnetwork
from cdktf_cdktf_provider_google.data_google_compute_zones import DataGoogleComputeZones
from constructs import Construct
from constructs.google.apis import enable
from constructs.google.ranges import PODS, SERVICE
from constructs.shared.lifecycle import checked
from constructs.shared.references import attribute
from constructs.shared.stages import NetworkOutputs, SubnetNames


class ExistingNetwork(Construct):
    """Looks up a network and its subnet, and checks at plan what a cluster needs of them.

    Nothing in it is changed. In a Shared VPC the host project must let GKE use the subnet:
    https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc
    """

    outputs: NetworkOutputs

    def __init__(
        self, scope: Construct, id_: str, config: SubnetNames, *, region: str, project: str
    ) -> None:
        super().__init__(scope, id_)
        owner = config.project or project
        api = enable(self, "compute")
        DataGoogleComputeNetwork(
            self, "network", name=config.network, project=owner, depends_on=[api]
        )
        network = ("data.google_compute_network", "network")
        DataGoogleComputeSubnetwork(
            self,
            "nodes",
            name=config.subnet,
            region=region,
            project=owner,
            depends_on=[api],
            lifecycle=checked(
                (
                    f"self.network == {'.'.join(network)}.self_link",
                    f"The subnet {config.subnet} is not in the network {config.network}: "
                    "name one of that network.",
                ),
                (
                    "self.private_ip_google_access",
                    f"Nodes in the subnet {config.subnet} could not reach Google's APIs: "
                    "switch on Private Google Access for it.",
                ),
                *(_has_range(config.subnet, name) for name in (config.pods, config.services)),
            ),
        )
        subnet = ("data.google_compute_subnetwork", "nodes")
        DataGoogleComputeZones(self, "available", region=region, status="UP", depends_on=[api])
        self.outputs = NetworkOutputs(
            network_id=attribute(*network, "id"),
            cidr=attribute(*subnet, "ip_cidr_range"),
            zones=Token.as_list("${data.google_compute_zones.available.names}"),
            public_subnet_ids=[],
            private_subnet_ids=[attribute(*subnet, "id")],
            secondary_ranges={PODS: config.pods, SERVICE: config.services},
        )


def _has_range(subnet: str, name: str) -> tuple[str, str]:
    return (
        f'contains(self.secondary_ip_range[*].range_name, "{name}")',
        f"The subnet {subnet} has no secondary range {name}: add it, or name another in vpc.reuse.",
    )
