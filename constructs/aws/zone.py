"""A DNS zone in Route 53, delegated from its parent, signed if asked."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from constructs import Construct
from constructs.aws.zone_signing import ZoneSigning
from constructs.shared.lifecycle import protection
from constructs.shared.stages import ZoneConfig, ZoneOutputs

DELEGATION_TTL = 3600
"""Seconds. Long enough to spare resolvers, short enough to move a zone within an hour."""


class Zone(Construct):
    """A public hosted zone.

    With a `parent` that is a zone of the same account, the NS record there (and the DS record, when
    signed) belongs to this stack; without one the delegation is the user's.
    """

    outputs: ZoneOutputs

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: ZoneConfig,
        *,
        account: str,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        zone = Route53Zone(
            self,
            "zone",
            name=config.zone,
            # Records of external-dns must not keep the zone from being destroyed.
            force_destroy=not config.protected,
            lifecycle=protection(config.protected),
        )
        zone_id, name_servers = zone.zone_id, zone.name_servers
        parent = self._parent(config.parent) if config.parent else None
        if parent:
            self._record("delegation", parent, config.zone, "NS", name_servers)
        if config.dnssec:
            signing = ZoneSigning(
                self,
                "signing",
                zone=config.zone,
                zone_id=zone_id,
                account=account,
                tags=tags,
                stack=TerraformStack.of(self),
            )
            if parent:
                self._record("signature", parent, config.zone, "DS", [signing.ds_record])
        self.outputs = ZoneOutputs(zone=config.zone, zone_id=zone_id, name_servers=name_servers)

    def _parent(self, name: str) -> str:
        return DataAwsRoute53Zone(self, "parent", name=name, private_zone=False).zone_id

    def _record(self, id_: str, zone_id: str, name: str, type_: str, values: list[str]) -> None:
        Route53Record(
            self,
            id_,
            zone_id=zone_id,
            name=name,
            type=type_,
            ttl=DELEGATION_TTL,
            records=values,
        )
