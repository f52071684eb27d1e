"""A DNS zone in Route 53, signed if asked."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from constructs import Construct
from constructs.aws.zone_signing import ZoneSigning
from constructs.shared.block import Block
from constructs.shared.lifecycle import protection
from constructs.shared.stages import ZoneConfig, ZoneOutputs


class Zone(Block):
    """A public hosted zone."""

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
        zone_id = zone.zone_id
        ds_record = ""
        if config.dnssec:
            signing = ZoneSigning(
                self,
                "signing",
                zone=config.zone,
                zone_id=zone_id,
                account=account,
                tags=tags,
                stack=self.stack,
            )
            ds_record = signing.ds_record
        self.outputs = ZoneOutputs(
            zone=config.zone, zone_id=zone_id, name_servers=zone.name_servers, ds_record=ds_record
        )
