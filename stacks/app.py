"""Wires the stages of each infrastructure, top to bottom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cdktf import App
from constructs.shared.cloud import Cloud

from manifest import Infrastructure, Repository
from manifest.definitions import MODULE_STAGE
from stacks.backend import BackendStack
from stacks.clouds import cloud_of, parents_cloud
from stacks.contract import Contract
from stacks.domain import DomainStack
from stacks.kubernetes import KubernetesStack, workloads
from stacks.stage import Stage
from stacks.vpc import VpcStack

if TYPE_CHECKING:
    from stacks.realm import Realm


def build(app: App, repository: Repository) -> Contract:
    """Adds the stacks of all infrastructures of `repository` to `app`."""
    contract = Contract()
    identities: dict[str, Stage[Any]] = {}
    for infrastructure in repository.infrastructures.values():
        stages = _infrastructure(app, infrastructure, repository, contract)
        if "stages.identity" in stages:
            identities[infrastructure.name] = stages["stages.identity"]
    for guest, host in repository.hosts.items():
        # The host makes the guest's access, and its realm goes last.
        if host.name in identities:
            identities[guest].after(identities[host.name])
    return contract


def _infrastructure(
    app: App, infrastructure: Infrastructure, repository: Repository, contract: Contract
) -> dict[str, Stage[Any]]:
    """The stages of one infrastructure, by the names that values may call them."""
    organization = repository.settings.name
    cloud = cloud_of(infrastructure, organization)
    name = infrastructure.name
    # The name of what there is one of: the network, the cluster.
    full_name = f"{organization}-{name}"
    protected = infrastructure.protection.destroy == "never"
    guests = repository.guests.get(name, ())
    contract.infrastructure(infrastructure, cloud)
    host = repository.hosts.get(name)
    if host and host.name not in repository.infrastructures:
        contract.neighbour(host.name, cloud_of(host, organization))

    backend = BackendStack(
        app,
        name,
        cloud,
        backend=infrastructure.backend,
        secret_names=infrastructure.secret_names(guests),
        protected=protected,
    )
    contract.stack(backend, bootstrap=cloud.bootstrap())

    network = domain = kubernetes = None
    if infrastructure.vpc:
        network = VpcStack(
            app,
            name,
            cloud,
            vpc=infrastructure.vpc,
            name=full_name,
            cluster=full_name if infrastructure.kubernetes else None,
            protected=protected,
        )
        network.after(backend)
        contract.stack(network)

    if infrastructure.domain:
        domain = DomainStack(
            app,
            name,
            cloud,
            domain=infrastructure.domain,
            parents=parents_cloud(infrastructure, organization),
            protected=protected,
        )
        domain.after(backend)
        contract.stack(domain)

    if infrastructure.kubernetes:
        kubernetes = KubernetesStack(
            app,
            name,
            cloud,
            kubernetes=infrastructure.kubernetes,
            provider=infrastructure.cloud.provider,
            name=full_name,
            backend=backend,
            network=network,
            zone=domain,
            workloads=workloads(infrastructure.addons),
            protected=protected,
        )
        contract.stack(kubernetes)

    made: dict[str, Stage[Any]] = {
        f"stages.{stage.name}": stage for stage in (backend, network, domain, kubernetes) if stage
    }
    identity = infrastructure.identity
    realm = None
    if identity:
        from stacks.realm import realm_of

        realm = realm_of(infrastructure, host)
    if kubernetes and infrastructure.kubernetes and infrastructure.addons:
        from stacks.addons import AddonsStack

        made["stages.addons"] = addons = AddonsStack(
            app,
            name,
            cloud,
            addons=infrastructure.addons,
            keycloak=identity.keycloak.install if identity else None,
            realm=realm,
            identity=identity,
            kubernetes=infrastructure.kubernetes,
            owner=full_name,
            zone=domain,
            cluster=kubernetes,
            producers=made,
        )
        contract.stack(addons)

    argocd = infrastructure.addons.argocd if infrastructure.addons else None
    if realm:
        made["stages.identity"] = people = _identity(
            app, infrastructure, cloud, realm=realm, guests=guests, made=made
        )
        contract.stack(people)

    if infrastructure.modules:
        from stacks.modules import add_modules

        for module in add_modules(app, infrastructure, cloud, repository.root, made):
            made[f"modules.{module.name.removeprefix(MODULE_STAGE)}"] = module
            contract.stack(module)

    if kubernetes and argocd and argocd.enabled:
        # Also without applications: those that have left the manifest are still to be removed.
        from stacks.applications import ApplicationsStack

        applications = ApplicationsStack(
            app,
            name,
            cloud,
            applications=infrastructure.applications,
            addons=made["stages.addons"],
            cluster=kubernetes,
            producers=made,
        )
        contract.stack(applications)
    return made


def _identity(
    app: App,
    infrastructure: Infrastructure,
    cloud: Cloud,
    *,
    realm: Realm,
    guests: tuple[str, ...],
    made: Mapping[str, Stage[Any]],
) -> Stage[Any]:
    from stacks.identity import IdentityStack

    identity, addons = infrastructure.identity, infrastructure.addons
    assert identity, "there is a realm"
    stage = IdentityStack(
        app,
        infrastructure.name,
        cloud,
        identity=identity,
        administrator=None if identity.keycloak.shared else infrastructure.administrator(),
        realm=realm,
        guests=(*guests, *identity.guests),
        backend=made["stages.backend"],
        cluster=made["stages.kubernetes"],
        addons=made.get("stages.addons"),
        argocd=bool(addons and addons.shows_argocd()),
    )
    if "stages.addons" in made:
        # Keycloak itself, and the ArgoCD that waits for its client's secret.
        stage.after(made["stages.addons"])
    return stage
