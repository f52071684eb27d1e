"""Who may use a cluster, and what its pods may be: access entries, pod identities, OIDC providers.

https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessEntry.html and its neighbours.
"""

from __future__ import annotations

import secrets

from emulator.completions.eks_store import (
    ClusterParts,
    Fault,
    Shape,
    Store,
    in_use,
    invalid,
    new_id,
    not_found,
    now,
    update,
)

CONFIG_MAP = "CONFIG_MAP"


def create_entry(store: Store, name: str, body: Shape) -> Shape:
    """CreateAccessEntry."""
    parts = store.parts(name)
    principal = body["principalArn"]
    if parts.cluster["accessConfig"]["authenticationMode"] == CONFIG_MAP:
        raise Fault(
            400,
            "InvalidRequestException",
            message="The cluster's authentication mode must be set to one of [API, "
            "API_AND_CONFIG_MAP] to perform this operation.",
            clusterName=name,
        )
    if principal in parts.entries:
        raise in_use("The specified access entry resource is already in use on this cluster.")
    kind, _, user = principal.split(":")[5].partition("/")
    entry = {
        "clusterName": name,
        "principalArn": principal,
        "kubernetesGroups": body.get("kubernetesGroups", []),
        "accessEntryArn": store.arn(
            "access-entry", name, kind, store.account, user.rpartition("/")[2], new_id()
        ),
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": body.get("tags", {}),
        "username": body.get("username") or _username(store, kind, user, principal),
        "type": body.get("type", "STANDARD"),
    }
    parts.entries[principal] = entry
    return {"accessEntry": entry}


def list_entries(store: Store, name: str, body: Shape) -> Shape:
    """ListAccessEntries."""
    return {"accessEntries": sorted(store.parts(name).entries)}


