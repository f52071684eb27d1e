"""What Google Cloud does not offer, and what it needs. Pure. Caller: `infrastructure.py`.

A field that is for another cloud is refused where it is written; its default means nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from manifest.cloud import GoogleCloud
from manifest.identity import Identity
from manifest.kubernetes import KubernetesCreate, NodeGroup
from manifest.machines import architecture
from manifest.section import Finding, Section
from manifest.vpc import Vpc, VpcReuse

if TYPE_CHECKING:
    from manifest.infrastructure import Infrastructure

DISKS = ("pd-balanced", "pd-ssd", "pd-standard", "hyperdisk-balanced")
LOGS_KEPT = 30
"""Days, by the project's log bucket `_Default`, which all its logs share."""
SMALLEST_NETWORK = 20
"""Prefix length: below it there are pods' addresses for a few nodes only."""
MOST_GROUPS = 11
"""Besides the administrators: Google reads them by an expression of 2,048 characters.
https://cloud.google.com/iam/docs/reference/rest/v1/locations.workforcePools.providers"""
ELSEWHERE = "is for AWS."


def findings(one: Infrastructure) -> Iterator[Finding]:
    """Everything that is wrong for Google Cloud."""
    if one.identity and isinstance(one.cloud, GoogleCloud):
        yield from _people(one.identity, one.cloud.organization_id)
    if _written(one.backend, "secret_recovery") and one.backend.secret_recovery:
        yield Finding(
            "is not offered: Secret Manager deletes at once.",
            "Leave it out, or write 0.",
            "backend.secret_recovery",
        )
    if one.vpc:
        yield from _network(one.vpc)
    if one.domain and one.domain.reuse and not one.domain.reuse.zone:
        yield Finding(ELSEWHERE, "Name the zone: `zone`.", "domain.reuse.id")
    if one.kubernetes and one.kubernetes.create:
        yield from _cluster(one.kubernetes.create)
        if one.kubernetes.create.administrators and not one.addons:
            yield Finding(
                "get their rights by an object on the cluster, and there is no section addons.",
                "Add `addons: {}`.",
                "kubernetes.create.administrators",
            )
    if one.kubernetes and one.kubernetes.existing:
        yield from _for_aws(one.kubernetes.existing, "kubernetes.existing", "workload_identity")


def _people(identity: Identity, organization_id: str | None) -> Iterator[Finding]:
    """What people of Keycloak need: docs/decisions/0008-people-on-gke.md."""
    rights = [name for name, group in identity.groups.items() if group.kubernetes]
    if organization_id is None:
        for name in rights:
            yield Finding(
                "is a right that nobody could use: Google lets people of Keycloak in by a pool, "
                "which belongs to an organization.",
                "Add `organization_id` to `cloud`; or leave it out, and name people or groups of "
                "Google in `kubernetes.create.administrators`.",
                ("identity", "groups", name, "kubernetes"),
            )
    elif len(rights) > MOST_GROUPS:
        yield Finding(
            f"has {len(rights)} groups with rights in Kubernetes, and Google takes {MOST_GROUPS}.",
            "Give the same rights to fewer groups.",
            "identity.groups",
        )


def _network(vpc: Vpc) -> Iterator[Finding]:
    if vpc.reuse:
        yield from _reused(vpc.reuse)
    if not vpc.create:
        return
    if IPv4Network(vpc.create.cidr).prefixlen > SMALLEST_NETWORK:
        yield Finding(
            "is too small: half of it is for pods.",
            f"Choose a range from /16 to /{SMALLEST_NETWORK}.",
            "vpc.create.cidr",
        )
    logs = vpc.create.flow_logs
    if logs and logs.retention != LOGS_KEPT:
        yield _retention("vpc.create.flow_logs.retention")


def _reused(reuse: VpcReuse) -> Iterator[Finding]:
    for name in ("id", "tags", "subnets"):
        if getattr(reuse, name):
            yield Finding(ELSEWHERE, "Write `name` and `subnet`.", f"vpc.reuse.{name}")
            return
    for name in ("name", "subnet"):
        if getattr(reuse, name) is None:
            yield Finding("is missing.", "Add it.", f"vpc.reuse.{name}")


def _cluster(create: KubernetesCreate) -> Iterator[Finding]:
    at = "kubernetes.create"
    yield from _for_aws(create, at, "workload_identity", "core_addons")
    if create.channel and create.support == "extended":
        yield Finding(
            "is a release channel of its own.", "Write `channel` or `support`.", f"{at}.support"
        )
    if create.autopilot and create.node_groups:
        yield Finding(
            "are made by Google with `autopilot`.", "Keep one of both.", f"{at}.node_groups"
        )
    if not create.autopilot and not create.node_groups:
        yield Finding(
            "are missing.",
            "Describe one group at least, or write `autopilot: true`.",
            f"{at}.node_groups",
        )
    if _written(create.logs, "types") and "authenticator" in create.logs.types:
        yield Finding("has no log `authenticator` here.", "Leave it out.", f"{at}.logs.types")
    if _written(create.logs, "retention") and create.logs.retention != LOGS_KEPT:
        yield _retention(f"{at}.logs.retention")
    for index, member in enumerate(create.administrators):
        if member.startswith("arn:"):
            yield Finding(
                ELSEWHERE,
                "Write a member, as `group:platform@example.org`.",
                f"{at}.administrators.{index}",
            )
    for name, group in create.node_groups.items():
        yield from _group(group, f"{at}.node_groups.{name}")
    machines = [group.machine_types[0] for group in create.node_groups.values()]
    if machines and all(architecture("google", one) == "arm64" for one in machines):
        yield Finding(
            "are all of arm64, and GKE keeps pods away from such nodes that do not ask for them.",
            "Add a group of amd64 machines.",
            f"{at}.node_groups",
        )


def _group(group: NodeGroup, at: str) -> Iterator[Finding]:
    if len(group.machine_types) > 1:
        yield Finding(
            "names several: nodes of a group are of one type here.",
            "Keep one, or make a group of each.",
            f"{at}.machine_types",
        )
    if group.disk.type and group.disk.type not in DISKS:
        yield Finding(ELSEWHERE, f"Write one of {', '.join(DISKS)}.", f"{at}.disk.type")


def _retention(at: str) -> Finding:
    return Finding(
        "is not the cluster's to say: the project's log bucket keeps all logs.",
        f"Leave it out, or write {LOGS_KEPT}, and change the log bucket `_Default`.",
        at,
    )


def _for_aws(section: Section, at: str, *names: str) -> Iterator[Finding]:
    for name in names:
        if _written(section, name):
            yield Finding(ELSEWHERE, "Leave it out.", f"{at}.{name}")


def _written(section: Section, name: str) -> bool:
    return name in section.model_fields_set
