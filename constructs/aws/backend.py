"""Storage for Terraform state, configs and secrets on AWS."""

from __future__ import annotations

import json

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from constructs import Construct
from constructs.aws.arn import partition
from constructs.shared.lifecycle import protection
from constructs.shared.references import attribute
from constructs.shared.stages import BackendConfig, BackendOutputs

BUCKET_ADDRESS = "aws_s3_bucket.state"
KEY_DELETION_DAYS = 30
UNFINISHED_UPLOAD_DAYS = 7


class Backend(Construct):
    """A versioned, encrypted, TLS-only, private bucket; its key; entries in Secrets Manager.

    The bucket is the first thing of an infrastructure that exists: it is made alone, with local
    state that then moves into it (`rollout/bootstrap.py`). So it depends on nothing.
    """

    outputs: BackendOutputs

    def __init__(
        self, scope: Construct, id_: str, config: BackendConfig, *, region: str, secret_prefix: str
    ) -> None:
        super().__init__(scope, id_)
        S3Bucket(
            self,
            "state",
            bucket=config.bucket,
            # Destroying the stage empties the bucket of its versions; `protected` refuses that.
            force_destroy=not config.protected,
            lifecycle=protection(config.protected),
        )
        bucket = attribute("aws_s3_bucket", "state", "id")
        key = self._key(config)
        self._close(bucket, f"arn:{partition(region)}:s3:::{config.bucket}")
        self._encrypt(bucket, key)
        self._keep_versions(bucket, config.old_versions_days)
        self._secrets(config, secret_prefix, key)
        self.outputs = BackendOutputs(
            bucket=bucket, key_id=key, secret_prefix=secret_prefix, config_prefix="config/"
        )

    def _key(self, config: BackendConfig) -> str:
        """Makes the key; gives its ARN."""
        KmsKey(
            self,
            "key",
            description=f"State, configs and secrets in {config.bucket}",
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_DAYS,
            lifecycle=protection(config.protected),
        )
        key_id = attribute("aws_kms_key", "key", "key_id")
        KmsAlias(self, "key-alias", name=f"alias/{config.bucket}", target_key_id=key_id)
        return attribute("aws_kms_key", "key", "arn")

    def _close(self, bucket: str, arn: str) -> None:
        """No public access of any kind, no access lists, TLS only."""
        block = S3BucketPublicAccessBlock(
            self,
            "no-public-access",
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketOwnershipControls(
            self,
            "owner",
            bucket=bucket,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        # S3 refuses changes to policy and access block that run at the same time.
        S3BucketPolicy(self, "tls-only", bucket=bucket, policy=_tls_only(arn), depends_on=[block])

    def _encrypt(self, bucket: str, key: str) -> None:
        by_default = (
            S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA
        )
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=bucket,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=by_default(
                        sse_algorithm="aws:kms", kms_master_key_id=key
                    ),
                    bucket_key_enabled=True,
                )
            ],
        )

    def _keep_versions(self, bucket: str, days: int) -> None:
        versioning = S3BucketVersioningA(
            self,
            "versioning",
            bucket=bucket,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        rule = S3BucketLifecycleConfigurationRule(
            id="old-versions",
            status="Enabled",
            filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
            noncurrent_version_expiration=[
                S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=days)
            ],
            abort_incomplete_multipart_upload=[
                S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                    days_after_initiation=UNFINISHED_UPLOAD_DAYS
                )
            ],
        )
        S3BucketLifecycleConfiguration(
            self, "lifecycle", bucket=bucket, rule=[rule], depends_on=[versioning]
        )

    def _secrets(self, config: BackendConfig, prefix: str, key: str) -> None:
        """Entries only. A value set through Terraform would stand in its state."""
        for name in config.secret_names:
            SecretsmanagerSecret(
                self,
                f"secret-{name}",
                name=f"{prefix}{name}",
                kms_key_id=key,
                recovery_window_in_days=config.secret_recovery_days,
                lifecycle=protection(config.protected),
            )


def _tls_only(bucket_arn: str) -> str:
    """Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"""
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
