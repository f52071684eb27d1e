"""What the addons must know of the cloud below a cluster: plain data that a `Cloud` fills. Pure.

Caller: `stacks/addons.py`, which hands the parts to the blocks of `constructs/kubernetes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from constructs.shared.charts import Chart
from constructs.shared.stages import ClusterOutputs, Workload, ZoneOutputs


@dataclass(frozen=True)
class ServicesConfig:
    """The cluster that the addons run on."""

    cluster: ClusterOutputs
    zone: ZoneOutputs | None
    workload_identity: Literal["pod_identity", "irsa"]
    administrators: tuple[str, ...]
    """Principals of the cloud with full rights, for clouds that keep those on the cluster."""
    own: bool
    """Whether the cluster is the infrastructure's own; in another's nothing is made a default."""


@dataclass(frozen=True)
class LoadBalancer:
    """How a Service asks for a load balancer that the cloud makes, and removes again."""

    annotations: Mapping[str, str]
    class_name: str | None = None
    """`spec.loadBalancerClass` of the Service."""
    traffic_policy: Literal["Cluster", "Local"] = "Cluster"
    """`spec.externalTrafficPolicy` of the Service; Kubernetes' own default needs no saying."""
    proxies: tuple[str, ...] = ()
    """Addresses whose PROXY protocol header is believed; none: the load balancer sends none."""


@dataclass(frozen=True)
class CloudRelease:
    """A Helm release that the clusters of one cloud need."""

    name: str
    namespace: str
    chart: Chart
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ClusterServices:
    """What a cloud gives to the addons of one cluster."""

    load_balancer: LoadBalancer
    balancing: CloudRelease | None
    """What makes load balancers: stands before the first Service, and goes after the last. None:
    the cloud's clusters do it themselves."""
    objects: tuple[Mapping[str, Any], ...]
    """Kubernetes objects that a cluster of this cloud lacks: storage classes."""
    storage_class: str | None
    """For volumes of the platform's own; None: the cluster's default."""
    dns_solver: Mapping[str, Any]
    """How cert-manager proves that the zone is ours: `dns01` of an ACME solver."""
    dns_values: Mapping[str, Any]
    """Values of the external-dns chart: the provider, and which zone."""
    autoscaler_values: Mapping[str, Any] | None
    """Values of the cluster-autoscaler chart; None: the cloud scales its nodes itself."""
    metrics_server: bool
    """Whether the cloud's clusters come without resource metrics."""
    annotations: Mapping[Workload, Mapping[str, str]] = field(default_factory=dict)
    """Workload → annotations that tie its service account to its identity."""
