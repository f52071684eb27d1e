"""A private network on AWS: VPC, subnets, routes, NAT."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.data_aws_availability_zones import (
    DataAwsAvailabilityZones,
    DataAwsAvailabilityZonesFilter,
)
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct
from constructs.aws.network_logs import NetworkLogs
from constructs.shared.lifecycle import protection
from constructs.shared.references import attribute
from constructs.shared.stages import NetworkConfig, NetworkOutputs
from constructs.shared.subnets import split

ANYWHERE = "0.0.0.0/0"
PUBLIC_ROLE = {"kubernetes.io/role/elb": "1"}
PRIVATE_ROLE = {"kubernetes.io/role/internal-elb": "1"}
"""By these tags Kubernetes load balancers find their subnets.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/
"""


class Network(Construct):
    """A VPC with a public and a private subnet in each zone.

    Nothing gets a public address by itself: public subnets hold load balancers and NAT gateways,
    which bring their own. Each private subnet has a route table of its own, so that changing
    `nat` changes routes and no tables.
    """

    outputs: NetworkOutputs

    def __init__(self, scope: Construct, id_: str, config: NetworkConfig, *, region: str) -> None:
        super().__init__(scope, id_)
        self._name = config.name
        self._vpc = attribute("aws_vpc", "network", "id")
        Vpc(
            self,
            "network",
            cidr_block=config.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": config.name},
            lifecycle=protection(config.protected),
        )
        # The group that everything falls into that names none: without rules it lets nothing pass.
        DefaultSecurityGroup(
            self, "closed", vpc_id=self._vpc, tags={"Name": f"{config.name}-closed"}
        )
        zones = self._zones(config.zones)
        self._subnets(config, zones)
        tables = [self._public_routes(), *self._private_routes(config)]
        VpcEndpoint(
            self,
            "s3",
            vpc_id=self._vpc,
            service_name=f"com.amazonaws.{region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=tables,
            tags={"Name": f"{config.name}-s3"},
        )
        if config.flow_logs:
            NetworkLogs(
                self,
                "logs",
                name=config.name,
                network_id=self._vpc,
                retention_days=config.flow_logs.retention_days,
            )
        self.outputs = NetworkOutputs(
            network_id=self._vpc,
            cidr=config.cidr,
            zones=zones,
            public_subnet_ids=self._public,
            private_subnet_ids=self._private,
            secondary_ranges={},
        )

    def _zones(self, zones: int | tuple[str, ...]) -> list[str]:
        """The names given, or the first ones of those the account has without opting in."""
        if not isinstance(zones, int):
            return list(zones)
        available = DataAwsAvailabilityZones(
            self,
            "available",
            state="available",
            filter=[
                DataAwsAvailabilityZonesFilter(name="opt-in-status", values=["opt-in-not-required"])
            ],
        ).friendly_unique_id
        return [
            f"${{data.aws_availability_zones.{available}.names[{index}]}}" for index in range(zones)
        ]

    def _subnets(self, config: NetworkConfig, zones: list[str]) -> None:
        # Clusters that share the network need the tag; one that made it does not mind.
        shared = {f"kubernetes.io/cluster/{config.cluster}": "shared"} if config.cluster else {}
        self._public: list[str] = []
        self._private: list[str] = []
        for index, (zone, cidrs) in enumerate(
            zip(zones, split(config.cidr, len(zones)), strict=True)
        ):
            self._public.append(
                self._subnet(f"public-{index}", zone, cidrs.public, {**PUBLIC_ROLE, **shared})
            )
            self._private.append(
                self._subnet(f"private-{index}", zone, cidrs.private, {**PRIVATE_ROLE, **shared})
            )

    def _subnet(self, id_: str, zone: str, cidr: str, tags: dict[str, str]) -> str:
        Subnet(
            self,
            id_,
            vpc_id=self._vpc,
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags={"Name": f"{self._name}-{id_}", **tags},
        )
        return attribute("aws_subnet", id_, "id")

    def _public_routes(self) -> str:
        self._gateway = InternetGateway(
            self, "internet", vpc_id=self._vpc, tags={"Name": self._name}
        )
        table = self._route_table("public", self._public)
        Route(
            self,
            "public-internet",
            route_table_id=table,
            destination_cidr_block=ANYWHERE,
            gateway_id=attribute("aws_internet_gateway", "internet", "id"),
        )
        return table

    def _private_routes(self, config: NetworkConfig) -> list[str]:
        gateways = self._nat_gateways(config.nat)
        tables = []
        for index, subnet in enumerate(self._private):
            table = self._route_table(f"private-{index}", [subnet])
            tables.append(table)
            if gateways:
                Route(
                    self,
                    f"private-{index}-internet",
                    route_table_id=table,
                    destination_cidr_block=ANYWHERE,
                    nat_gateway_id=gateways[index % len(gateways)],
                )
        return tables

    def _nat_gateways(self, nat: str) -> list[str]:
        count = {"none": 0, "single": 1, "per_zone": len(self._public)}[nat]
        return [self._nat_gateway(index) for index in range(count)]

    def _nat_gateway(self, index: int) -> str:
        tags = {"Name": f"{self._name}-nat-{index}"}
        Eip(self, f"nat-{index}-address", domain="vpc", tags=tags)
        NatGateway(
            self,
            f"nat-{index}",
            subnet_id=self._public[index],
            allocation_id=attribute("aws_eip", f"nat-{index}-address", "id"),
            tags=tags,
            depends_on=[self._gateway],
        )
        return attribute("aws_nat_gateway", f"nat-{index}", "id")

    def _route_table(self, id_: str, subnets: list[str]) -> str:
        RouteTable(self, f"{id_}-routes", vpc_id=self._vpc, tags={"Name": f"{self._name}-{id_}"})
        table = attribute("aws_route_table", f"{id_}-routes", "id")
        for index, subnet in enumerate(subnets):
            suffix = f"-{index}" if len(subnets) > 1 else ""
            RouteTableAssociation(
                self, f"{id_}-subnet{suffix}", route_table_id=table, subnet_id=subnet
            )
        return table
