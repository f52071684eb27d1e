"""A hosted zone that exists already."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from constructs import Construct
from constructs.shared.stages import ZoneLookup, ZoneOutputs


class ExistingZone(Construct):
    """Looks up a public hosted zone by name, or by id where a name is not unique."""

    outputs: ZoneOutputs

    def __init__(self, scope: Construct, id_: str, config: ZoneLookup) -> None:
        super().__init__(scope, id_)
        zone = DataAwsRoute53Zone(
            self,
            "zone",
            name=config.zone if config.id is None else None,
            zone_id=config.id,
            private_zone=False if config.id is None else None,
        )
        self.outputs = ZoneOutputs(
            zone=zone.name, zone_id=zone.zone_id, name_servers=zone.name_servers, ds_record=""
        )
