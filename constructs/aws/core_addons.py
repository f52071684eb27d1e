"""The add-ons of EKS that every cluster needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.data_aws_eks_addon_version import DataAwsEksAddonVersion
from cdktf_cdktf_provider_aws.eks_addon import EksAddon
from constructs import Construct

BEFORE_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
"""A node becomes ready with the network add-on, and pods get identities with the agent."""
AFTER_NODES = ("coredns", "aws-ebs-csi-driver")
"""These become active only when their pods run, so they wait for nodes."""


class CoreAddons(Construct):
    """Installs add-ons: the version pinned, or the one that AWS names for the cluster's version."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: str,
        version: str,
        pinned: Mapping[str, str],
        roles: Mapping[str, str],
    ) -> None:
        """`roles`: add-on → ARN of the role its service account is annotated with (IRSA)."""
        super().__init__(scope, id_)
        self._cluster = cluster
        self._version = version
        self._pinned = pinned
        self._roles = roles

    def install(
        self, names: Sequence[str], *, after: Sequence[ITerraformDependable]
    ) -> list[ITerraformDependable]:
        """Makes the add-ons `names` once `after` exists; returns them to be waited for."""
        return [self._addon(name, after) for name in names]

    def _addon(self, name: str, after: Sequence[ITerraformDependable]) -> EksAddon:
        return EksAddon(
            self,
            name,
            cluster_name=self._cluster,
            addon_name=name,
            addon_version=self._pinned.get(name) or self._default_version(name),
            service_account_role_arn=self._roles.get(name),
            # Settings that somebody changed by hand go back to what the manifest says.
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            depends_on=list(after) or None,
        )

    def _default_version(self, name: str) -> str:
        """AWS's default; the newest would change plans on the day it is released."""
        return DataAwsEksAddonVersion(
            self, f"{name}-version", addon_name=name, kubernetes_version=self._version
        ).version
