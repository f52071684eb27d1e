"""What AWS does not offer, and what it needs. Pure. Caller: `infrastructure.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest.kubernetes import KubernetesCreate
from manifest.section import Finding
from manifest.vpc import VpcReuse

if TYPE_CHECKING:
    from manifest.infrastructure import Infrastructure

DISKS = ("gp3", "gp2", "io1", "io2")
UNSIGNED = ("us-gov-", "cn-")
"""Regions of partitions in which Route 53 signs no zones."""
ELSEWHERE = "is for Google Cloud."


def findings(one: Infrastructure) -> Iterator[Finding]:
    """Everything that is wrong for AWS."""
    if one.vpc and one.vpc.reuse:
        yield from _network(one.vpc.reuse)
    if one.domain and one.domain.create and one.domain.create.dnssec:
        yield from _signature(one.cloud.region)
    if one.kubernetes and one.kubernetes.create:
        yield from _cluster(one.kubernetes.create)
    if one.kubernetes and one.kubernetes.existing and one.kubernetes.existing.location:
        yield Finding(ELSEWHERE, "Leave it out.", "kubernetes.existing.location")


def _network(reuse: VpcReuse) -> Iterator[Finding]:
    for name in ("name", "project", "subnet"):
        if getattr(reuse, name) is not None:
            yield Finding(ELSEWHERE, "Write `id` or `tags`, and `subnets`.", f"vpc.reuse.{name}")
            return
    if (reuse.id is None) == (not reuse.tags):
        yield Finding("must say which network.", "Write either `id` or `tags`.", "vpc.reuse")
    if reuse.subnets is None:
        yield Finding("is missing.", "Add it.", "vpc.reuse.subnets")


def _signature(region: str) -> Iterator[Finding]:
    """Route 53 takes signing keys of us-east-1 only, which other partitions can't reach.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html
    """
    if region.startswith(UNSIGNED):
        yield Finding(
            "is not offered in this region's partition.", "Leave it out.", "domain.create.dnssec"
        )


def _cluster(create: KubernetesCreate) -> Iterator[Finding]:
    at = "kubernetes.create"
    for name in ("channel", "autopilot"):
        if getattr(create, name):
            yield Finding(ELSEWHERE, "Leave it out.", f"{at}.{name}")
    if not create.node_groups and not create.autopilot:
        yield Finding("are missing.", "Describe one group at least.", f"{at}.node_groups")
    for name, group in create.node_groups.items():
        if group.disk.type and group.disk.type not in DISKS:
            yield Finding(
                ELSEWHERE,
                f"Write one of {', '.join(DISKS)}.",
                f"{at}.node_groups.{name}.disk.type",
            )
    for index, principal in enumerate(create.administrators):
        if not principal.startswith("arn:"):
            yield Finding(
                ELSEWHERE,
                "Write the ARN of an IAM role or user.",
                f"{at}.administrators.{index}",
            )
