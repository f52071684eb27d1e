"""What AWS gives to the addons of an EKS cluster. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs.aws.charts import LOAD_BALANCER_CONTROLLER
from constructs.aws.workload import ACCOUNTS
from constructs.shared.services import (
    CloudRelease,
    ClusterServices,
    LoadBalancer,
    ServicesConfig,
)

STORAGE_CLASS = "groundplan-gp3"
PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
"""Where a load balancer's own addresses can be: those a VPC may have."""
BALANCER = "service.beta.kubernetes.io/aws-load-balancer"


def cluster_services(
    config: ServicesConfig, *, region: str, tags: Mapping[str, str]
) -> ClusterServices:
    """The services of one cluster."""
    annotations = {workload: _account(config, workload) for workload in ACCOUNTS}
    zone_id = config.zone.zone_id if config.zone else ""
    return ClusterServices(
        load_balancer=_load_balancer(),
        controllers=(_controller(config, region, annotations["load-balancers"], tags),),
        objects=(_storage_class(default=config.own),),
        storage_class=STORAGE_CLASS,
        dns_solver={"route53": {"region": region, "hostedZoneID": zone_id}},
        dns_values={
            "provider": {"name": "aws"},
            "env": [{"name": "AWS_DEFAULT_REGION", "value": region}],
            # By id: names are not unique, and the identity may write to this one only.
            "extraArgs": {"zone-id-filter": zone_id},
        },
        autoscaler_values={
            "cloudProvider": "aws",
            "awsRegion": region,
            # Node groups carry the tags that are looked for: EKS puts them there.
            # https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
            "autoDiscovery": {"clusterName": config.cluster.cluster_name},
        },
        metrics_server=True,
        annotations=annotations,
    )


def _account(config: ServicesConfig, workload: str) -> dict[str, str]:
    """Pod identities need no annotation: AWS keeps the tie itself."""
    if config.workload_identity == "pod_identity":
        return {}
    identities = config.cluster.workload_identities
    return {"eks.amazonaws.com/role-arn": identities[workload]}


def _load_balancer() -> LoadBalancer:
    """A network load balancer that sends to pods; it tells them who is calling."""
    return LoadBalancer(
        annotations={
            f"{BALANCER}-scheme": "internet-facing",
            f"{BALANCER}-nlb-target-type": "ip",
            # Keeping the caller's address in the packets would be simpler, but then a pod can't
            # call itself through the load balancer.
            # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/
            f"{BALANCER}-proxy-protocol": "*",
            f"{BALANCER}-attributes": "load_balancing.cross_zone.enabled=true",
        },
        class_name="service.k8s.aws/nlb",
        proxies=PRIVATE,
    )


def _controller(
    config: ServicesConfig,
    region: str,
    annotations: Mapping[str, str],
    tags: Mapping[str, str],
) -> CloudRelease:
    account = ACCOUNTS["load-balancers"]
    return CloudRelease(
        name="load-balancers",
        namespace=account.namespace,
        chart=LOAD_BALANCER_CONTROLLER,
        values={
            "clusterName": config.cluster.cluster_name,
            # Asked from the node's metadata otherwise, which pods can't reach.
            "region": region,
            "vpcId": config.cluster.network_id,
            "serviceAccount": {"name": account.name, "annotations": dict(annotations)},
            "defaultTags": dict(tags),
            "replicaCount": 2,
            "podDisruptionBudget": {"maxUnavailable": 1},
            "resources": {
                "requests": {"cpu": "50m", "memory": "128Mi"},
                "limits": {"memory": "256Mi"},
            },
            "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
            # The certificate of its webhook is made once, not at every upgrade.
            "keepTLSSecret": True,
            # Services only: ingresses are the ingress controller's, and what is switched off
            # here its identity has no right to.
            "createIngressClassResource": False,
            "ingressClassParams": {"create": False},
            "webhookConfig": {"disableIngressValidation": True},
            "enableShield": False,
            "enableWaf": False,
            "enableWafv2": False,
        },
    )


def _storage_class(*, default: bool) -> dict[str, Any]:
    """EKS makes no default class since 1.30. https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html"""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": STORAGE_CLASS,
            "annotations": {"storageclass.kubernetes.io/is-default-class": str(default).lower()},
        },
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"type": "gp3", "encrypted": "true"},
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
        "reclaimPolicy": "Delete",
    }
