"""Add-ons: https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html"""

from __future__ import annotations

import yaml

from emulator.completions.eks_addon_versions import check, default_version
from emulator.completions.eks_identities import associate
from emulator.completions.eks_store import (
    ClusterParts,
    Shape,
    Store,
    first,
    in_use,
    invalid,
    new_id,
    not_found,
    now,
    page,
)
from emulator.completions.eks_updates import note

NAMESPACE = "kube-system"
"""Where the add-ons that are offered here run."""
SETTINGS = ("serviceAccountRoleArn", "configurationValues")


def create(store: Store, name: str, body: Shape) -> Shape:
    """CreateAddon."""
    parts = store.parts(name)
    addon = body["addonName"]
    if addon in parts.addons:
        raise in_use("Addon already exists.", clusterName=name, addonName=addon)
    kubernetes = parts.cluster["version"]
    version = body.get("addonVersion") or default_version(addon, kubernetes)
    check(name, addon, version, kubernetes)
    _check_values(body)
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
        "namespaceConfig": {"namespace": NAMESPACE, **body.get("namespaceConfig", {})},
        **{member: body[member] for member in SETTINGS if body.get(member)},
    }
    _identify(store, parts, shape, body.get("podIdentityAssociations", []))
    parts.addons[addon] = shape
    return {"addon": shape}


def list_(store: Store, name: str, body: Shape) -> Shape:
    """ListAddons."""
    return page(body, "addons", sorted(store.parts(name).addons))


def describe(store: Store, name: str, addon: str, body: Shape) -> Shape:
    """DescribeAddon."""
    return {"addon": _addon(store.parts(name), name, addon)}


def delete(store: Store, name: str, addon: str, body: Shape) -> Shape:
    """DeleteAddon: with its pod identities, unless what runs is to be preserved."""
    parts = store.parts(name)
    shape = _addon(parts, name, addon)
    if first(body, "preserve") != "true":
        _forget_identities(parts, shape)
    del parts.addons[addon]
    return {"addon": {**shape, "status": "DELETING"}}


def update_addon(store: Store, name: str, addon: str, body: Shape) -> Shape:
    """UpdateAddon: what is not named stays, but for the settings, which are given anew."""
    parts = store.parts(name)
    shape = _addon(parts, name, addon)
    version = body.get("addonVersion") or shape["addonVersion"]
    check(name, addon, version, parts.cluster["version"])
    _check_values(body)
    shape["addonVersion"] = version
    for member in SETTINGS:
        if member in body:
            shape[member] = body[member]
    if "podIdentityAssociations" in body:
        _forget_identities(parts, shape)
        _identify(store, parts, shape, body["podIdentityAssociations"])
    shape["modifiedAt"] = now()
    return note(parts, "AddonUpdate", addon, **body)


def _identify(store: Store, parts: ClusterParts, shape: Shape, given: list[Shape]) -> None:
    arns = [
        associate(store, parts, {**one, "namespace": NAMESPACE}, shape["addonArn"])[
            "associationArn"
        ]
        for one in given
    ]
    if arns:
        shape["podIdentityAssociations"] = arns


def _forget_identities(parts: ClusterParts, shape: Shape) -> None:
    for arn in shape.pop("podIdentityAssociations", []):
        parts.pod_identities.pop(arn.rpartition("/")[2], None)


def _addon(parts: ClusterParts, name: str, addon: str) -> Shape:
    if addon not in parts.addons:
        raise not_found(
            f"No addon: {addon} found in cluster: {name}", clusterName=name, addonName=addon
        )
    return parts.addons[addon]


def _check_values(body: Shape) -> None:
    """AWS checks against the add-on's schema; here only that it is a mapping."""
    text = body.get("configurationValues")
    if not text:
        return
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError:
        values = None
    if not isinstance(values, dict):
        raise invalid("ConfigurationValue is not in valid JSON or YAML format")
