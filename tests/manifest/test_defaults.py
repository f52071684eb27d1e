"""The defaults, pinned: a change of one changes what is deployed for everyone who relies on it."""

from __future__ import annotations

from typing import Any

import pytest

from manifest.addons import Addon, Addons, ArgoCd
from manifest.applications import (
    Allow,
    Application,
    ClusterResource,
    Directory,
    Retry,
    Source,
    Sync,
)
from manifest.backend import Backend
from manifest.cloud import AwsCloud, GoogleCloud
from manifest.definitions import Definition, Module
from manifest.domain import DomainCreate
from manifest.identity import (
    Admin,
    Client,
    GitLab,
    Group,
    Identity,
    KeycloakExternal,
    KeycloakInstall,
    Ldap,
    Oidc,
    Person,
    User,
)
from manifest.infrastructure import Infrastructure
from manifest.kubernetes import (
    Disk,
    Endpoint,
    KubernetesCreate,
    KubernetesExisting,
    Logs,
    NodeGroup,
    Size,
    Taint,
)
from manifest.protection import Protection
from manifest.section import Section
from manifest.settings import Layout, Policy, Settings
from manifest.vpc import FlowLogs, NamedSubnet, VpcCreate, VpcReuse

ADDON = {"enabled": True, "values": {}}
DEFINITION = {"enabled": True, "selector": {}, "depends_on": ()}
EXTERNAL: dict[str, Any] = {"groups": (), "allowed_domains": (), "trust_email": False}
MAPPED = {**EXTERNAL, "group_mappings": {}, "groups_claim": "groups"}
PERSON = {"first_name": "", "last_name": "", "enabled": True, "external": False}
BACKEND = {"old_versions": 90, "secret_recovery": 7}
PROTECTION = {"destroy": "confirm"}
SIZE = {"min": 1, "max": 3}
DISK = {"size": 40}
ENDPOINT = {"public": True, "allowed_cidrs": ("0.0.0.0/0",)}
LOGS = {"types": ("api", "audit", "authenticator"), "retention": 90}
SYNC = {"automated": True, "prune": True, "self_heal": True, "options": ()}
ALLOW: dict[str, Any] = {"repositories": (), "namespaces": (), "cluster_resources": ()}
LAYOUT = {
    "infrastructures": "infrastructures",
    "modules": "modules",
    "applications": "applications",
}
POLICY = {
    "floating_sources": False,
    "source_schemes": ("https", "ssh", "s3"),
    "source_hosts": (),
}
DEFAULTS: dict[type[Section], dict[str, Any]] = {
    Settings: {"layout": LAYOUT, "policy": POLICY, "defaults": {}},
    Layout: LAYOUT,
    Policy: POLICY,
    Infrastructure: {
        "labels": {},
        "backend": BACKEND,
        "modules": {},
        "applications": {},
        "protection": PROTECTION,
    },
    AwsCloud: {"tags": {}},
    GoogleCloud: {"labels": {}},
    Backend: BACKEND,
    Protection: PROTECTION,
    VpcCreate: {"cidr": "10.0.0.0/16", "zones": 3, "nat": "single"},
    FlowLogs: {"retention": 30},
    VpcReuse: {"tags": {}},
    DomainCreate: {"dnssec": False},
    KubernetesCreate: {
        "autopilot": False,
        "node_groups": {},
        "endpoint": ENDPOINT,
        "logs": LOGS,
        "support": "standard",
        "administrators": (),
        "workload_identity": "pod_identity",
        "core_addons": {},
    },
    NamedSubnet: {"pods": "pods", "services": "services"},
    KubernetesExisting: {"workload_identity": "pod_identity"},
    NodeGroup: {"capacity": "on_demand", "size": SIZE, "labels": {}, "taints": (), "disk": DISK},
    Size: SIZE,
    Disk: DISK,
    Endpoint: ENDPOINT,
    Logs: LOGS,
    Taint: {"effect": "NoSchedule"},
    Addon: ADDON,
    Addons: {"load_balancers": {"enabled": True, "values": {}}},
    ArgoCd: {**ADDON, "repositories": {}},
    Definition: DEFINITION,
    Module: {
        **DEFINITION,
        "variables": {},
        "for_each": (),
        "outputs": (),
        "sensitive_outputs": (),
        "providers": (),
    },
    Application: {
        **DEFINITION,
        "sources": (),
        "create_namespace": True,
        "values": {},
        "value_files": (),
        "wave": 0,
        "sync": SYNC,
        "ignore_differences": (),
        "on_removal": "delete",
        "allow": ALLOW,
    },
    Source: {
        "values": {},
        "value_files": (),
        "chart_value_files": (),
        "parameters": {},
        "kustomize": {},
    },
    Directory: {"recurse": False},
    Retry: {"limit": 5, "delay": "5s", "factor": 2, "longest": "3m"},
    ClusterResource: {"group": ""},
    Allow: ALLOW,
    Sync: SYNC,
    Identity: {"groups": {}, "users": {}, "providers": {}, "clients": {}, "guests": ()},
    KeycloakInstall: {"realm": "platform", "replicas": 2, "values": {}},
    KeycloakExternal: {"client_id": "groundplan"},
    Person: PERSON,
    Admin: PERSON,
    Group: {"namespaces": (), "projects": ()},
    User: {**PERSON, "groups": ()},
    GitLab: {**MAPPED, "url": "https://gitlab.com"},
    Ldap: {"vendor": "other", "groups": ()},
    Oidc: {**MAPPED, "scopes": ("openid", "profile", "email")},
    Client: {"public": False},
}


def defaults(model: type[Section]) -> dict[str, Any]:
    """Field → default of the fields that need not be given, without those that are absent."""
    found = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            continue
        value = field.get_default(call_default_factory=True, validated_data={})
        if value is not None:
            found[name] = (
                value.model_dump(exclude_none=True) if isinstance(value, Section) else value
            )
    return found


@pytest.mark.parametrize(("model", "pinned"), DEFAULTS.items(), ids=lambda one: str(one)[:40])
def test_defaults_are_pinned(model: type[Section], pinned: dict[str, Any]) -> None:
    assert defaults(model) == pinned


def models(model: type[Section] = Section) -> set[type[Section]]:
    return {one for below in model.__subclasses__() for one in {below, *models(below)}}


def test_every_model_with_defaults_is_pinned() -> None:
    free = {model.__name__ for model in models() - set(DEFAULTS) if defaults(model)}
    common = {one.__name__ for one in models() if defaults(one) in (EXTERNAL, MAPPED)}
    assert free - common == {"CertManager"}, "pin it above"


def test_no_two_models_share_a_container() -> None:
    one, two = Addon(), Addon()
    assert one.values is not two.values
