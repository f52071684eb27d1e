"""A DNS zone in Cloud DNS, signed if asked."""

from __future__ import annotations

from cdktf_cdktf_provider_google.data_google_dns_keys import DataGoogleDnsKeys
from cdktf_cdktf_provider_google.dns_managed_zone import (
    DnsManagedZone,
    DnsManagedZoneDnssecConfig,
)
from constructs import Construct
from constructs.google.apis import enable
from constructs.shared import names
from constructs.shared.lifecycle import protection
from constructs.shared.references import attribute
from constructs.shared.stages import ZoneConfig, ZoneOutputs

NAME_LIMIT = 63
DENIAL = "nsec3"
"""How a signed zone says that there is no such name: without telling all those there are."""


class Zone(Construct):
    """A public managed zone. Google keeps the keys of a signed one, and turns them."""

    outputs: ZoneOutputs

    def __init__(self, scope: Construct, id_: str, config: ZoneConfig) -> None:
        super().__init__(scope, id_)
        signed = DnsManagedZoneDnssecConfig(state="on", non_existence=DENIAL)
        zone = DnsManagedZone(
            self,
            "zone",
            name=names.join("zone", *config.zone.split("."), limit=NAME_LIMIT),
            dns_name=f"{config.zone}.",
            description=f"The zone {config.zone}",
            visibility="public",
            dnssec_config=signed if config.dnssec else None,
            # Records of external-dns must not keep the zone from being destroyed.
            force_destroy=not config.protected,
            lifecycle=protection(config.protected),
            depends_on=[enable(self, "dns")],
        )
        address = ("google_dns_managed_zone", "zone")
        self.outputs = ZoneOutputs(
            zone=config.zone,
            zone_id=attribute(*address, "name"),
            name_servers=zone.name_servers,
            ds_record=self._ds_record(attribute(*address, "id")) if config.dnssec else "",
        )

    def _ds_record(self, zone: str) -> str:
        DataGoogleDnsKeys(self, "keys", managed_zone=zone)
        return attribute("data.google_dns_keys", "keys", "key_signing_keys[0].ds_record")
