"""What pods may be, and which identity provider a cluster trusts.

https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html
https://docs.aws.amazon.com/eks/latest/APIReference/API_OidcIdentityProviderConfig.html
"""

from __future__ import annotations

import secrets

from emulator.completions.eks_store import (
    ClusterParts,
    Shape,
    Store,
    first,
    in_use,
    new_id,
    not_found,
    now,
    page,
)
from emulator.completions.eks_updates import note

LISTED = (
    "clusterName",
    "namespace",
    "serviceAccount",
    "associationArn",
    "associationId",
    "ownerArn",
)


def create_pod_identity(store: Store, name: str, body: Shape) -> Shape:
    """CreatePodIdentityAssociation."""
    return {"association": associate(store, store.parts(name), body)}


def associate(store: Store, parts: ClusterParts, given: Shape, owner: str = "") -> Shape:
    """Makes an association; `owner` is the ARN of the add-on that it belongs to."""
    name = parts.cluster["name"]
    for one in parts.pod_identities.values():
        if all(one[member] == given[member] for member in ("namespace", "serviceAccount")):
            raise in_use(f"Association already exists: {one['associationId']}", clusterName=name)
    id_ = f"a-{secrets.token_hex(9)[:17]}"
    association = {
        "clusterName": name,
        "namespace": given["namespace"],
        "serviceAccount": given["serviceAccount"],
        "roleArn": given["roleArn"],
        "associationArn": store.arn("podidentityassociation", name, id_),
        "associationId": id_,
        "tags": given.get("tags", {}),
        "createdAt": now(),
        "modifiedAt": now(),
        "disableSessionTags": given.get("disableSessionTags", False),
    }
    if owner:
        association["ownerArn"] = owner
    if given.get("targetRoleArn"):
        association["targetRoleArn"] = given["targetRoleArn"]
        # What a trust policy of the other account asks for.
        association["externalId"] = f"{store.region_name}/{store.account_id}/{name}/{id_}"
    parts.pod_identities[id_] = association
    return association


def list_pod_identities(store: Store, name: str, body: Shape) -> Shape:
    """ListPodIdentityAssociations."""
    filters = {
        member: first(body, member)
        for member in ("namespace", "serviceAccount")
        if first(body, member)
    }
    found = [
        {member: one[member] for member in LISTED if member in one}
        for one in store.parts(name).pod_identities.values()
        if filters.items() <= one.items()
    ]
    return page(body, "associations", found)


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


def associate_provider(store: Store, name: str, body: Shape) -> Shape:
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
    return {**note(parts, "AssociateIdentityProviderConfig"), "tags": body.get("tags", {})}


def describe_provider(store: Store, name: str, body: Shape) -> Shape:
    """DescribeIdentityProviderConfig."""
    config = body["identityProviderConfig"]["name"]
    return {"identityProviderConfig": {"oidc": _provider(store.parts(name), config)}}


def disassociate_provider(store: Store, name: str, body: Shape) -> Shape:
    """DisassociateIdentityProviderConfig."""
    parts = store.parts(name)
    config = body["identityProviderConfig"]["name"]
    _provider(parts, config)
    del parts.identity_providers[config]
    return note(parts, "DisassociateIdentityProviderConfig")


def list_providers(store: Store, name: str, body: Shape) -> Shape:
    """ListIdentityProviderConfigs."""
    found = [{"type": "oidc", "name": config} for config in store.parts(name).identity_providers]
    return page(body, "identityProviderConfigs", found)


def _association(parts: ClusterParts, id_: str) -> Shape:
    if id_ not in parts.pod_identities:
        raise not_found(f"No association found with ID: {id_}")
    return parts.pod_identities[id_]


def _provider(parts: ClusterParts, config: str) -> Shape:
    if config not in parts.identity_providers:
        raise not_found("Identity provider config is not associated with cluster")
    return parts.identity_providers[config]
