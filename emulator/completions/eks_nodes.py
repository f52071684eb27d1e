"""Managed node groups: https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from emulator.completions import eks_access, eks_versions
from emulator.completions.eks_store import (
    ClusterParts,
    Shape,
    Store,
    in_use,
    invalid,
    new_id,
    not_found,
    now,
    page,
)
from emulator.completions.eks_updates import note

DEFAULT_SIZE = {"minSize": 1, "maxSize": 2, "desiredSize": 2}


def create(store: Store, name: str, body: Shape) -> Shape:
    """CreateNodegroup."""
    parts = store.parts(name)
    group = body["nodegroupName"]
    if group in parts.groups:
        raise in_use(
            f"NodeGroup already exists with name {group} and cluster name {name}",
            clusterName=name,
            nodegroupName=group,
        )
    size = {**DEFAULT_SIZE, **body.get("scalingConfig", {})}
    _check_size(size)
    _check_subnets(store, parts, body["subnets"])
    _check_launch_template(body)
    version = body.get("version") or parts.cluster["version"]
    _check_version(parts, version)
    id_ = new_id()
    shape = {
        "nodegroupName": group,
        "nodegroupArn": store.arn("nodegroup", name, group, id_),
        "clusterName": name,
        "version": version,
        "releaseVersion": body.get("releaseVersion") or _release(version),
        "createdAt": now(),
        "modifiedAt": now(),
        "status": "ACTIVE",
        "capacityType": body.get("capacityType", "ON_DEMAND"),
        "scalingConfig": size,
        "instanceTypes": body.get("instanceTypes") or ["t3.medium"],
        "subnets": body["subnets"],
        "amiType": body.get("amiType", "AL2023_x86_64_STANDARD"),
        "nodeRole": body["nodeRole"],
        "labels": body.get("labels", {}),
        "taints": body.get("taints", []),
        "resources": {"autoScalingGroups": [{"name": f"eks-{group}-{id_}"}]},
        "health": {"issues": []},
        "updateConfig": body.get("updateConfig") or {"maxUnavailable": 1},
        "tags": body.get("tags", {}),
    }
    for optional in ("remoteAccess", "nodeRepairConfig"):
        if optional in body:
            shape[optional] = body[optional]
    if "launchTemplate" in body:
        shape["launchTemplate"] = _launch_template(store, body["launchTemplate"])
    else:
        shape["diskSize"] = body.get("diskSize", 20)
    parts.groups[group] = shape
    eks_access.admit_nodes(store, parts, body["nodeRole"])
    return {"nodegroup": shape}


def list_(store: Store, name: str, body: Shape) -> Shape:
    """ListNodegroups."""
    return page(body, "nodegroups", sorted(store.parts(name).groups))


def describe(store: Store, name: str, group: str, body: Shape) -> Shape:
    """DescribeNodegroup."""
    return {"nodegroup": _group(store.parts(name), name, group)}


def delete(store: Store, name: str, group: str, body: Shape) -> Shape:
    """DeleteNodegroup."""
    parts = store.parts(name)
    shape = _group(parts, name, group)
    del parts.groups[group]
    if all(one["nodeRole"] != shape["nodeRole"] for one in parts.groups.values()):
        eks_access.dismiss_nodes(parts, shape["nodeRole"])
    return {"nodegroup": {**shape, "status": "DELETING"}}


def update_config(store: Store, name: str, group: str, body: Shape) -> Shape:
    """UpdateNodegroupConfig."""
    parts = store.parts(name)
    shape = _group(parts, name, group)
    if "scalingConfig" in body:
        size = {**shape["scalingConfig"], **body["scalingConfig"]}
        _check_size(size)
        shape["scalingConfig"] = size
    for member in ("updateConfig", "nodeRepairConfig"):
        if member in body:
            shape[member] = body[member]
    labels = body.get("labels", {})
    shape["labels"] = {
        key: value
        for key, value in {**shape["labels"], **labels.get("addOrUpdateLabels", {})}.items()
        if key not in labels.get("removeLabels", [])
    }
    taints = body.get("taints", {})
    changed = [*taints.get("addOrUpdateTaints", []), *taints.get("removeTaints", [])]
    keys = {(one["key"], one["effect"]) for one in changed}
    shape["taints"] = [
        one for one in shape["taints"] if (one["key"], one["effect"]) not in keys
    ] + taints.get("addOrUpdateTaints", [])
    shape["modifiedAt"] = now()
    return note(parts, "ConfigUpdate", group, **body.get("scalingConfig", {}))


def update_version(store: Store, name: str, group: str, body: Shape) -> Shape:
    """UpdateNodegroupVersion."""
    parts = store.parts(name)
    shape = _group(parts, name, group)
    version = body.get("version") or shape["version"]
    if not {"version", "releaseVersion", "launchTemplate"} & set(body):
        version = parts.cluster["version"]
    _check_version(parts, version)
    if _minor(version) < _minor(shape["version"]):
        raise invalid(f"Requested version {version} is older than {shape['version']}")
    shape["version"] = version
    shape["releaseVersion"] = body.get("releaseVersion") or _release(version)
    if "launchTemplate" in body:
        shape["launchTemplate"] = _launch_template(store, body["launchTemplate"])
    shape["modifiedAt"] = now()
    return note(parts, "VersionUpdate", group, version=version)


def _group(parts: ClusterParts, name: str, group: str) -> Shape:
    if group not in parts.groups:
        raise not_found(
            f"No node group found for name: {group}.", clusterName=name, nodegroupName=group
        )
    return parts.groups[group]


def _check_size(size: Shape) -> None:
    if not size["minSize"] <= size["desiredSize"] <= size["maxSize"]:
        raise invalid(f"desired capacity {size['desiredSize']} is not between minSize and maxSize")


def _check_launch_template(body: Shape) -> None:
    if "launchTemplate" in body and "diskSize" in body:
        raise invalid("Disk size must be specified within the launch template.")


def _check_version(parts: ClusterParts, version: str) -> None:
    """A node may be older than its control plane, never newer."""
    eks_versions.check(version)
    if _minor(version) > _minor(parts.cluster["version"]):
        raise invalid(f"Version {version} is newer than the cluster's {parts.cluster['version']}")


def _check_subnets(store: Store, parts: ClusterParts, subnets: list[str]) -> None:
    ec2: Any = ec2_backends[store.account_id][store.region_name]
    network = parts.cluster["resourcesVpcConfig"]["vpcId"]
    if any(ec2.get_subnet(one).vpc_id != network for one in subnets):
        raise invalid("Subnets are not in the VPC of the cluster")


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def _launch_template(store: Store, given: Shape) -> Shape:
    ec2: Any = ec2_backends[store.account_id][store.region_name]
    if "id" in given:
        template = ec2.describe_launch_templates(template_ids=[given["id"]])[0]
    else:
        template = ec2.describe_launch_templates(template_names=[given["name"]])[0]
    version = given.get("version") or str(template.default_version_number)
    return {"id": template.id, "name": template.name, "version": str(version)}


def _release(version: str) -> str:
    """Invented, in the form of the releases of Amazon Linux for EKS."""
    return f"{version}.0-20260101"
