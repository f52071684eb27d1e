"""A VPC that exists already: looked up, and checked at plan for what the later stages need."""

from __future__ import annotations

from cdktf import Fn, Token
from cdktf_cdktf_provider_aws.data_aws_availability_zones import (
    DataAwsAvailabilityZones,
    DataAwsAvailabilityZonesFilter,
)
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet
from cdktf_cdktf_provider_aws.data_aws_subnets import DataAwsSubnets, DataAwsSubnetsFilter
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from constructs import Construct
from constructs.shared.lifecycle import checked
from constructs.shared.stages import NetworkLookup, NetworkOutputs, SubnetLookup

MINIMUM_ZONES = 2
"""EKS asks for subnets in two zones.

Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""


class ExistingNetwork(Construct):
    """Looks up a VPC and its subnets; nothing is made or tagged.

    A VPC of another account (shared through RAM) is refused: what Kubernetes needs on its subnets
    could not be set from here.
    """

    outputs: NetworkOutputs

    def __init__(self, scope: Construct, id_: str, config: NetworkLookup, *, account: str) -> None:
        super().__init__(scope, id_)
        vpc = DataAwsVpc(
            self,
            "network",
            id=config.id,
            tags=dict(config.tags) or None,
            lifecycle=checked(
                (
                    f'self.owner_id == "{account}"',
                    f"The network in vpc.reuse belongs to another account than {account}: "
                    "name a network of this account.",
                )
            ),
        )
        self._vpc = vpc.id
        private = self._found("private", config.private)
        public = self._found("public", config.public) if config.public else []
        self.outputs = NetworkOutputs(
            network_id=self._vpc,
            cidr=vpc.cidr_block,
            zones=self._zones(private),
            public_subnet_ids=public,
            private_subnet_ids=private,
            secondary_ranges={},
        )

    def _found(self, role: str, lookup: SubnetLookup) -> list[str]:
        """The ids of the subnets of one role, checked to exist in the network."""
        filters = [DataAwsSubnetsFilter(name="vpc-id", values=[self._vpc])]
        if lookup.ids:
            filters.append(DataAwsSubnetsFilter(name="subnet-id", values=list(lookup.ids)))
        found = f"length(self.ids) == {len(lookup.ids)}" if lookup.ids else "length(self.ids) > 0"
        return DataAwsSubnets(
            self,
            role,
            filter=filters,
            tags=dict(lookup.tags) or None,
            lifecycle=checked(
                (
                    found,
                    f"Not every subnet that vpc.reuse.subnets.{role} describes was found in the "
                    "network: check the ids or the tags.",
                )
            ),
        ).ids

    def _zones(self, subnet_ids: list[str]) -> list[str]:
        """The zones the subnets lie in; asking the cloud for them is where they are counted."""
        subnet = DataAwsSubnet(self, "private-subnet", id="${each.value}")
        subnet.add_override("for_each", _set_of(subnet_ids))
        each = f"data.aws_subnet.{subnet.friendly_unique_id}"
        names = f"${{distinct([for subnet in {each} : subnet.availability_zone])}}"
        return DataAwsAvailabilityZones(
            self,
            "zones",
            filter=[DataAwsAvailabilityZonesFilter(name="zone-name", values=Token.as_list(names))],
            lifecycle=checked(
                (
                    f"length(self.names) >= {MINIMUM_ZONES}",
                    "The private subnets in vpc.reuse lie in one zone; EKS needs two at least: "
                    "name subnets of a second zone.",
                )
            ),
        ).names


def _set_of(values: list[str]) -> str:
    return Token.as_string(Fn.toset(values))