def describe_entry(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """DescribeAccessEntry."""
    return {"accessEntry": _entry(store.parts(name), principal)}


def update_entry(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """UpdateAccessEntry."""
    entry = _entry(store.parts(name), principal)
    for member in ("kubernetesGroups", "username"):
        if member in body:
            entry[member] = body[member]
    entry["modifiedAt"] = now()
    return {"accessEntry": entry}


def delete_entry(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """DeleteAccessEntry."""
    parts = store.parts(name)
    _entry(parts, principal)
    del parts.entries[principal]
    parts.policies.pop(principal, None)
    return {}


def associate(store: Store, name: str, principal: str, body: Shape) -> Shape:
    """AssociateAccessPolicy."""
    parts = store.parts(name)
    _entry(parts, principal)
    policy = body["policyArn"]
    if ":cluster-access-policy/" not in policy:
        raise invalid("The policyArn parameter format is not valid", clusterName=name)
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
    parts = store.parts(name)
    _entry(parts, principal)
    return {
        "clusterName": name,
        "principalArn": principal,
        "associatedAccessPolicies": list(parts.policies.get(principal, {}).values()),
    }


def disassociate(store: Store, name: str, principal: str, policy: str, body: Shape) -> Shape:
    """DisassociateAccessPolicy."""
    parts = store.parts(name)
    _entry(parts, principal)
    if parts.policies.get(principal, {}).pop(policy, None) is None:
        raise not_found("The specified policyArn could not be found.", clusterName=name)
    return {}


def create_pod_identity(store: Store, name: str, body: Shape) -> Shape:
    """CreatePodIdentityAssociation."""
    parts = store.parts(name)
    account = (body["namespace"], body["serviceAccount"])
    for one in parts.pod_identities.values():
        if (one["namespace"], one["serviceAccount"]) == account:
            raise in_use(f"Association already exists: {one['associationId']}", clusterName=name)
    id_ = f"a-{secrets.token_hex(9)[:17]}"
    association = {
        "clusterName": name,
        "namespace": body["namespace"],
        "serviceAccount": body["serviceAccount"],
        "roleArn": body["roleArn"],
        "associationArn": store.arn("podidentityassociation", name, id_),
        "associationId": id_,
        "tags": body.get("tags", {}),
        "createdAt": now(),
        "modifiedAt": now(),
        "disableSessionTags": body.get("disableSessionTags", False),
    }
    if body.get("targetRoleArn"):
        association["targetRoleArn"] = body["targetRoleArn"]
    parts.pod_identities[id_] = association
    return {"association": association}


def list_pod_identities(store: Store, name: str, body: Shape) -> Shape:
    """ListPodIdentityAssociations."""
    members = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
    return {
        "associations": [
            {member: one[member] for member in members}
            for one in store.parts(name).pod_identities.values()
        ]
    }


def describe_pod_identity(store: Store, name: str, association: str, body: Shape) -> Shape:
    """DescribePodIdentityAssociation."""
    return {"association": _association(store.parts(name), association)}


def update_pod_identity(store: Store, name: str, association: str, body: Shape) -> Shape:
    """UpdatePodIdentityAssociation."""
    one = _association(store.parts(name), association)
    for member in ("roleArn", "targetRoleArn", "disableSessionTags"):
        if member in body:
            one[member] = body[member]
    one["modifiedAt"] = now()
    return {"association": one}


def delete_pod_identity(store: Store, name: str, association: str, body: Shape) -> Shape:
    """DeletePodIdentityAssociation."""
    parts = store.parts(name)
    one = _association(parts, association)
    del parts.pod_identities[association]
    return {"association": one}


def associate_identity_provider(store: Store, name: str, body: Shape) -> Shape:
    """AssociateIdentityProviderConfig: one a cluster."""
    parts = store.parts(name)
    if parts.identity_providers:
        raise in_use("Cluster already has an identity provider configuration.", clusterName=name)
    given = body["oidc"]
    config = given["identityProviderConfigName"]
    parts.identity_providers[config] = {
        **given,
        "identityProviderConfigArn": store.arn(
            "identityproviderconfig", name, "oidc", config, new_id()
        ),
        "clusterName": name,
        "tags": body.get("tags", {}),
        "status": "ACTIVE",
    }
    return {**update(parts, "AssociateIdentityProviderConfig"), "tags": body.get("tags", {})}


def describe_identity_provider(store: Store, name: str, body: Shape) -> Shape:
    """DescribeIdentityProviderConfig."""
    config = body["identityProviderConfig"]["name"]
    return {"identityProviderConfig": {"oidc": _provider(store.parts(name), config)}}


def disassociate_identity_provider(store: Store, name: str, body: Shape) -> Shape:
    """DisassociateIdentityProviderConfig."""
    parts = store.parts(name)
    config = body["identityProviderConfig"]["name"]
    _provider(parts, config)
    del parts.identity_providers[config]
    return update(parts, "DisassociateIdentityProviderConfig")


def list_identity_providers(store: Store, name: str, body: Shape) -> Shape:
    """ListIdentityProviderConfigs."""
    return {
        "identityProviderConfigs": [
            {"type": "oidc", "name": config} for config in store.parts(name).identity_providers
        ]
    }


def _username(store: Store, kind: str, user: str, principal: str) -> str:
    if kind == "role":
        role = user.rpartition("/")[2]
        return f"arn:aws:sts::{store.account}:assumed-role/{role}/{{{{SessionName}}}}"
    return principal


def _entry(parts: ClusterParts, principal: str) -> Shape:
    if principal not in parts.entries:
        raise not_found(
            "The specified principalArn could not be found. You can view your available access "
            "entries with 'list-access-entries'."
        )
    return parts.entries[principal]


def _association(parts: ClusterParts, id_: str) -> Shape:
    if id_ not in parts.pod_identities:
        raise not_found(f"No association found with ID: {id_}")
    return parts.pod_identities[id_]


def _provider(parts: ClusterParts, config: str) -> Shape:
    if config not in parts.identity_providers:
        raise not_found("Identity provider config is not associated with cluster")
    return parts.identity_providers[config]
