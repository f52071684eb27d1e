"""The records of a zone in its parent, which is a zone of Cloud DNS."""

from __future__ import annotations

from cdktf import Fn, TerraformProvider, TerraformStack
from cdktf_cdktf_provider_google.dns_record_set import DnsRecordSet
from constructs.google.existing_zone import zone_name
from constructs.shared.stages import DELEGATION_TTL, DelegationConfig


def delegate(
    stack: TerraformStack, config: DelegationConfig, *, provider: TerraformProvider | None
) -> None:
    """Makes the NS record, and the DS record of a signed zone."""
    parent = zone_name(stack, "parent", config.parent, provider=provider)
    # Google wants the last dot, which other clouds leave out.
    dotted = Fn.replace(Fn.join(",", config.name_servers), "/[.]?(,|$)/", ".$1")
    records = {"delegation": ("NS", Fn.split(",", dotted))}
    if config.ds_record:
        records["signature"] = ("DS", [config.ds_record])
    for id_, (type_, values) in records.items():
        DnsRecordSet(
            stack,
            id_,
            provider=provider,
            managed_zone=parent,
            name=f"{config.zone}.",
            type=type_,
            ttl=DELEGATION_TTL,
            rrdatas=values,
        )
