"""Clusters of EKS: https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html"""

from __future__ import annotations

import re
import secrets
from typing import Any

from moto.ec2.models import ec2_backends

from emulator import api_server
from emulator.completions import eks_access, eks_security_groups, eks_versions
from emulator.completions.authority import certificate_authority
from emulator.completions.eks_store import (
    ClusterParts,
    Shape,
    Store,
    in_use,
    invalid,
    now,
    page,
    refused,
)

OPTIONAL = (
    "zonalShiftConfig",
    "remoteNetworkConfig",
    "computeConfig",
    "storageConfig",
    "controlPlaneScalingConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
)
"""What a cluster shows as it was given."""
LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def create(store: Store, body: Shape) -> Shape:
    """CreateCluster."""
    name = body["name"]
    if name in store.clusters:
        raise in_use(f"Cluster already exists with name: {name}", clusterName=name)
    if not re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", body["roleArn"]):
        raise invalid(f"Role with arn: {body['roleArn']} could not be assumed.")
    version = body.get("version", eks_versions.DEFAULT)
    eks_versions.check(version)
    endpoint, authority = _api_server(store, name)
    cluster = {
        "name": name,
        "arn": store.arn("cluster", name),
        "createdAt": now(),
        "version": version,
        "endpoint": endpoint,
        "roleArn": body["roleArn"],
        "resourcesVpcConfig": _network(store, name, body["resourcesVpcConfig"]),
        "kubernetesNetworkConfig": _service_network(body.get("kubernetesNetworkConfig", {})),
        "logging": logging(body.get("logging")),
        "identity": {"oidc": {"issuer": _issuer(store)}},
        "status": "ACTIVE",
        "certificateAuthority": {"data": authority},
        "platformVersion": "eks.1",
        "tags": body.get("tags", {}),
        "encryptionConfig": body.get("encryptionConfig", []),
        "health": {"issues": []},
        "accessConfig": {
            "authenticationMode": "CONFIG_MAP",
            "bootstrapClusterCreatorAdminPermissions": True,
            **body.get("accessConfig", {}),
        },
        "upgradePolicy": {"supportType": "EXTENDED", **body.get("upgradePolicy", {})},
        "deletionProtection": body.get("deletionProtection", False),
        **{member: body[member] for member in OPTIONAL if member in body},
    }
    parts = store.clusters[name] = ClusterParts(cluster)
    eks_access.admit_creator(store, parts)
    return {"cluster": cluster}


def list_(store: Store, body: Shape) -> Shape:
    """ListClusters."""
    return page(body, "clusters", sorted(store.clusters))


def describe(store: Store, name: str, body: Shape) -> Shape:
    """DescribeCluster."""
    return {"cluster": store.parts(name).cluster}


def delete(store: Store, name: str, body: Shape) -> Shape:
    """DeleteCluster."""
    parts = store.parts(name)
    if parts.groups:
        raise in_use("Cluster has nodegroups attached", clusterName=name)
    if parts.profiles:
        raise in_use("Cluster has Fargate profiles attached", clusterName=name)
    if parts.cluster["deletionProtection"]:
        raise refused("Cluster deletion protection is enabled.", clusterName=name)
    eks_security_groups.delete(store, parts.cluster)
    del store.clusters[name]
    return {"cluster": {**parts.cluster, "status": "DELETING"}}


def tags(store: Store, arn: str, body: Shape) -> Shape:
    """ListTagsForResource."""
    return {"tags": store.tagged(arn).get("tags", {})}


def tag(store: Store, arn: str, body: Shape) -> Shape:
    """TagResource."""
    store.tag_resource(arn, body["tags"])
    return {}


def untag(store: Store, arn: str, body: Shape) -> Shape:
    """UntagResource."""
    store.untag_resource(arn, body.get("tagKeys", []))
    return {}


def check_zones(store: Store, subnets: list[str]) -> str:
    """The network of a cluster's subnets. Raises Fault if they do not span two zones of one."""
    ec2: Any = ec2_backends[store.account_id][store.region_name]
    found = [ec2.get_subnet(one) for one in subnets]
    if len({subnet.availability_zone for subnet in found}) < 2:  # noqa: PLR2004
        raise invalid("Subnets specified must be in at least two different AZs")
    if len({subnet.vpc_id for subnet in found}) > 1:
        raise invalid("Subnets must be in the same VPC")
    return str(found[0].vpc_id)


def logging(given: Shape | None, before: Shape | None = None) -> Shape:
    """Every type of log, in the group of those that are on or of those that are off."""
    on = {
        one
        for setup in (before or {}).get("clusterLogging", [])
        if setup["enabled"]
        for one in setup["types"]
    }
    for setup in (given or {}).get("clusterLogging", []):
        on = on | set(setup["types"]) if setup["enabled"] else on - set(setup["types"])
    groups = [
        ([t for t in LOG_TYPES if t in on], True),
        ([t for t in LOG_TYPES if t not in on], False),
    ]
    return {"clusterLogging": [{"types": t, "enabled": state} for t, state in groups if t]}


def _network(store: Store, name: str, given: Shape) -> Shape:
    vpc_id = check_zones(store, given["subnetIds"])
    return {
        "endpointPublicAccess": True,
        "endpointPrivateAccess": False,
        "publicAccessCidrs": ["0.0.0.0/0"],
        "securityGroupIds": [],
        "clusterSecurityGroupId": eks_security_groups.create(store, name, vpc_id),
        "vpcId": vpc_id,
        **given,
    }


def _service_network(given: Shape) -> Shape:
    return {"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4", **given}


def _issuer(store: Store) -> str:
    return f"https://oidc.eks.{store.region_name}.amazonaws.com/id/{secrets.token_hex(16).upper()}"


def _api_server(store: Store, name: str) -> tuple[str, str]:
    """The endpoint and the certificate authority of a cluster: invented, or a real one's."""
    real = api_server.read().get(name)
    if real:
        return real["endpoint"], real["certificateAuthority"]
    host = f"{secrets.token_hex(16).upper()}.gr7.{store.region_name}.eks.amazonaws.com"
    return f"https://{host}", certificate_authority(name)
