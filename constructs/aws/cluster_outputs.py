"""What an EKS cluster gives, made here or found: the same for both."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct
from constructs.aws.kubeconfig import Kubeconfig
from constructs.shared.references import attribute
from constructs.shared.stages import ClusterOutputs, KubeconfigLocation


def cluster_outputs(
    scope: Construct,
    address: tuple[str, str],
    *,
    location: KubeconfigLocation,
    region: str,
    workload_identities: Mapping[str, str],
) -> ClusterOutputs:
    """The outputs of the cluster at `address` (kind and id); writes its kubeconfig."""
    endpoint = attribute(*address, "endpoint")
    authority = attribute(*address, "certificate_authority[0].data")
    kubeconfig = Kubeconfig(
        scope,
        "kubeconfig",
        location=location,
        cluster=attribute(*address, "name"),
        endpoint=endpoint,
        certificate_authority=authority,
        region=region,
    )
    return ClusterOutputs(
        cluster_name=attribute(*address, "name"),
        endpoint=endpoint,
        certificate_authority=authority,
        issuer=attribute(*address, "identity[0].oidc[0].issuer"),
        version=attribute(*address, "version"),
        network_id=attribute(*address, "vpc_config[0].vpc_id"),
        kubeconfig_location=kubeconfig.location,
        workload_identities=dict(workload_identities),
    )
