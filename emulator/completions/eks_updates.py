"""Updates of a cluster and its parts: https://docs.aws.amazon.com/eks/latest/APIReference/API_Update.html

An update is done at once; what remains of it is its record.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.completions.eks_store import (
    ClusterParts,
    Shape,
    Store,
    first,
    new_id,
    not_found,
    now,
    page,
)

PARAMETERS = {
    "endpointPublicAccess": "EndpointPublicAccess",
    "endpointPrivateAccess": "EndpointPrivateAccess",
    "publicAccessCidrs": "PublicAccessCidrs",
    "subnetIds": "Subnets",
    "securityGroupIds": "SecurityGroups",
    "authenticationMode": "AuthenticationMode",
    "supportType": "UpgradePolicy",
    "version": "Version",
    "releaseVersion": "ReleaseVersion",
    "clusterLogging": "ClusterLogging",
    "addonVersion": "AddonVersion",
    "configurationValues": "ConfigurationValues",
    "serviceAccountRoleArn": "ServiceAccountRoleArn",
    "resolveConflicts": "ResolveConflicts",
    "encryptionConfig": "EncryptionConfig",
    "deletionProtection": "DeletionProtection",
    "minSize": "MinSize",
    "maxSize": "MaxSize",
    "desiredSize": "DesiredSize",
}
"""What an update calls the members that were changed."""


def note(parts: ClusterParts, kind: str, owner: str = "", **params: Any) -> Shape:
    """Records an update; returns it as the API answers it. `owner`: its node group or add-on."""
    one: Shape = {
        "id": new_id(),
        "status": "Successful",
        "type": kind,
        "params": [
            {"type": PARAMETERS[key], "value": _text(value)}
            for key, value in params.items()
            if key in PARAMETERS
        ],
        "createdAt": now(),
        "errors": [],
    }
    parts.updates[one["id"]] = owner, one
    return {"update": one}


def describe(store: Store, name: str, update: str, body: Shape) -> Shape:
    """DescribeUpdate."""
    owner, found = store.parts(name).updates.get(update, ("", None))
    asked = first(body, "nodegroupName") or first(body, "addonName") or ""
    if found is None or owner != asked:
        raise not_found(f"No update found for ID: {update}", clusterName=name)
    return {"update": found}


def list_(store: Store, name: str, body: Shape) -> Shape:
    """ListUpdates."""
    asked = first(body, "nodegroupName") or first(body, "addonName") or ""
    ids = [id_ for id_, (owner, _) in store.parts(name).updates.items() if owner == asked]
    return page(body, "updateIds", ids)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
