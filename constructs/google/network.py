"""A network in Google Cloud with one private subnet."""

from __future__ import annotations

from cdktf_cdktf_provider_google.compute_firewall import ComputeFirewall, ComputeFirewallDeny
from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from cdktf_cdktf_provider_google.compute_router import ComputeRouter
from cdktf_cdktf_provider_google.compute_router_nat import (
    ComputeRouterNat,
    ComputeRouterNatLogConfig,
)
from cdktf_cdktf_provider_google.compute_subnetwork import (
    ComputeSubnetwork,
    ComputeSubnetworkLogConfig,
    ComputeSubnetworkSecondaryIpRange,
)
from constructs import Construct
from constructs.google.apis import enable
from constructs.google.ranges import PODS, SERVICE, split
from constructs.google.zones import zone_names
from constructs.shared import names
from constructs.shared.lifecycle import protection
from constructs.shared.references import attribute
from constructs.shared.stages import NetworkConfig, NetworkOutputs

NAME_LIMIT = 63
ANYWHERE = "0.0.0.0/0"
LAST = 65534
"""The priority of a rule that any other one goes before, but for those that Google implies."""


class Network(Construct):
    """One subnet for all zones of the region, without public addresses; a way out if asked.

    Nothing comes in: the rule says what Google implies, and says it where people look. Whoever
    needs a way in (GKE for its load balancers) makes a rule that goes before it.

    Cloud NAT belongs to the region and to no machine: `single` and `per_zone` are the same here.
    """

    outputs: NetworkOutputs

    def __init__(self, scope: Construct, id_: str, config: NetworkConfig, *, region: str) -> None:
        super().__init__(scope, id_)
        self._name, self._region = config.name, region
        api = enable(self, "compute")
        ComputeNetwork(
            self,
            "network",
            name=self._named(),
            auto_create_subnetworks=False,
            routing_mode="REGIONAL",
            lifecycle=protection(config.protected),
            depends_on=[api],
        )
        self._network = attribute("google_compute_network", "network", "id")
        self._subnet(config)
        ComputeFirewall(
            self,
            "closed",
            name=self._named("closed"),
            network=self._network,
            direction="INGRESS",
            priority=LAST,
            source_ranges=[ANYWHERE],
            deny=[ComputeFirewallDeny(protocol="all")],
        )
        if config.nat != "none":
            self._way_out()
        self.outputs = NetworkOutputs(
            network_id=self._network,
            cidr=config.cidr,
            zones=zone_names(self, config.zones, region, after=api),
            public_subnet_ids=[],
            private_subnet_ids=[attribute("google_compute_subnetwork", "nodes", "id")],
            secondary_ranges={PODS: PODS, SERVICE: SERVICE},
        )

    def _subnet(self, config: NetworkConfig) -> None:
        ranges = split(config.cidr)
        logs = ComputeSubnetworkLogConfig(
            aggregation_interval="INTERVAL_10_MIN",
            flow_sampling=0.5,
            metadata="INCLUDE_ALL_METADATA",
        )
        ComputeSubnetwork(
            self,
            "nodes",
            name=self._named("nodes"),
            region=self._region,
            network=self._network,
            ip_cidr_range=ranges.nodes,
            secondary_ip_range=[
                ComputeSubnetworkSecondaryIpRange(range_name=PODS, ip_cidr_range=ranges.pods),
                ComputeSubnetworkSecondaryIpRange(
                    range_name=SERVICE, ip_cidr_range=ranges.services
                ),
            ],
            # Google's APIs are reached without the internet.
            private_ip_google_access=True,
            log_config=logs if config.flow_logs else None,
        )

    def _way_out(self) -> None:
        ComputeRouter(
            self,
            "router",
            name=self._named("router"),
            region=self._region,
            network=self._network,
        )
        ComputeRouterNat(
            self,
            "nat",
            name=self._named("nat"),
            region=self._region,
            router=attribute("google_compute_router", "router", "name"),
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
            log_config=ComputeRouterNatLogConfig(enable=True, filter="ERRORS_ONLY"),
        )

    def _named(self, *parts: str) -> str:
        return names.join(self._name, *parts, limit=NAME_LIMIT)
