"""Add-ons: https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html"""

from __future__ import annotations

from emulator.completions.eks_store import (
    ClusterParts,
    Shape,
    Store,
    in_use,
    invalid,
    new_id,
    not_found,
    now,
    update,
)

KUBERNETES = tuple(f"1.{minor}" for minor in range(31, 37))
VERSIONS = {
    "vpc-cni": ("v1.21.1-eksbuild.3", "v1.20.4-eksbuild.2"),
    "kube-proxy": None,
    "coredns": ("v1.12.4-eksbuild.1", "v1.12.3-eksbuild.1"),
    "eks-pod-identity-agent": ("v1.3.10-eksbuild.2", "v1.3.9-eksbuild.3"),
    "aws-ebs-csi-driver": ("v1.55.0-eksbuild.1", "v1.54.0-eksbuild.1"),
    "metrics-server": ("v0.8.0-eksbuild.6", "v0.8.0-eksbuild.5"),
}
"""Believable versions, the newest first; kube-proxy follows Kubernetes."""


def versions(store: Store, body: Shape) -> Shape:
    """DescribeAddonVersions. The default is the newest but one: it differs from the newest."""
    kubernetes = _first(body.get("kubernetesVersion"))
    only = _first(body.get("addonName"))
    addons = []
    for addon in VERSIONS:
        if only not in {None, addon}:
            continue
        found: dict[str, list[Shape]] = {}
        for version in KUBERNETES if kubernetes is None else (kubernetes,):
            newest, default = _versions(addon, version)
            for one in (newest, default):
                found.setdefault(one, []).append(
                    {
                        "clusterVersion": version,
                        "platformVersions": ["*"],
                        "defaultVersion": one == default,
                    }
                )
        addons.append(
            {
                "addonName": addon,
                "type": "networking",
                "owner": "aws",
                "publisher": "eks",
                "addonVersions": [
                    {
                        "addonVersion": version,
                        "architecture": ["amd64", "arm64"],
                        "compatibilities": compatible,
                        "requiresConfiguration": False,
                    }
                    for version, compatible in found.items()
                ],
            }
        )
    return {"addons": addons}


def create(store: Store, name: str, body: Shape) -> Shape:
    """CreateAddon."""
    parts = store.parts(name)
    addon = body["addonName"]
    if addon in parts.addons:
        raise in_use("Addon already exists.", clusterName=name, addonName=addon)
    kubernetes = parts.cluster["version"]
    version = body.get("addonVersion") or _versions(addon, kubernetes)[1]
    _check(name, addon, version, kubernetes)
    shape = {
        "addonName": addon,
        "clusterName": name,
        "status": "ACTIVE",
        "addonVersion": version,
        "health": {"issues": []},
        "addonArn": store.arn("addon", name, addon, new_id()),
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": body.get("tags", {}),
    }
    for optional in ("serviceAccountRoleArn", "configurationValues"):
        if body.get(optional):
            shape[optional] = body[optional]
    parts.addons[addon] = shape
    return {"addon": shape}


def list_(store: Store, name: str, body: Shape) -> Shape:
    """ListAddons."""
    return {"addons": sorted(store.parts(name).addons)}


def describe(store: Store, name: str, addon: str, body: Shape) -> Shape:
    """DescribeAddon."""
    return {"addon": _addon(store.parts(name), name, addon)}


def delete(store: Store, name: str, addon: str, body: Shape) -> Shape:
    """DeleteAddon."""
    parts = store.parts(name)
    shape = _addon(parts, name, addon)
    del parts.addons[addon]
    return {"addon": {**shape, "status": "DELETING"}}


def update_addon(store: Store, name: str, addon: str, body: Shape) -> Shape:
    """UpdateAddon."""
    parts = store.parts(name)
    shape = _addon(parts, name, addon)
    if "addonVersion" in body:
        _check(name, addon, body["addonVersion"], parts.cluster["version"])
        shape["addonVersion"] = body["addonVersion"]
    for optional in ("serviceAccountRoleArn", "configurationValues"):
        if optional in body:
            shape[optional] = body[optional]
    shape["modifiedAt"] = now()
    return update(parts, "AddonUpdate", addonVersion=shape["addonVersion"])


def _addon(parts: ClusterParts, name: str, addon: str) -> Shape:
    if addon not in parts.addons:
        raise not_found(
            f"No addon: {addon} found in cluster: {name}", clusterName=name, addonName=addon
        )
    return parts.addons[addon]


def _check(name: str, addon: str, version: str, kubernetes: str) -> None:
    if addon not in VERSIONS:
        raise invalid(
            f"Addon {addon} specified is not supported", clusterName=name, addonName=addon
        )
    if version not in _versions(addon, kubernetes):
        raise invalid(
            f"Addon version {version} specified is not supported", clusterName=name, addonName=addon
        )


def _versions(addon: str, kubernetes: str) -> tuple[str, str]:
    if addon not in VERSIONS:
        raise invalid(f"Addon {addon} specified is not supported", addonName=addon)
    return VERSIONS[addon] or (f"v{kubernetes}.3-eksbuild.2", f"v{kubernetes}.1-eksbuild.2")


def _first(value: list[str] | str | None) -> str | None:
    return value[0] if isinstance(value, list) else value
