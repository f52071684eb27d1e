"""What EKS holds in one account and region, and what its parts share."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

Shape = dict[str, Any]
"""A structure of the EKS API, with its member names."""


class Fault(Exception):
    """An error that EKS answers."""

    def __init__(self, status: int, code: str, **body: Any) -> None:
        super().__init__(f"{code}: {body.get('message')}")
        self.status = status
        self.code = code
        self.body = body


def not_found(message: str, **names: str) -> Fault:
    """ResourceNotFoundException."""
    return Fault(404, "ResourceNotFoundException", message=message, **names)


def in_use(message: str, **names: str) -> Fault:
    """ResourceInUseException."""
    return Fault(409, "ResourceInUseException", message=message, **names)


def invalid(message: str, **names: str) -> Fault:
    """InvalidParameterException."""
    return Fault(400, "InvalidParameterException", message=message, **names)


PARAMETERS = {
    "endpointPublicAccess": "EndpointPublicAccess",
    "endpointPrivateAccess": "EndpointPrivateAccess",
    "publicAccessCidrs": "PublicAccessCidrs",
    "subnetIds": "Subnets",
    "securityGroupIds": "SecurityGroups",
    "authenticationMode": "AuthenticationMode",
    "supportType": "UpgradePolicy",
    "version": "Version",
    "clusterLogging": "ClusterLogging",
    "addonVersion": "AddonVersion",
}
"""What an update calls the members that were changed."""


@dataclass
class ClusterParts:
    """A cluster and all that belongs to it."""

    cluster: Shape
    groups: dict[str, Shape] = field(default_factory=dict)
    addons: dict[str, Shape] = field(default_factory=dict)
    entries: dict[str, Shape] = field(default_factory=dict)
    """Principal → access entry."""
    policies: dict[str, dict[str, Shape]] = field(default_factory=dict)
    """Principal → policy → association."""
    pod_identities: dict[str, Shape] = field(default_factory=dict)
    identity_providers: dict[str, Shape] = field(default_factory=dict)
    updates: dict[str, Shape] = field(default_factory=dict)


@dataclass
class Store:
    """EKS in one account and region."""

    account: str
    region: str
    clusters: dict[str, ClusterParts] = field(default_factory=dict)

    def parts(self, name: str) -> ClusterParts:
        """A cluster that exists. Raises Fault."""
        if name not in self.clusters:
            raise not_found(f"No cluster found for name: {name}.", clusterName=name)
        return self.clusters[name]

    def arn(self, kind: str, *path: str) -> str:
        """The ARN of something of this account and region."""
        return f"arn:aws:eks:{self.region}:{self.account}:{kind}/{'/'.join(path)}"

    def tagged(self, arn: str) -> Shape:
        """What an ARN names, for its tags. Raises Fault."""
        for parts in self.clusters.values():
            everything: list[Shape] = [parts.cluster]
            for group in (
                parts.groups,
                parts.addons,
                parts.entries,
                parts.pod_identities,
                parts.identity_providers,
            ):
                everything += group.values()
            for one in everything:
                if arn in _arns(one):
                    return one
        raise not_found(f"No resource found for ARN {arn}")


class Stores:
    """The stores of all accounts and regions."""

    def __init__(self) -> None:
        self._stores: dict[tuple[str, str], Store] = {}

    def of(self, account: str, region: str) -> Store:
        """The store of an account and region."""
        return self._stores.setdefault((account, region), Store(account, region))


stores = Stores()


def now() -> float:
    """A timestamp as the API writes it."""
    return time.time()


def new_id() -> str:
    """A random id."""
    return str(uuid.uuid4())


def update(parts: ClusterParts, kind: str, **params: Any) -> Shape:
    """Notes an update that is done already; returns it as `DescribeUpdate` shows it."""
    one: Shape = {
        "id": new_id(),
        "status": "Successful",
        "type": kind,
        "params": [
            {"type": PARAMETERS[key], "value": str(value)}
            for key, value in params.items()
            if key in PARAMETERS
        ],
        "createdAt": now(),
        "errors": [],
    }
    parts.updates[one["id"]] = one
    return {"update": one}


def _arns(one: Shape) -> set[Any]:
    names = ("arn", "nodegroupArn", "addonArn", "accessEntryArn", "associationArn")
    return {one.get(name) for name in (*names, "identityProviderConfigArn")} - {None}
