"""Storage for Terraform state, configs and secrets on Google Cloud."""

from __future__ import annotations

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.data_google_storage_project_service_account import (
    DataGoogleStorageProjectServiceAccount,
)
from cdktf_cdktf_provider_google.secret_manager_secret import (
    SecretManagerSecret,
    SecretManagerSecretReplication,
    SecretManagerSecretReplicationUserManaged,
    SecretManagerSecretReplicationUserManagedReplicas,
)
from cdktf_cdktf_provider_google.storage_bucket import (
    StorageBucket,
    StorageBucketEncryption,
    StorageBucketLifecycleRule,
    StorageBucketLifecycleRuleAction,
    StorageBucketLifecycleRuleCondition,
    StorageBucketVersioning,
)
from constructs import Construct
from constructs.google.apis import enable
from constructs.google.key import Key
from constructs.shared.lifecycle import protection
from constructs.shared.references import attribute
from constructs.shared.stages import BackendConfig, BackendOutputs

from clouds.google_secrets import ENTRY, secret_id

BUCKET_ADDRESS = "google_storage_bucket.state"
UNFINISHED_UPLOAD_DAYS = 7
APIS = ("serviceusage", "cloudresourcemanager", "iam", "cloudkms", "storage", "secretmanager")
"""In this order: the first switches the others on, the second is asked about the project."""


class Backend(Construct):
    """A versioned, private bucket with a key of its own; entries in Secret Manager.

    The bucket is the first thing of an infrastructure that keeps state: it is made alone, with
    what it depends on (the APIs and its key), with local state that then moves into it
    (`rollout/bootstrap.py`).

    Nobody reaches it without TLS: Google answers signed requests over HTTPS only. Secrets are
    encrypted with Google's keys: one of ours needs the service's own account, and only a beta
    provider can make that.
    """

    outputs: BackendOutputs

    def __init__(
        self, scope: Construct, id_: str, config: BackendConfig, *, region: str, secret_prefix: str
    ) -> None:
        super().__init__(scope, id_)
        apis = enable(self, *APIS)
        storage = DataGoogleStorageProjectServiceAccount(self, "storage", depends_on=[apis])
        key = Key(
            self,
            "key",
            name=config.bucket,
            location=region,
            user=storage.member,
            protected=config.protected,
            after=[apis],
        )
        StorageBucket(
            self,
            "state",
            name=config.bucket,
            location=region.upper(),
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning=StorageBucketVersioning(enabled=True),
            encryption=StorageBucketEncryption(default_kms_key_name=key.id),
            lifecycle_rule=_rules(config.old_versions_days),
            # Destroying the stage empties the bucket of its versions; `protected` refuses that.
            force_destroy=not config.protected,
            lifecycle=protection(config.protected),
            depends_on=[key.grant],
        )
        for name in config.secret_names:
            self._secret(name, secret_prefix, region, config, apis)
        self.outputs = BackendOutputs(
            bucket=attribute("google_storage_bucket", "state", "name"),
            key_id=key.id,
            secret_prefix=secret_prefix,
            config_prefix="config/",
        )

    def _secret(
        self, name: str, prefix: str, region: str, config: BackendConfig, apis: ITerraformDependable
    ) -> None:
        """An entry only. A value set through Terraform would stand in its state."""
        replicas = [SecretManagerSecretReplicationUserManagedReplicas(location=region)]
        SecretManagerSecret(
            self,
            f"secret-{name}",
            secret_id=secret_id(prefix, name),
            # The id can't have all characters that a name has.
            annotations={ENTRY: name},
            replication=SecretManagerSecretReplication(
                user_managed=SecretManagerSecretReplicationUserManaged(replicas=replicas)
            ),
            lifecycle=protection(config.protected),
            depends_on=[apis],
        )


def _rules(days: int) -> list[StorageBucketLifecycleRule]:
    """Old versions go after a while; so do uploads that never came to an end."""
    return [
        StorageBucketLifecycleRule(
            action=StorageBucketLifecycleRuleAction(type="Delete"),
            condition=StorageBucketLifecycleRuleCondition(
                days_since_noncurrent_time=days, with_state="ARCHIVED"
            ),
        ),
        StorageBucketLifecycleRule(
            action=StorageBucketLifecycleRuleAction(type="AbortIncompleteMultipartUpload"),
            condition=StorageBucketLifecycleRuleCondition(age=UNFINISHED_UPLOAD_DAYS),
        ),
    ]
