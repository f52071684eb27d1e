"""What EKS holds in one account and region, and what its parts share."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

Shape = dict[str, Any]
"""A structure of the EKS API, with its member names."""

ARNS = (
    "arn",
    "nodegroupArn",
    "fargateProfileArn",
    "addonArn",
    "accessEntryArn",
    "associationArn",
    "identityProviderConfigArn",
)
"""The members that name a thing itself. An association's `ownerArn` names something else."""
PAGE = 100
"""What AWS answers at most at a time if nobody asks for less."""

caller: ContextVar[str] = ContextVar("caller")
"""The ARN of the principal whose call is being answered."""


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


def refused(message: str, **names: str) -> Fault:
    """InvalidRequestException."""
    return Fault(400, "InvalidRequestException", message=message, **names)


@dataclass
class ClusterParts:
    """A cluster and all that belongs to it."""

    cluster: Shape
    groups: dict[str, Shape] = field(default_factory=dict)
    profiles: dict[str, Shape] = field(default_factory=dict)
    addons: dict[str, Shape] = field(default_factory=dict)
    entries: dict[str, Shape] = field(default_factory=dict)
    """Principal → access entry."""
    policies: dict[str, dict[str, Shape]] = field(default_factory=dict)
    """Principal → policy → association."""
    pod_identities: dict[str, Shape] = field(default_factory=dict)
    identity_providers: dict[str, Shape] = field(default_factory=dict)
    updates: dict[str, tuple[str, Shape]] = field(default_factory=dict)
    """Id → the name of the node group or add-on (empty for the cluster itself), the update."""

    def everything(self) -> Iterator[Shape]:
        """All that has an ARN."""
        yield self.cluster
        for things in (
            self.groups,
            self.profiles,
            self.addons,
            self.entries,
            self.pod_identities,
            self.identity_providers,
        ):
            yield from things.values()


class Store(BaseBackend, TaggableResourcesMixin):
    """EKS in one account and region."""

    SERVICE_NAMESPACE = "eks"

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.clusters: dict[str, ClusterParts] = {}

    def parts(self, name: str) -> ClusterParts:
        """A cluster that exists. Raises Fault."""
        if name not in self.clusters:
            raise not_found(f"No cluster found for name: {name}.", clusterName=name)
        return self.clusters[name]

    def arn(self, kind: str, *path: str) -> str:
        """The ARN of something of this account and region."""
        prefix = f"arn:{self.partition}:eks:{self.region_name}:{self.account_id}"
        return f"{prefix}:{kind}/{'/'.join(path)}"

    def tagged(self, arn: str) -> Shape:
        """What an ARN names, for its tags. Raises Fault."""
        for parts in self.clusters.values():
            for one in parts.everything():
                if arn_of(one) == arn:
                    return one
        raise not_found(f"No resource found for ARN {arn}")

    # What the Resource Groups Tagging API asks

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """All that has an ARN, with its tags."""
        for parts in list(self.clusters.values()):
            for one in parts.everything():
                arn = arn_of(one)
                kind = arn.split(":")[5].partition("/")[0]
                yield TaggedResource(arn, dict(one.get("tags", {})), f"eks:{kind}")

    def tag_resource(self, arn: str, tags: Mapping[str, str]) -> None:
        """Adds tags. Raises Fault."""
        self.tagged(arn).setdefault("tags", {}).update(tags)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Removes tags. Raises Fault."""
        tags = self.tagged(arn).get("tags", {})
        for key in tag_keys:
            tags.pop(key, None)


stores: BackendDict[Store] = BackendDict(Store, "eks")
"""Account → region → store; emptied by a reset of moto like its own."""


def arn_of(one: Shape) -> str:
    """The ARN of a thing."""
    return next(str(one[name]) for name in ARNS if name in one)


def now() -> float:
    """A timestamp as the API writes it."""
    return time.time()


def new_id() -> str:
    """A random id."""
    return str(uuid.uuid4())


def first(body: Shape, member: str) -> str | None:
    """A member that came in the query string, where values are lists, or in the body."""
    value = body.get(member)
    return value[0] if isinstance(value, list) else value


def page(body: Shape, member: str, items: list[Any]) -> Shape:
    """The page of a list that a request asks for, with the token of the next one."""
    start = int(first(body, "nextToken") or 0)
    end = start + int(first(body, "maxResults") or PAGE)
    token = {"nextToken": str(end)} if end < len(items) else {}
    return {member: items[start:end], **token}
