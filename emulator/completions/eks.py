"""EKS as our stages and the AWS provider use it: clusters, node groups, add-ons, access.

moto has clusters and node groups without access configuration, upgrades, add-ons, access entries
and pod identities. Here EKS is stored as the API shows it: dicts in the shapes of the AWS API
model, which the tests compare. Changes of state happen at once: what AWS calls CREATING is ACTIVE.

The API server behind a cluster is invented, unless a real one stands in its place: see
`emulator/api_server.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.core.responses import BaseResponse
from moto.eks import urls
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from emulator.completions import (
    eks_access,
    eks_addon_versions,
    eks_addons,
    eks_cluster_changes,
    eks_clusters,
    eks_fargate,
    eks_identities,
    eks_nodes,
    eks_updates,
    eks_versions,
)
from emulator.completions.eks_store import Fault, Store, caller, stores
from emulator.completions.unknown_actions import refuse

Handler = Callable[..., dict[str, Any]]
CLUSTER = r"/clusters/(?P<name>[^/]+)"
GROUP = rf"{CLUSTER}/node-groups/(?P<group>[^/]+)"
PROFILE = rf"{CLUSTER}/fargate-profiles/(?P<profile>[^/]+)"
ADDON = rf"{CLUSTER}/addons/(?P<addon>[^/]+)"
ENTRY = rf"{CLUSTER}/access-entries/(?P<principal>arn:[^/]+/.+?)"
ENTRY_POLICY = rf"{ENTRY}/access-policies/(?P<policy>arn:.+)"
ASSOCIATION = rf"{CLUSTER}/pod-identity-associations/(?P<association>[^/]+)"
PROVIDERS = rf"{CLUSTER}/identity-provider-configs"
UPDATE = rf"{CLUSTER}/updates/(?P<update>[^/]+)"
ENCRYPTION = rf"{CLUSTER}/encryption-config/associate"
TAGS = r"/tags/(?P<arn>.+)"

ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/cluster-versions", eks_versions.list_),
    ("POST", "/clusters", eks_clusters.create),
    ("GET", "/clusters", eks_clusters.list_),
    ("GET", CLUSTER, eks_clusters.describe),
    ("DELETE", CLUSTER, eks_clusters.delete),
    ("POST", f"{CLUSTER}/update-config", eks_cluster_changes.update_config),
    ("POST", f"{CLUSTER}/updates", eks_cluster_changes.update_version),
    ("POST", ENCRYPTION, eks_cluster_changes.associate_encryption),
    ("GET", f"{CLUSTER}/updates", eks_updates.list_),
    ("GET", UPDATE, eks_updates.describe),
    ("POST", f"{CLUSTER}/node-groups", eks_nodes.create),
    ("GET", f"{CLUSTER}/node-groups", eks_nodes.list_),
    ("GET", GROUP, eks_nodes.describe),
    ("DELETE", GROUP, eks_nodes.delete),
    ("POST", f"{GROUP}/update-config", eks_nodes.update_config),
    ("POST", f"{GROUP}/update-version", eks_nodes.update_version),
    ("POST", f"{CLUSTER}/fargate-profiles", eks_fargate.create),
    ("GET", f"{CLUSTER}/fargate-profiles", eks_fargate.list_),
    ("GET", PROFILE, eks_fargate.describe),
    ("DELETE", PROFILE, eks_fargate.delete),
    ("GET", "/addons/supported-versions", eks_addon_versions.list_),
    ("GET", "/addons/configuration-schemas", eks_addon_versions.describe_configuration),
    ("POST", f"{CLUSTER}/addons", eks_addons.create),
    ("GET", f"{CLUSTER}/addons", eks_addons.list_),
    ("GET", ADDON, eks_addons.describe),
    ("DELETE", ADDON, eks_addons.delete),
    ("POST", f"{ADDON}/update", eks_addons.update_addon),
    ("GET", "/access-policies", eks_access.list_policies),
    ("POST", f"{CLUSTER}/access-entries", eks_access.create_entry),
    ("GET", f"{CLUSTER}/access-entries", eks_access.list_entries),
    ("POST", f"{ENTRY}/access-policies", eks_access.associate),
    ("GET", f"{ENTRY}/access-policies", eks_access.list_associated),
    ("DELETE", ENTRY_POLICY, eks_access.disassociate),
    ("GET", ENTRY, eks_access.describe_entry),
    ("POST", ENTRY, eks_access.update_entry),
    ("DELETE", ENTRY, eks_access.delete_entry),
    ("POST", f"{CLUSTER}/pod-identity-associations", eks_identities.create_pod_identity),
    ("GET", f"{CLUSTER}/pod-identity-associations", eks_identities.list_pod_identities),
    ("GET", ASSOCIATION, eks_identities.describe_pod_identity),
    ("POST", ASSOCIATION, eks_identities.update_pod_identity),
    ("DELETE", ASSOCIATION, eks_identities.delete_pod_identity),
    ("POST", f"{PROVIDERS}/associate", eks_identities.associate_provider),
    ("POST", f"{PROVIDERS}/describe", eks_identities.describe_provider),
    ("POST", f"{PROVIDERS}/disassociate", eks_identities.disassociate_provider),
    ("GET", PROVIDERS, eks_identities.list_providers),
    ("GET", TAGS, eks_clusters.tags),
    ("POST", TAGS, eks_clusters.tag),
    ("DELETE", TAGS, eks_clusters.untag),
]
"""Method, path and what answers; the first that matches is taken."""


class CompletedEks(BaseResponse):
    """Routes requests to the functions above, and faults to AWS's form of errors."""

    def __init__(self) -> None:
        super().__init__(service_name="eks")

    def call_action(self) -> Any:
        """Answers one request."""
        path = unquote(self.parsed_url.path)
        for method, pattern, handler in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == self.method:
                return self._answer(handler, match.groupdict())
        return refuse("eks", self._get_action() or f"{self.method} {path}")

    def _answer(self, handler: Handler, groups: dict[str, str]) -> Any:
        store: Store = stores[self.current_account][self.region]
        body = json.loads(self.body) if self.body else {}
        caller.set(self._caller())
        try:
            result = handler(store, **groups, body={**self.querystring, **body})
        except Fault as fault:
            headers = {"x-amzn-errortype": fault.code, "Content-Type": "application/json"}
            return fault.status, headers, json.dumps(fault.body)
        return 200, {"Content-Type": "application/json"}, json.dumps(result)

    def _caller(self) -> str:
        """The role or user that calls, as an access entry names it."""
        key, region = self.get_access_key(), self.region
        partition = get_partition(region)
        sts: Any = sts_backends[self.current_account][partition]
        role = sts.get_assumed_role_from_access_key(key)
        if role:
            return str(role.role_arn)
        _, arn, _ = sts.get_caller_identity(key, region)
        # moto's nobody, who comes with a key that nobody has, is a user of STS.
        return str(arn).replace(":sts:", ":iam:")


def complete() -> None:
    """Puts this EKS in the place of moto's."""
    urls.url_paths.clear()
    for path in (
        "{0}/clusters$",
        "{0}/clusters/(?P<path>.+)$",
        "{0}/cluster-versions$",
        "{0}/addons/(?P<path>.+)$",
        "{0}/access-policies$",
        "{0}/tags/(?P<path>.+)$",
    ):
        urls.url_paths[path] = CompletedEks.dispatch
