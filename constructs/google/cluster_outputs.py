"""What a GKE cluster gives, made here or found: the same for both."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_google.storage_bucket_object import StorageBucketObject
from constructs import Construct
from constructs.shared.kubeconfig import KIND, NAME, document
from constructs.shared.references import attribute
from constructs.shared.stages import ClusterOutputs, KubeconfigLocation

TOKEN_ARGUMENTS = ("google",)
"""Of `groundplan token`: Google's tokens are for a person, not for a cluster."""


def cluster_outputs(
    scope: Construct,
    address: tuple[str, str],
    *,
    location: KubeconfigLocation,
    workload_identities: Mapping[str, str],
) -> ClusterOutputs:
    """The outputs of the cluster at `address` (kind and id); writes its kubeconfig."""
    endpoint = f"https://{attribute(*address, 'endpoint')}"
    authority = attribute(*address, "master_auth[0].cluster_ca_certificate")
    key = f"{location.prefix}{NAME}"
    StorageBucketObject(
        scope,
        "kubeconfig",
        bucket=location.bucket,
        name=key,
        content=document(
            location.context,
            endpoint=endpoint,
            certificate_authority=authority,
            token_arguments=TOKEN_ARGUMENTS,
        ),
        content_type=KIND,
    )
    return ClusterOutputs(
        cluster_name=attribute(*address, "name"),
        endpoint=endpoint,
        certificate_authority=authority,
        issuer=f"https://container.googleapis.com/v1/{attribute(*address, 'id')}",
        version=attribute(*address, "master_version"),
        network_id=attribute(*address, "network"),
        kubeconfig_location=f"gs://{location.bucket}/{key}",
        workload_identities=dict(workload_identities),
    )
