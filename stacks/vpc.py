"""Stage `vpc`: the private network."""

from __future__ import annotations

from constructs import Construct
from constructs.shared.cloud import Cloud
from constructs.shared.stages import (
    FlowLogs,
    NetworkConfig,
    NetworkLookup,
    NetworkOutputs,
    SubnetLookup,
    SubnetNames,
)
from constructs.shared.text import literal

from manifest import vpc as sections
from stacks.stage import Stage


class VpcStack(Stage[NetworkOutputs]):
    """Makes a network, or looks one up."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        vpc: sections.Vpc,
        name: str,
        cluster: str | None,
        protected: bool,
    ) -> None:
        """`name` is the network's; `cluster` the cluster that will look for its subnets."""
        super().__init__(scope, infrastructure, "vpc", cloud)
        config: NetworkConfig | NetworkLookup
        if vpc.create:
            config = _create(vpc.create, name, cluster, protected)
        else:
            assert vpc.reuse
            config = _lookup(vpc.reuse)
        self.publish(cloud.network(self, config))


def _create(
    section: sections.VpcCreate, name: str, cluster: str | None, protected: bool
) -> NetworkConfig:
    zones = section.zones
    return NetworkConfig(
        name=name,
        cidr=section.cidr,
        zones=zones if isinstance(zones, int) else tuple(literal(zone) for zone in zones),
        nat=section.nat,
        flow_logs=FlowLogs(section.flow_logs.retention) if section.flow_logs else None,
        cluster=cluster,
        protected=protected,
    )


def _lookup(section: sections.VpcReuse) -> NetworkLookup:
    if section.subnet:
        return NetworkLookup(names=_names(section, section.subnet))
    subnets = section.subnets
    assert subnets, "the manifest made sure"
    return NetworkLookup(
        id=section.id,
        tags=literal(section.tags),
        private=_subnets(subnets.private),
        public=_subnets(subnets.public) if subnets.public else None,
    )


def _names(section: sections.VpcReuse, subnet: sections.NamedSubnet) -> SubnetNames:
    assert section.name, "the manifest made sure"
    return SubnetNames(
        network=section.name,
        project=section.project,
        subnet=subnet.name,
        pods=subnet.pods,
        services=subnet.services,
    )


def _subnets(section: sections.SubnetLookup) -> SubnetLookup:
    return SubnetLookup(ids=section.ids or (), tags=literal(section.tags or {}))
