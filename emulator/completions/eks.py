"""EKS as our stages and the AWS provider use it: clusters, node groups, add-ons, access.

moto has clusters and node groups without access configuration, upgrades, add-ons, access entries
and pod identities. Here EKS is stored as the API shows it: dicts in the shapes of the AWS API
model, which the tests compare. Changes of state happen at once: what AWS calls CREATING is ACTIVE.

The API server behind a cluster is invented, unless `GROUNDPLAN_EMULATED_KUBERNETES` names a JSON
file with an `endpoint` and a `certificateAuthority` (base64 PEM) of a real one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.core.responses import BaseResponse
from moto.eks import urls

from emulator.completions import eks_access, eks_addons, eks_clusters, eks_nodes
from emulator.completions.eks_store import Fault, Store, stores

Handler = Callable[..., dict[str, Any]]
NAME = r"(?P<name>[^/]+)"
CLUSTER = rf"/clusters/{NAME}"
ARN = r"(?P<principal>arn:[^/]+/.+?)"

ROUTES: list[tuple[str, str, Handler]] = [
    ("POST", r"/clusters", eks_clusters.create),
    ("GET", r"/clusters", eks_clusters.list_),
    ("GET", CLUSTER, eks_clusters.describe),
    ("DELETE", CLUSTER, eks_clusters.delete),
    ("POST", rf"{CLUSTER}/update-config", eks_clusters.update_config),
    ("POST", rf"{CLUSTER}/updates", eks_clusters.update_version),
    ("GET", rf"{CLUSTER}/updates/(?P<update>[^/]+)", eks_clusters.describe_update),
    ("POST", rf"{CLUSTER}/encryption-config/associate", eks_clusters.associate_encryption),
    ("POST", rf"{CLUSTER}/node-groups", eks_nodes.create),
    ("GET", rf"{CLUSTER}/node-groups", eks_nodes.list_),
    ("GET", rf"{CLUSTER}/node-groups/(?P<group>[^/]+)", eks_nodes.describe),
    ("DELETE", rf"{CLUSTER}/node-groups/(?P<group>[^/]+)", eks_nodes.delete),
    ("POST", rf"{CLUSTER}/node-groups/(?P<group>[^/]+)/update-config", eks_nodes.update_config),
    ("POST", rf"{CLUSTER}/node-groups/(?P<group>[^/]+)/update-version", eks_nodes.update_version),
    ("GET", r"/addons/supported-versions", eks_addons.versions),
    ("POST", rf"{CLUSTER}/addons", eks_addons.create),
    ("GET", rf"{CLUSTER}/addons", eks_addons.list_),
    ("GET", rf"{CLUSTER}/addons/(?P<addon>[^/]+)", eks_addons.describe),
    ("DELETE", rf"{CLUSTER}/addons/(?P<addon>[^/]+)", eks_addons.delete),
    ("POST", rf"{CLUSTER}/addons/(?P<addon>[^/]+)/update", eks_addons.update_addon),
    ("POST", rf"{CLUSTER}/access-entries", eks_access.create_entry),
    ("GET", rf"{CLUSTER}/access-entries", eks_access.list_entries),
    ("POST", rf"{CLUSTER}/access-entries/{ARN}/access-policies", eks_access.associate),
    ("GET", rf"{CLUSTER}/access-entries/{ARN}/access-policies", eks_access.list_associated),
    (
        "DELETE",
        rf"{CLUSTER}/access-entries/{ARN}/access-policies/(?P<policy>arn:.+)",
        eks_access.disassociate,
    ),
    ("GET", rf"{CLUSTER}/access-entries/{ARN}", eks_access.describe_entry),
    ("POST", rf"{CLUSTER}/access-entries/{ARN}", eks_access.update_entry),
    ("DELETE", rf"{CLUSTER}/access-entries/{ARN}", eks_access.delete_entry),
    ("POST", rf"{CLUSTER}/pod-identity-associations", eks_access.create_pod_identity),
    ("GET", rf"{CLUSTER}/pod-identity-associations", eks_access.list_pod_identities),
    (
        "GET",
        rf"{CLUSTER}/pod-identity-associations/(?P<association>[^/]+)",
        eks_access.describe_pod_identity,
    ),
    (
        "POST",
        rf"{CLUSTER}/pod-identity-associations/(?P<association>[^/]+)",
        eks_access.update_pod_identity,
    ),
    (
        "DELETE",
        rf"{CLUSTER}/pod-identity-associations/(?P<association>[^/]+)",
        eks_access.delete_pod_identity,
    ),
    (
        "POST",
        rf"{CLUSTER}/identity-provider-configs/associate",
        eks_access.associate_identity_provider,
    ),
    (
        "POST",
        rf"{CLUSTER}/identity-provider-configs/describe",
        eks_access.describe_identity_provider,
    ),
    (
        "POST",
        rf"{CLUSTER}/identity-provider-configs/disassociate",
        eks_access.disassociate_identity_provider,
    ),
    ("GET", rf"{CLUSTER}/identity-provider-configs", eks_access.list_identity_providers),
    ("GET", r"/tags/(?P<arn>.+)", eks_clusters.tags),
    ("POST", r"/tags/(?P<arn>.+)", eks_clusters.tag),
    ("DELETE", r"/tags/(?P<arn>.+)", eks_clusters.untag),
]


class CompletedEks(BaseResponse):
    """Routes requests to the functions above, and faults to AWS's form of errors."""

    def __init__(self) -> None:
        super().__init__(service_name="eks")

    def call_action(self) -> Any:
        path = unquote(self.parsed_url.path)
        for method, pattern, handler in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == self.method:
                return self._answer(handler, match.groupdict())
        message = f"The emulated cloud has no EKS {self.method} {path}"
        return _error(400, "NotImplementedInEmulator", {"message": message})

    def _answer(self, handler: Handler, groups: dict[str, str]) -> Any:
        store: Store = stores.of(self.current_account, self.region)
        body = json.loads(self.body) if self.body else {}
        query = {key: values for key, values in self.querystring.items() if not body}
        try:
            result = handler(store, **groups, body={**query, **body})
        except Fault as fault:
            return _error(fault.status, fault.code, fault.body)
        return 200, {"Content-Type": "application/json"}, json.dumps(result)


def _error(status: int, code: str, body: dict[str, Any]) -> Any:
    return status, {"x-amzn-errortype": code}, json.dumps(body)


def complete() -> None:
    """Puts this EKS in the place of moto's."""
    urls.url_paths.clear()
    for path in (
        "{0}/clusters$",
        "{0}/clusters/(?P<path>.+)$",
        "{0}/addons/(?P<path>.+)$",
        "{0}/tags/(?P<path>.+)$",
    ):
        urls.url_paths[path] = CompletedEks.dispatch
