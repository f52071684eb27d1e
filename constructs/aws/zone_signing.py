"""DNSSEC for a hosted zone: a key in KMS, a key-signing key, signing switched on."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.route53_hosted_zone_dnssec import Route53HostedZoneDnssec
from cdktf_cdktf_provider_aws.route53_key_signing_key import Route53KeySigningKey
from constructs import Construct
from constructs.aws import provider
from constructs.aws.role import document

KEY_REGION = "us-east-1"
"""Route 53 takes signing keys of this region only.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-cmk-requirements.html
"""
KEY_DELETION_DAYS = 7


class ZoneSigning(Construct):
    """Signs a zone. `ds_record` is what the parent must publish for the chain to hold."""

    ds_record: str

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        zone: str,
        zone_id: str,
        account: str,
        tags: Mapping[str, str],
        stack: TerraformStack,
    ) -> None:
        super().__init__(scope, id_)
        key = KmsKey(
            self,
            "key",
            provider=provider.declare(
                stack, region=KEY_REGION, account=account, tags=tags, alias="signing"
            ),
            description=f"Signs the DNS zone {zone}",
            customer_master_key_spec="ECC_NIST_P256",
            key_usage="SIGN_VERIFY",
            deletion_window_in_days=KEY_DELETION_DAYS,
            policy=_key_policy(account),
        )
        signing_key = Route53KeySigningKey(
            self,
            "signing-key",
            hosted_zone_id=zone_id,
            key_management_service_arn=key.arn,
            name="groundplan",
        )
        Route53HostedZoneDnssec(self, "dnssec", hosted_zone_id=zone_id, depends_on=[signing_key])
        self.ds_record = signing_key.ds_record


def _key_policy(account: str) -> str:
    """Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/access-control-managing-permissions.html#KMS-key-policy-for-DNSSEC"""
    route53 = {"Service": "dnssec-route53.amazonaws.com"}
    own = {"StringEquals": {"aws:SourceAccount": account}}
    return document(
        {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "Sign",
            "Effect": "Allow",
            "Principal": route53,
            "Action": ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
            "Resource": "*",
            "Condition": own,
        },
        {
            "Sid": "Grant",
            "Effect": "Allow",
            "Principal": route53,
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {**own, "Bool": {"kms:GrantIsForAWSResource": True}},
        },
    )
