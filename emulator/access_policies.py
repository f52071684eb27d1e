"""What the access policies of EKS allow, in terms of Kubernetes' own roles.

EKS has an authorizer of its own for them. Here each policy is a group, which the webhook gives to
whom the policy is associated with, and which a binding gives a role: the bindings are objects to be
applied to the API server. The roles of Kubernetes allow what the policies allow, nearly:
https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Object = dict[str, Any]

ROLES = {
    "AmazonEKSClusterAdminPolicy": "cluster-admin",
    "AmazonEKSAdminPolicy": "admin",
    "AmazonEKSAdminViewPolicy": "eks-admin-view",
    "AmazonEKSEditPolicy": "edit",
    "AmazonEKSViewPolicy": "view",
    "AmazonEKSSecretReaderPolicy": "eks-secret-reader",
}
"""Policy → cluster role."""
OWN_ROLES: dict[str, list[Object]] = {
    "eks-admin-view": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}],
    "eks-secret-reader": [
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "watch"]}
    ],
}
"""Those that Kubernetes does not have."""


def groups(associations: Iterable[Mapping[str, Any]]) -> list[str]:
    """The groups of somebody with these associated policies, structures of the EKS API."""
    found = []
    for one in associations:
        policy = one["policyArn"].rpartition("/")[2]
        scope = one["accessScope"]
        if scope["type"] == "namespace":
            found += [_group(policy, namespace) for namespace in scope["namespaces"]]
        elif policy == "AmazonEKSClusterAdminPolicy":
            found.append("system:masters")
        else:
            found.append(_group(policy, None))
    return sorted(found)


def bindings(namespaces: Iterable[str] = ()) -> list[Object]:
    """The objects that give the groups their rights: in the whole cluster, and in namespaces."""
    found = [
        {"kind": "ClusterRole", **_head(name), "rules": rules} for name, rules in OWN_ROLES.items()
    ]
    for policy in ROLES:
        found.append(_binding("ClusterRoleBinding", policy, None))
        found += [_binding("RoleBinding", policy, one) for one in namespaces]
    return found


def _group(policy: str, namespace: str | None) -> str:
    return f"eks-access-policy:{policy}" + (f":{namespace}" if namespace else "")


def _head(name: str) -> Object:
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": name}}


def _binding(kind: str, policy: str, namespace: str | None) -> Object:
    api = "rbac.authorization.k8s.io"
    binding = {
        "kind": kind,
        **_head(f"eks-access-policy-{policy.lower()}"),
        "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": ROLES[policy]},
        "subjects": [{"apiGroup": api, "kind": "Group", "name": _group(policy, namespace)}],
    }
    if namespace:
        binding["metadata"]["namespace"] = namespace
    return binding
