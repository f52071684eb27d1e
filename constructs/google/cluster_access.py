"""Who can reach the Kubernetes API of a GKE cluster.

What people may do there is an object on the cluster: see `services.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cdktf_cdktf_provider_google.container_cluster import (
    ContainerClusterMasterAuthorizedNetworksConfig,
    ContainerClusterMasterAuthorizedNetworksConfigCidrBlocks,
)
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember
from constructs import Construct
from constructs.google.rights import FIND_CLUSTERS
from constructs.shared.stages import ClusterConfig

ANYWHERE = "0.0.0.0/0"


def admit(scope: Construct, members: Sequence[str], *, project: str) -> None:
    """Lets `members` of IAM find the cluster and pass its door."""
    for member in members:
        ProjectIamMember(
            scope,
            f"administrator-{_id(member)}",
            project=project,
            role=FIND_CLUSTERS,
            member=member,
        )


def allowed(config: ClusterConfig) -> ContainerClusterMasterAuthorizedNetworksConfig | None:
    """From which addresses: the network's own only, some besides, or all (None)."""
    if config.public_endpoint and ANYWHERE in config.allowed_cidrs:
        return None
    block = ContainerClusterMasterAuthorizedNetworksConfigCidrBlocks
    cidrs = config.allowed_cidrs if config.public_endpoint else ()
    return ContainerClusterMasterAuthorizedNetworksConfig(
        cidr_blocks=[block(cidr_block=cidr) for cidr in cidrs] or None,
        # Else every virtual machine of Google Cloud, whoever's, would be let through.
        gcp_public_cidrs_access_enabled=False,
    )


def _id(member: str) -> str:
    """The member's own name, told apart from its namesakes."""
    kind, _, address = member.partition(":")
    digest = hashlib.sha256(member.encode()).hexdigest()[:6]
    return f"{kind}-{address.partition('@')[0]}-{digest}"
