"""The records of a zone in its parent, which is a zone of Route 53."""

from __future__ import annotations

from cdktf import TerraformProvider, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs.shared.stages import DELEGATION_TTL, DelegationConfig


def delegate(
    stack: TerraformStack, config: DelegationConfig, *, provider: TerraformProvider | None
) -> None:
    """Makes the NS record, and the DS record of a signed zone."""
    parent = DataAwsRoute53Zone(
        stack, "parent", provider=provider, name=config.parent, private_zone=False
    ).zone_id
    records = {"delegation": ("NS", config.name_servers)}
    if config.ds_record:
        records["signature"] = ("DS", [config.ds_record])
    for id_, (type_, values) in records.items():
        Route53Record(
            stack,
            id_,
            provider=provider,
            zone_id=parent,
            name=config.zone,
            type=type_,
            ttl=DELEGATION_TTL,
            records=values,
        )
