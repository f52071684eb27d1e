"""Which submodules of the prebuilt provider packages this project uses: plain data.

Caller: `bindings.start`, which makes a small jsii assembly out of exactly these. A test proves
that the lists equal what `constructs/` and `stacks/` import. A submodule is called as Python
calls it: `s3_bucket` for `from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket`.
"""

from __future__ import annotations

from typing import Final

SUBMODULES: Final[dict[str, tuple[str, ...]]] = {
    "cdktf_cdktf_provider_aws": (
        "cloudwatch_log_group",
        "data_aws_availability_zones",
        "data_aws_eks_addon_version",
        "data_aws_eks_cluster",
        "data_aws_iam_openid_connect_provider",
        "data_aws_route53_zone",
        "data_aws_subnet",
        "data_aws_subnets",
        "data_aws_vpc",
        "default_security_group",
        "eip",
        "eks_access_entry",
        "eks_access_policy_association",
        "eks_addon",
        "eks_cluster",
        "eks_node_group",
        "eks_pod_identity_association",
        "flow_log",
        "iam_openid_connect_provider",
        "iam_role",
        "iam_role_policy",
        "iam_role_policy_attachment",
        "internet_gateway",
        "kms_alias",
        "kms_key",
        "launch_template",
        "nat_gateway",
        "provider",
        "route",
        "route53_hosted_zone_dnssec",
        "route53_key_signing_key",
        "route53_record",
        "route53_zone",
        "route_table",
        "route_table_association",
        "s3_bucket",
        "s3_bucket_lifecycle_configuration",
        "s3_bucket_ownership_controls",
        "s3_bucket_policy",
        "s3_bucket_public_access_block",
        "s3_bucket_server_side_encryption_configuration",
        "s3_bucket_versioning",
        "s3_object",
        "secretsmanager_secret",
        "subnet",
        "vpc",
        "vpc_endpoint",
    ),
    "cdktf_cdktf_provider_google": (
        "data_google_storage_project_service_account",
        "kms_crypto_key",
        "kms_crypto_key_iam_member",
        "kms_key_ring",
        "project_service",
        "provider",
        "secret_manager_secret",
        "storage_bucket",
        "storage_bucket_object",
    ),
    "cdktf_cdktf_provider_helm": (
        "provider",
        "release",
    ),
}
