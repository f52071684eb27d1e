"""What runs on a cluster and acts on AWS: its service account, and the rights it needs. Pure.

Callers: the cluster's blocks, which make an identity of each (`workloads.py`), and `services.py`,
which tells the charts the names of the service accounts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from constructs.aws import rights
from constructs.aws.role import Statement
from constructs.shared.stages import Workload as WorkloadName


@dataclass(frozen=True)
class ServiceAccount:
    """Who acts."""

    namespace: str
    name: str


@dataclass(frozen=True)
class Workload:
    """A service account that acts on the cloud."""

    name: str
    account: ServiceAccount
    managed: tuple[str, ...] = ()
    """Names of policies that AWS manages."""
    allowed: tuple[Statement, ...] = ()


CORE = (
    Workload(
        "vpc-cni", ServiceAccount("kube-system", "aws-node"), managed=("AmazonEKS_CNI_Policy",)
    ),
    Workload(
        "aws-ebs-csi-driver",
        ServiceAccount("kube-system", "ebs-csi-controller-sa"),
        managed=("service-role/AmazonEBSCSIDriverPolicy",),
    ),
)
"""Add-ons of `core_addons.py` that act on the cloud; an existing cluster has its own."""
ACCOUNTS: Mapping[WorkloadName, ServiceAccount] = {
    "cert-manager": ServiceAccount("cert-manager", "cert-manager"),
    "external-dns": ServiceAccount("external-dns", "external-dns"),
    "autoscaler": ServiceAccount("kube-system", "cluster-autoscaler"),
    "load-balancers": ServiceAccount("kube-system", "aws-load-balancer-controller"),
}
"""The service accounts of the addons."""


def addon_workloads(
    wanted: Collection[WorkloadName], *, region: str, cluster: str, zone_id: str | None
) -> tuple[Workload, ...]:
    """The workloads among `wanted`, each limited to the cluster `cluster` or the zone.

    Without a zone there is nothing that cert-manager and external-dns could write to.
    """
    allowed: dict[WorkloadName, tuple[Statement, ...]] = {
        "autoscaler": rights.scale_nodes(region, cluster),
        "load-balancers": rights.make_load_balancers(region, cluster),
    }
    if zone_id is not None:
        allowed["cert-manager"] = rights.answer_challenges(region, zone_id)
        allowed["external-dns"] = rights.write_records(region, zone_id)
    return tuple(
        Workload(name, account, allowed=allowed[name])
        for name, account in ACCOUNTS.items()
        if name in wanted and name in allowed
    )
