"""What groups may do on the cluster: Kubernetes' own roles, everywhere or by namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.manifests import Manifests
from constructs.shared.block import Block

NAMESPACE = "kube-system"
API = "rbac.authorization.k8s.io"
Role = Literal["cluster-admin", "admin", "edit", "view"]


@dataclass(frozen=True)
class Grant:
    """A role that a group has."""

    group: str
    """Its full path in the realm: `/developers`."""
    role: Role
    namespaces: Sequence[str] = ()
    """Only in these; none: everywhere."""


class Rbac(Block):
    """The bindings, and the namespaces that they stand in.

    A namespace that exists already is taken over, one that no binding needs any more stays: what
    is in it is not ours.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        grants: Sequence[Grant],
        subjects: Mapping[str, str],
        after: Sequence[ITerraformDependable] = (),
    ) -> None:
        """`subjects`: a group's path → what the cluster calls it."""
        super().__init__(scope, id_)
        Manifests(
            self,
            "objects",
            name="groundplan-rbac",
            namespace=NAMESPACE,
            objects=objects(grants, subjects),
            take_ownership=True,
            after=after,
        )


def objects(grants: Sequence[Grant], subjects: Mapping[str, str]) -> list[dict[str, Any]]:
    """Namespaces, then bindings. https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""
    namespaces = sorted({name for grant in grants for name in grant.namespaces})
    bindings = (one for grant in grants for one in _bindings(grant, subjects[grant.group]))
    return [*map(_namespace, namespaces), *bindings]


def _namespace(name: str) -> dict[str, Any]:
    keep = {"helm.sh/resource-policy": "keep"}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "annotations": keep},
    }


def _bindings(grant: Grant, subject: str) -> Iterator[dict[str, Any]]:
    if not grant.namespaces:
        yield _binding(grant, subject, "ClusterRoleBinding", {})
    for namespace in grant.namespaces:
        yield _binding(grant, subject, "RoleBinding", {"namespace": namespace})


def _binding(grant: Grant, subject: str, kind: str, place: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": f"{API}/v1",
        "kind": kind,
        # The role never changes in a binding: another role is another object.
        "metadata": {
            "name": f"groundplan:{grant.role}:{grant.group.removeprefix('/').replace('/', ':')}",
            **place,
        },
        "roleRef": {"apiGroup": API, "kind": "ClusterRole", "name": grant.role},
        "subjects": [{"apiGroup": API, "kind": "Group", "name": subject}],
    }
