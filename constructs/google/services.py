"""What Google Cloud gives to the addons of a GKE cluster. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs.google.rights import ACCOUNTS
from constructs.shared.services import ClusterServices, LoadBalancer, ServicesConfig

STORAGE_CLASS = "standard-rwo"
"""GKE's own: a balanced disk, made where its pod runs.
https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/gce-pd-csi-driver"""
ADMINISTRATORS = "groundplan-administrators"


def cluster_services(config: ServicesConfig, *, project: str) -> ClusterServices:
    """The services of one cluster."""
    zone_id = config.zone.zone_id if config.zone else ""
    return ClusterServices(
        load_balancer=_load_balancer(),
        # GKE makes load balancers, scales nodes, measures pods and has a default storage class.
        balancing=None,
        autoscaler_values=None,
        metrics_server=False,
        storage_class=STORAGE_CLASS,
        objects=_administrators(config.administrators),
        dns_solver={"cloudDNS": {"project": project, "hostedZoneName": zone_id}},
        dns_values={
            "provider": {"name": "google"},
            # By name: several zones may have the same domain, and the identity may write to this
            # one only.
            "extraArgs": {"google-project": project, "zone-id-filter": zone_id},
        },
        # IAM knows the service accounts themselves: nothing ties them to another identity.
        annotations={workload: {} for workload in (*ACCOUNTS, "autoscaler", "load-balancers")},
    )


def _load_balancer() -> LoadBalancer:
    """A network load balancer of the region, which passes packets through.

    Pods see who is calling: nothing is sent on to another node.
    https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer
    """
    return LoadBalancer(annotations={"cloud.google.com/l4-rbs": "enabled"}, traffic_policy="Local")


def _administrators(members: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Full rights by the cluster's own RBAC: rights by IAM would be for all clusters."""
    if not members:
        return ()
    group = "rbac.authorization.k8s.io"
    return (
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": ADMINISTRATORS},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [_subject(member) for member in members],
        },
    )


def _subject(member: str) -> dict[str, str]:
    """A member of IAM as GKE names it to Kubernetes: a service account is a user there."""
    kind, _, address = member.partition(":")
    return {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "Group" if kind == "group" else "User",
        "name": address,
    }
