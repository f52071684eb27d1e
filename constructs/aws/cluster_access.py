"""Who may use the Kubernetes API: EKS access entries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cdktf_cdktf_provider_aws.eks_access_entry import EksAccessEntry
from cdktf_cdktf_provider_aws.eks_access_policy_association import (
    EksAccessPolicyAssociation,
    EksAccessPolicyAssociationAccessScope,
)
from constructs import Construct
from constructs.aws.arn import partition


class ClusterAccess(Construct):
    """Full rights for each of `administrators`, ARNs of IAM users or roles.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: str,
        region: str,
        administrators: Sequence[str],
    ) -> None:
        super().__init__(scope, id_)
        policy = (
            f"arn:{partition(region)}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
        )
        for principal in administrators:
            id_ = _id(principal)
            entry = EksAccessEntry(self, id_, cluster_name=cluster, principal_arn=principal)
            EksAccessPolicyAssociation(
                self,
                f"{id_}-admin",
                cluster_name=cluster,
                principal_arn=principal,
                policy_arn=policy,
                access_scope=EksAccessPolicyAssociationAccessScope(type="cluster"),
                depends_on=[entry],
            )


def _id(principal: str) -> str:
    """The principal's own name, told apart from its namesakes of other accounts and paths."""
    return f"{principal.rpartition('/')[2]}-{hashlib.sha256(principal.encode()).hexdigest()[:6]}"
