"""Identities of workloads: which service account acts as which IAM role, with which rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.eks_pod_identity_association import EksPodIdentityAssociation
from constructs import Construct
from constructs.aws.arn import managed_policy, partition
from constructs.aws.role import Role, Statement, trust


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


@dataclass(frozen=True)
class Workload:
    """A service account that acts on the cloud."""

    name: str
    namespace: str
    service_account: str
    managed: tuple[str, ...] = ()
    """Names of policies that AWS manages."""
    allowed: tuple[Statement, ...] = ()


CORE = (
    Workload("vpc-cni", "kube-system", "aws-node", managed=("AmazonEKS_CNI_Policy",)),
    Workload(
        "aws-ebs-csi-driver",
        "kube-system",
        "ebs-csi-controller-sa",
        managed=("service-role/AmazonEBSCSIDriverPolicy",),
    ),
)
"""Add-ons of `core_addons.py` that act on the cloud."""


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
        zone_id: str | None,
        core: bool,
    ) -> None:
        """`core`: also the identities of the core add-ons; an existing cluster has its own."""
        super().__init__(scope, id_)
        self._source, self._region, self._prefix = source, region, prefix
        self.roles, self.resources = {}, []
        for workload in (*(CORE if core else ()), *dns_workloads(region, zone_id)):
            self._identity(workload)

    def _identity(self, workload: Workload) -> None:
        role = Role(
            self,
            workload.name,
            name=f"{self._prefix}-{workload.name}",
            trusted=self._source.trusted(workload.namespace, workload.service_account),
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
                namespace=workload.namespace,
                service_account=workload.service_account,
                role_arn=role.arn,
            )
        )


def dns_workloads(region: str, zone_id: str | None) -> Sequence[Workload]:
    """cert-manager and external-dns, each limited to one zone; none without a zone.

    Sources: https://cert-manager.io/docs/configuration/acme/dns01/route53/ and
    https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/
    """
    if zone_id is None:
        return ()
    arn = f"arn:{partition(region)}:route53:::"
    zone = f"{arn}hostedzone/{zone_id}"
    changes = _allow(["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"], zone)
    find = _allow(["route53:ListHostedZones", "route53:ListHostedZonesByName"], "*")
    certificates = (
        _allow(["route53:GetChange"], f"{arn}change/*"),
        {**changes, "Condition": _only_types("TXT")},
        _allow(["route53:ListHostedZonesByName"], "*"),
    )
    records = (changes, find, _allow(["route53:ListTagsForResources"], "*"))
    return (
        Workload("cert-manager", "cert-manager", "cert-manager", allowed=certificates),
        Workload("external-dns", "external-dns", "external-dns", allowed=records),
    )


def _allow(actions: Sequence[str], resource: str) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": [resource]}


def _only_types(*types: str) -> Statement:
    """Limits changes to records of some types; calls that name no record are not limited."""
    return {
        "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": list(types)}
    }
