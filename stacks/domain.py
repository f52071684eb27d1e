"""Stage `domain`: the DNS zone."""

from __future__ import annotations

from constructs import Construct
from constructs.shared.cloud import Cloud
from constructs.shared.stages import ZoneConfig, ZoneLookup, ZoneOutputs

from manifest.domain import Domain
from stacks.stage import Stage


class DomainStack(Stage[ZoneOutputs]):
    """Makes a zone, or looks one up."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        domain: Domain,
        protected: bool,
    ) -> None:
        super().__init__(scope, infrastructure, "domain", cloud)
        config: ZoneConfig | ZoneLookup
        if domain.create:
            create = domain.create
            config = ZoneConfig(create.zone, create.parent, create.dnssec, protected)
        else:
            assert domain.reuse
            config = ZoneLookup(zone=domain.reuse.zone, id=domain.reuse.id)
        self.publish(cloud.zone(self, config))
