"""Clusters of EKS: https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html"""

from __future__ import annotations

import json
import os
import re
import secrets
from pathlib import Path
from typing import Any

from moto.ec2.models import ec2_backends

from emulator.completions.authority import certificate_authority
from emulator.completions.eks_store import (
    ClusterParts,
    Fault,
    Shape,
    Store,
    in_use,
    invalid,
    not_found,
    now,
    update,
)

API_SERVER = "GROUNDPLAN_EMULATED_KUBERNETES"
DEFAULT_VERSION = "1.34"
LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
SELF_MANAGED = ("vpc-cni", "kube-proxy", "coredns")


def create(store: Store, body: Shape) -> Shape:
    """CreateCluster."""
    name = body["name"]
    if name in store.clusters:
        raise in_use(f"Cluster already exists with name: {name}", clusterName=name)
    if not re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", body["roleArn"]):
        raise invalid(f"Role with arn: {body['roleArn']} could not be assumed.")
    access = {
        "authenticationMode": "CONFIG_MAP",
        "bootstrapClusterCreatorAdminPermissions": True,
        **body.get("accessConfig", {}),
    }
    endpoint, authority = _api_server(store, name)
    cluster = {
        "name": name,
        "arn": store.arn("cluster", name),
        "createdAt": now(),
        "version": body.get("version", DEFAULT_VERSION),
        "endpoint": endpoint,
        "roleArn": body["roleArn"],
        "resourcesVpcConfig": _network(store, body["resourcesVpcConfig"]),
        "kubernetesNetworkConfig": _service_network(body.get("kubernetesNetworkConfig", {})),
        "logging": _logging(body.get("logging")),
        "identity": {"oidc": {"issuer": _issuer(store)}},
        "status": "ACTIVE",
        "certificateAuthority": {"data": authority},
        "platformVersion": "eks.1",
        "tags": body.get("tags", {}),
        "encryptionConfig": body.get("encryptionConfig", []),
        "health": {"issues": []},
        "accessConfig": access,
        "upgradePolicy": {"supportType": "EXTENDED", **body.get("upgradePolicy", {})},
        "deletionProtection": body.get("deletionProtection", False),
    }
    for optional in ("zonalShiftConfig", "remoteNetworkConfig", "computeConfig", "storageConfig"):
        if optional in body:
            cluster[optional] = body[optional]
    store.clusters[name] = ClusterParts(cluster)
    return {"cluster": cluster}


def list_(store: Store, body: Shape) -> Shape:
    """ListClusters."""
    return {"clusters": sorted(store.clusters)}


def describe(store: Store, name: str, body: Shape) -> Shape:
    """DescribeCluster."""
    return {"cluster": store.parts(name).cluster}


def delete(store: Store, name: str, body: Shape) -> Shape:
    """DeleteCluster."""
    parts = store.parts(name)
    if parts.groups:
        raise in_use("Cluster has nodegroups attached", clusterName=name)
    if parts.cluster["deletionProtection"]:
        raise Fault(400, "InvalidRequestException", message="Deletion protection is enabled.")
    del store.clusters[name]
    return {"cluster": {**parts.cluster, "status": "DELETING"}}


def update_config(store: Store, name: str, body: Shape) -> Shape:
    """UpdateClusterConfig."""
    parts = store.parts(name)
    cluster = parts.cluster
    if "resourcesVpcConfig" in body:
        cluster["resourcesVpcConfig"].update(body["resourcesVpcConfig"])
        return update(parts, "EndpointAccessUpdate", **body["resourcesVpcConfig"])
    if "logging" in body:
        cluster["logging"] = _logging(body["logging"], cluster["logging"])
        return update(parts, "LoggingUpdate", clusterLogging=json.dumps(body["logging"]))
    if "accessConfig" in body:
        cluster["accessConfig"].update(body["accessConfig"])
        return update(parts, "AccessConfigUpdate", **body["accessConfig"])
    if "upgradePolicy" in body:
        cluster["upgradePolicy"].update(body["upgradePolicy"])
        return update(parts, "UpgradePolicyUpdate", **body["upgradePolicy"])
    if "deletionProtection" in body:
        cluster["deletionProtection"] = body["deletionProtection"]
        return update(parts, "DeletionProtectionUpdate")
    raise invalid("No changes needed for the provided input.", clusterName=name)


def update_version(store: Store, name: str, body: Shape) -> Shape:
    """UpdateClusterVersion: one minor version up at a time."""
    parts = store.parts(name)
    now_minor, wanted = (int(v.split(".")[1]) for v in (parts.cluster["version"], body["version"]))
    if wanted != now_minor + 1:
        raise invalid(
            f"Unsupported Kubernetes minor version update from {parts.cluster['version']} to "
            f"{body['version']}",
            clusterName=name,
        )
    parts.cluster["version"] = body["version"]
    return update(parts, "VersionUpdate", version=body["version"])


def describe_update(store: Store, name: str, update: str, body: Shape) -> Shape:
    """DescribeUpdate."""
    found = store.parts(name).updates.get(update)
    if not found:
        raise not_found(f"No update found for ID: {update}", clusterName=name)
    return {"update": found}


def associate_encryption(store: Store, name: str, body: Shape) -> Shape:
    """AssociateEncryptionConfig."""
    parts = store.parts(name)
    if parts.cluster["encryptionConfig"]:
        raise in_use("Cluster already has an encryption configuration.", clusterName=name)
    parts.cluster["encryptionConfig"] = body["encryptionConfig"]
    return update(parts, "AssociateEncryptionConfig")


def tags(store: Store, arn: str, body: Shape) -> Shape:
    """ListTagsForResource."""
    return {"tags": store.tagged(arn).get("tags", {})}


def tag(store: Store, arn: str, body: Shape) -> Shape:
    """TagResource."""
    store.tagged(arn).setdefault("tags", {}).update(body["tags"])
    return {}


def untag(store: Store, arn: str, body: Shape) -> Shape:
    """UntagResource."""
    for key in body.get("tagKeys", []):
        store.tagged(arn).get("tags", {}).pop(key, None)
    return {}


def _network(store: Store, given: Shape) -> Shape:
    subnets = given["subnetIds"]
    ec2: Any = ec2_backends[store.account][store.region]
    found = [ec2.get_subnet(one) for one in subnets]
    if len({subnet.availability_zone for subnet in found}) < 2:  # noqa: PLR2004
        raise invalid("Subnets specified must be in at least two different AZs")
    return {
        "endpointPublicAccess": True,
        "endpointPrivateAccess": False,
        "publicAccessCidrs": ["0.0.0.0/0"],
        "securityGroupIds": [],
        # Invented: AWS makes a group, which would have to be made and deleted in EC2.
        "clusterSecurityGroupId": f"sg-{secrets.token_hex(8)}0",
        "vpcId": found[0].vpc_id,
        **given,
    }


def _service_network(given: Shape) -> Shape:
    return {"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4", **given}


def _logging(given: Shape | None, before: Shape | None = None) -> Shape:
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


def _issuer(store: Store) -> str:
    return f"https://oidc.eks.{store.region}.amazonaws.com/id/{secrets.token_hex(16).upper()}"


def _api_server(store: Store, name: str) -> tuple[str, str]:
    """The endpoint and the certificate authority of a cluster: invented, or a real one's."""
    real = os.environ.get(API_SERVER)
    if real:
        given = json.loads(Path(real).read_text())
        return given["endpoint"], given["certificateAuthority"]
    host = f"{secrets.token_hex(16).upper()}.gr7.{store.region}.eks.amazonaws.com"
    return f"https://{host}", certificate_authority(name)
