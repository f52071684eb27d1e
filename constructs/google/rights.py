"""The least rights that the addons' workloads need, as permissions of roles of our own. Pure.

Google's own roles for DNS would let them change or delete the zone. Writing is granted on one
zone; only the list of zones can be granted no finer than on the project. Cloud DNS knows no
condition on a record's type: cert-manager could write other records than its challenges.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from constructs.shared.stages import Workload

WRITE_RECORDS = (
    "dns.changes.create",
    "dns.changes.get",
    "dns.changes.list",
    "dns.managedZones.get",
    "dns.resourceRecordSets.create",
    "dns.resourceRecordSets.delete",
    "dns.resourceRecordSets.get",
    "dns.resourceRecordSets.list",
    "dns.resourceRecordSets.update",
)
"""On one zone. https://cert-manager.io/docs/configuration/acme/dns01/google/ and
https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/gke/"""
LIST_ZONES = ("dns.managedZones.list",)
"""On the project: external-dns looks for its zone among all; cert-manager is told its name."""
NODES = ("roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader")
"""Logs and metrics, and the images of the project.
https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa"""
FIND_CLUSTERS = "roles/container.clusterViewer"
"""To reach a cluster's API; what one may do there, the cluster's own RBAC says."""
USE_PROJECT = "roles/serviceusage.serviceUsageConsumer"
"""To ask on the project's account: people of a workforce pool have no project of their own.
https://cloud.google.com/iam/docs/workforce-obtaining-short-lived-credentials"""


@dataclass(frozen=True)
class ServiceAccount:
    """Who acts, on the cluster."""

    namespace: str
    name: str


ACCOUNTS: Mapping[Workload, ServiceAccount] = {
    "cert-manager": ServiceAccount("cert-manager", "cert-manager"),
    "external-dns": ServiceAccount("external-dns", "external-dns"),
}
"""The workloads that act on Google Cloud. GKE itself scales nodes and makes load balancers."""


def actors(wanted: Collection[Workload], zone_id: str | None) -> list[Workload]:
    """Those among `wanted` that get rights. Without a zone there is nothing to write to."""
    return [name for name in ACCOUNTS if name in wanted and zone_id is not None]
