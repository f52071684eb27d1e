"""Stage `domain`: the DNS zone."""

from __future__ import annotations

from constructs import Construct
from constructs.shared.cloud import Cloud
from constructs.shared.stages import DelegationConfig, ZoneConfig, ZoneLookup, ZoneOutputs

from manifest.domain import Domain
from stacks.stage import Stage


class DomainStack(Stage[ZoneOutputs]):
    """Makes a zone, and its records in the zone above, or looks one up."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        domain: Domain,
        parents: Cloud | None,
        protected: bool,
    ) -> None:
        """`parents` is the cloud of the zone above, if it is another one."""
        super().__init__(scope, infrastructure, "domain", cloud)
        config: ZoneConfig | ZoneLookup
        if domain.create:
            create = domain.create
            config = ZoneConfig(create.zone, create.dnssec, protected)
        else:
            assert domain.reuse
            config = ZoneLookup(zone=domain.reuse.zone, id=domain.reuse.id)
        outputs = cloud.zone(self, config)
        self.publish(outputs)
        if domain.create and domain.create.parent:
            (parents or cloud).delegate(
                self,
                DelegationConfig(
                    zone=domain.create.zone,
                    parent=domain.create.parent,
                    name_servers=outputs.name_servers,
                    ds_record=outputs.ds_record,
                ),
                elsewhere=parents is not None,
            )
