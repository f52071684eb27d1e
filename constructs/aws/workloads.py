"""Identities of workloads: which service account acts as which IAM role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.eks_pod_identity_association import EksPodIdentityAssociation
from constructs import Construct
from constructs.aws.arn import managed_policy
from constructs.aws.role import Role, Statement, trust
from constructs.aws.workload import Workload


@dataclass(frozen=True)
class IdentitySource:
    """Who vouches for a service account: the Pod Identity agent, or the cluster's OIDC provider."""

    cluster: str
    provider_arn: str | None = None
    provider_url: str | None = None
    """Without the scheme, as IAM stores it."""

    def trusted(self, namespace: str, service_account: str) -> Statement:
        """The trust policy of a role for one service account."""
        if not self.provider_arn:
            return trust("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession")
        subject = f"system:serviceaccount:{namespace}:{service_account}"
        return {
            "Effect": "Allow",
            "Principal": {"Federated": self.provider_arn},
            "Action": ["sts:AssumeRoleWithWebIdentity"],
            "Condition": {
                "StringEquals": {
                    f"{self.provider_url}:sub": subject,
                    f"{self.provider_url}:aud": "sts.amazonaws.com",
                }
            },
        }


class Workloads(Construct):
    """A role for each workload, and its tie to the service account."""

    roles: dict[str, str]
    """Workload → ARN of its role."""
    resources: list[ITerraformDependable]
    """What must exist before a workload may act."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        source: IdentitySource,
        region: str,
        prefix: str,
        workloads: Sequence[Workload],
    ) -> None:
        super().__init__(scope, id_)
        self._source, self._region, self._prefix = source, region, prefix
        self.roles, self.resources = {}, []
        for workload in workloads:
            self._identity(workload)

    def _identity(self, workload: Workload) -> None:
        role = Role(
            self,
            workload.name,
            name=f"{self._prefix}-{workload.name}",
            trusted=self._source.trusted(workload.account.namespace, workload.account.name),
            managed=[managed_policy(self._region, name) for name in workload.managed],
            allowed=workload.allowed,
        )
        self.roles[workload.name] = role.arn
        self.resources.extend(role.policies)
        if self._source.provider_arn:
            return
        self.resources.append(
            EksPodIdentityAssociation(
                self,
                f"{workload.name}-pods",
                cluster_name=self._source.cluster,
                namespace=workload.account.namespace,
                service_account=workload.account.name,
                role_arn=role.arn,
            )
        )
