"""Who may use a cluster: https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessEntry.html"""

from __future__ import annotations

import re

from emulator.completions.eks_store import (
    ClusterParts,
    Shape,
    Store,
    caller,
    first,
    in_use,
    invalid,
    new_id,
    not_found,
    now,
    page,
    refused,
)

CONFIG_MAP = "CONFIG_MAP"
NODES = "EC2_LINUX"
POLICIES = (
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
    "AmazonEKSSecretReaderPolicy",
)
"""Those for people and programs; AWS has more for its own services."""


def create_entry(store: Store, name: str, body: Shape) -> Shape:
    """CreateAccessEntry."""
    parts = _with_entries(store, name)
    principal = body["principalArn"]
    if principal in parts.entries:
        raise in_use("The specified access entry resource is already in use on this cluster.")
    if not re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/.+", principal):
        raise invalid("The specified principalArn is invalid: invalid principal.", clusterName=name)
    if body.get("type", "STANDARD") != "STANDARD" and body.get("kubernetesGroups"):
        raise invalid("The kubernetesGroups parameter is not allowed for this type of entry.")
    return {"accessEntry": _enter(store, parts, body)}


def list_entries(store: Store, name: str, body: Shape) -> Shape:
    """ListAccessEntries."""
    parts = _with_entries(store, name)
    policy = first(body, "associatedPolicyArn")
    found = [one for one in parts.entries if not policy or policy in parts.policies.get(one, {})]
    return page(body, "accessEntries", sorted(found))


def describe_entry(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """DescribeAccessEntry."""
    return {"accessEntry": _entry(_with_entries(store, name), principal)}


def update_entry(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """UpdateAccessEntry."""
    entry = _entry(_with_entries(store, name), principal)
    for member in ("kubernetesGroups", "username"):
        if member in body:
            entry[member] = body[member]
    entry["modifiedAt"] = now()
    return {"accessEntry": entry}


def delete_entry(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """DeleteAccessEntry."""
    parts = _with_entries(store, name)
    _entry(parts, principal)
    del parts.entries[principal]
    parts.policies.pop(principal, None)
    return {}


def associate(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """AssociateAccessPolicy."""
    parts = _with_entries(store, name)
    if _entry(parts, principal)["type"] != "STANDARD":
        raise refused("Access policies can be associated with entries of type STANDARD only.")
    policy = body["policyArn"]
    if policy not in (_arn(store, one) for one in POLICIES):
        raise not_found("The policyArn parameter format is not valid", clusterName=name)
    policies = parts.policies.setdefault(principal, {})
    before = policies.get(policy, {})
    policies[policy] = {
        "policyArn": policy,
        "accessScope": {"namespaces": [], **body["accessScope"]},
        "associatedAt": before.get("associatedAt", now()),
        "modifiedAt": now(),
    }
    return {
        "clusterName": name,
        "principalArn": principal,
        "associatedAccessPolicy": policies[policy],
    }


def list_associated(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """ListAssociatedAccessPolicies."""
    parts = _with_entries(store, name)
    _entry(parts, principal)
    policies = list(parts.policies.get(principal, {}).values())
    found = page(body, "associatedAccessPolicies", policies)
    return {"clusterName": name, "principalArn": principal, **found}


def disassociate(store: Store, name: str, principal: str, policy: str, body: Shape) -> Shape:
    """DisassociateAccessPolicy."""
    parts = _with_entries(store, name)
    _entry(parts, principal)
    if parts.policies.get(principal, {}).pop(policy, None) is None:
        raise not_found("The specified policyArn could not be found.", clusterName=name)
    return {}


def list_policies(store: Store, body: Shape) -> Shape:
    """ListAccessPolicies."""
    found = [{"name": policy, "arn": _arn(store, policy)} for policy in POLICIES]
    return page(body, "accessPolicies", found)


def admit_creator(store: Store, parts: ClusterParts) -> None:
    """Makes the entry that AWS makes for whoever creates a cluster."""
    access = parts.cluster["accessConfig"]
    if access["authenticationMode"] == CONFIG_MAP:
        return
    if access["bootstrapClusterCreatorAdminPermissions"]:
        name, principal = parts.cluster["name"], caller.get()
        _enter(store, parts, {"principalArn": principal})
        policy = _arn(store, "AmazonEKSClusterAdminPolicy")
        associate(store, name, principal, {"policyArn": policy, "accessScope": {"type": "cluster"}})


def admit_nodes(store: Store, parts: ClusterParts, role: str) -> None:
    """Makes the entry that AWS makes for the role of managed nodes, unless there is one."""
    with_entries = parts.cluster["accessConfig"]["authenticationMode"] != CONFIG_MAP
    if with_entries and role not in parts.entries:
        groups = ["system:nodes"]
        _enter(store, parts, {"principalArn": role, "type": NODES, "kubernetesGroups": groups})


def dismiss_nodes(parts: ClusterParts, role: str) -> None:
    """Deletes the entry of a role that no managed nodes have any more."""
    if parts.entries.get(role, {}).get("type") == NODES:
        del parts.entries[role]


def _with_entries(store: Store, name: str) -> ClusterParts:
    parts = store.parts(name)
    if parts.cluster["accessConfig"]["authenticationMode"] == CONFIG_MAP:
        raise refused(
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to"
            " perform this operation.",
            clusterName=name,
        )
    return parts


def _enter(store: Store, parts: ClusterParts, body: Shape) -> Shape:
    name, principal = parts.cluster["name"], body["principalArn"]
    kind, _, user = principal.split(":")[5].partition("/")
    owner, last = principal.split(":")[4], user.rpartition("/")[2]
    type_ = body.get("type", "STANDARD")
    entry = {
        "clusterName": name,
        "principalArn": principal,
        "kubernetesGroups": body.get("kubernetesGroups", []),
        "accessEntryArn": store.arn("access-entry", name, kind, owner, last, new_id()),
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": body.get("tags", {}),
        "username": body.get("username") or _username(type_, kind, owner, last, principal),
        "type": type_,
    }
    parts.entries[principal] = entry
    return entry


def _username(type_: str, kind: str, owner: str, name: str, principal: str) -> str:
    if type_ == NODES:
        return "system:node:{{EC2PrivateDNSName}}"
    if kind == "role":
        return f"arn:aws:sts::{owner}:assumed-role/{name}/{{{{SessionName}}}}"
    return principal


def _entry(parts: ClusterParts, principal: str) -> Shape:
    if principal not in parts.entries:
        raise not_found(
            "The specified principalArn could not be found. You can view your available access "
            "entries with 'list-access-entries'."
        )
    return parts.entries[principal]


def _arn(store: Store, policy: str) -> str:
    return f"arn:{store.partition}:eks::aws:cluster-access-policy/{policy}"
