"""Rules between the sections of a manifest. Pure. Caller: `infrastructure.py`.

Each rule takes the sections it is about and yields what is wrong, placed from the manifest's root.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from manifest.addons import Addons
from manifest.applications import Application
from manifest.definitions import Module
from manifest.domain import Domain
from manifest.identity import Identity, Keycloak
from manifest.kubernetes import KubernetesCreate
from manifest.machines import architecture
from manifest.references import references
from manifest.section import Finding
from manifest.vpc import Vpc

CLUSTER_ZONES = 2
"""A managed control plane wants subnets in two zones."""


def cluster_has_a_network(cluster: KubernetesCreate, vpc: Vpc | None) -> Iterator[Finding]:
    """A new cluster needs a network: of two zones, and with a way out for its nodes."""
    if vpc is None:
        yield Finding(
            "needs a network, and there is no section vpc.",
            "Add `vpc: {create: {}}`, or `reuse` one.",
            at="kubernetes.create",
        )
        return
    subnets = vpc.reuse.subnets if vpc.reuse else None
    ids = subnets.private.ids if subnets else None
    if ids and len(ids) < CLUSTER_ZONES:
        yield Finding(
            "is one subnet, and a cluster needs two, in two zones.",
            "Add another.",
            at="vpc.reuse.subnets.private.ids",
        )
    if not vpc.create:
        return
    if vpc.create.zone_count < CLUSTER_ZONES:
        yield Finding(
            "is one zone, and a cluster needs two.", "Write 2 or more.", at="vpc.create.zones"
        )
    if vpc.create.nat == "none":
        yield Finding(
            "is `none`, and nodes in private subnets could not join the cluster.",
            "Write `single` or `per_zone`.",
            at="vpc.create.nat",
        )
    yield from _groups_in_zones(cluster, vpc.create.zone_count)


def _groups_in_zones(cluster: KubernetesCreate, zones: int) -> Iterator[Finding]:
    for name, group in cluster.node_groups.items():
        for index, zone in enumerate(group.zones or ()):
            if not 0 <= zone < zones:
                yield Finding(
                    f"is no zone of the network, which has {zones}.",
                    f"Write 0 to {zones - 1}.",
                    at=f"kubernetes.create.node_groups.{name}.zones.{index}",
                )


def zones_are_the_regions(vpc: Vpc | None, region: str, example: str) -> Iterator[Finding]:
    """Zones that are named stand in the infrastructure's region."""
    zones = vpc.create.zones if vpc and vpc.create else 0
    for index, zone in enumerate(zones if isinstance(zones, tuple) else ()):
        if not zone.startswith(region):
            yield Finding(
                f"is no zone of {region}.",
                f"Name one as {example}.",
                at=f"vpc.create.zones.{index}",
            )


def rights_have_a_cluster(*, cluster: bool) -> Iterator[Finding]:
    """What identity gives is the right to do something on a cluster."""
    if not cluster:
        yield Finding("is for a cluster, and there is none.", "Add `kubernetes`.", "identity")


def keycloak_has_a_place(
    keycloak: Keycloak, *, domain: Domain | None, addons: Addons | None
) -> Iterator[Finding]:
    """Where it is installed, people reach it by a name, with a certificate."""
    if not keycloak.install:
        return
    at = "identity.keycloak.install"
    if not domain:
        yield Finding("needs a DNS zone, and there is no section domain.", "Add `domain`.", at)
    elif not (keycloak.install.host or domain.name):
        yield Finding(
            "has no name: the zone is known by its id only.", "Add `host`, a name in the zone.", at
        )
    for name in ("ingress", "cert_manager", "external_dns"):
        addon = getattr(addons, name, None)
        if addon is None or not addon.enabled:
            yield Finding(f"can't be reached without {name}.", f"Add `addons.{name}`.", at)


def admin_has_an_address(identity: Identity, addons: Addons | None) -> Iterator[Finding]:
    """Where the manifest names no admin, the address is the one that certificates are about."""
    if identity.admin or not identity.owner:
        return
    certificates = addons.cert_manager if addons else None
    if certificates is None:
        yield Finding(
            "names no admin, and there is no `addons.cert_manager` whose address it could be.",
            "Add `identity.admin`.",
            at="identity",
        )
        return
    for name, user in identity.users.items():
        if user.email == certificates.email.lower():
            yield Finding(
                "is the address of the admin, too.",
                "Give each person one: add `identity.admin`.",
                at=("identity", "users", name, "email"),
            )


def one_architecture_a_group(cluster: KubernetesCreate, provider: str) -> Iterator[Finding]:
    """The nodes of a group run one image, so they have one kind of processor."""
    for name, group in cluster.node_groups.items():
        found = {architecture(provider, machine): machine for machine in group.machine_types}
        at = f"kubernetes.create.node_groups.{name}"
        if len(found) > 1:
            yield Finding(
                f"mixes processors: {found['arm64']} is arm64, {found['amd64']} is amd64.",
                "Make a group of each.",
                at=f"{at}.machine_types",
            )
        elif group.architecture and group.architecture not in found:
            yield Finding(
                f"is not what {group.machine_types[0]} has, {next(iter(found))}.",
                "Leave it out, or change the machine types.",
                at=f"{at}.architecture",
            )


def addons_have_a_zone(addons: Addons, has_domain: bool) -> Iterator[Finding]:
    """Certificates and DNS records need a zone to stand in."""
    for name in ("cert_manager", "external_dns"):
        if getattr(addons, name) and not has_domain:
            yield Finding(
                "needs a DNS zone, and there is no section domain.",
                "Add `domain`.",
                at=f"addons.{name}",
            )


def values_name_earlier_stages(
    values: Mapping[tuple[str, ...], object], earlier: Collection[str]
) -> Iterator[Finding]:
    """The addons are deployed before the modules and the applications, and after `earlier`."""
    for at, value in values.items():
        for reference in references(value):
            if reference.producer not in earlier:
                yield Finding(
                    f"names {reference.name}, which is not there before the addons are.",
                    f"There is {', '.join(sorted(earlier))}.",
                    at=at,
                )


def modules_have_a_cluster(modules: Mapping[str, Module], *, cluster: bool) -> Iterator[Finding]:
    """The helm provider is given access to one."""
    for name, module in modules.items():
        if "helm" in module.providers and not cluster:
            yield Finding(
                "works on a cluster, and there is none.",
                "Add `kubernetes`.",
                at=f"modules.{name}.providers",
            )


def applications_have_argocd(
    applications: Mapping[str, Application], addons: Addons | None
) -> Iterator[Finding]:
    """ArgoCD deploys them."""
    if applications and not (addons and addons.argocd and addons.argocd.enabled):
        yield Finding(
            "are deployed by ArgoCD, which is not installed.",
            "Add `addons.argocd`.",
            at="applications",
        )
