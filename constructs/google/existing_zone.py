"""A managed zone that exists already."""

from __future__ import annotations

from cdktf import ITerraformDependable, TerraformProvider, Token
from cdktf_cdktf_provider_google.data_google_dns_managed_zone import DataGoogleDnsManagedZone
from cdktf_cdktf_provider_google.data_google_dns_managed_zones import DataGoogleDnsManagedZones
from constructs import Construct
from constructs.google.apis import enable
from constructs.shared.lifecycle import checked
from constructs.shared.references import attribute
from constructs.shared.stages import ZoneOutputs


class ExistingZone(Construct):
    """Looks up a public managed zone of the project by its domain."""

    outputs: ZoneOutputs

    def __init__(self, scope: Construct, id_: str, zone: str) -> None:
        super().__init__(scope, id_)
        name = zone_name(self, "zones", zone, after=enable(self, "dns"))
        DataGoogleDnsManagedZone(self, "zone", name=name)
        address = ("data.google_dns_managed_zone", "zone")
        self.outputs = ZoneOutputs(
            zone=zone,
            zone_id=attribute(*address, "name"),
            name_servers=Token.as_list(attribute(*address, "name_servers")),
            ds_record="",
        )


def zone_name(
    scope: Construct,
    id_: str,
    zone: str,
    *,
    provider: TerraformProvider | None = None,
    after: ITerraformDependable | None = None,
) -> str:
    """The name in Cloud DNS of the public zone of a domain, which must be the only one."""
    public = f'one.dns_name == "{zone}." && one.visibility == "public"'
    DataGoogleDnsManagedZones(
        scope,
        id_,
        provider=provider,
        depends_on=[after] if after else None,
        lifecycle=checked(
            (
                f"length([for one in self.managed_zones : one if {public}]) == 1",
                f"There must be exactly one public zone {zone} in the project: "
                "make it, or remove the others.",
            )
        ),
    )
    every = f"data.google_dns_managed_zones.{id_}.managed_zones"
    return f"${{one([for one in {every} : one.name if {public}])}}"
