"""Wires the stages of each infrastructure, top to bottom."""

from __future__ import annotations

from typing import Any

from cdktf import App

from manifest import Infrastructure, Repository
from stacks.backend import BackendStack
from stacks.clouds import cloud_of, parents_cloud
from stacks.contract import Contract
from stacks.domain import DomainStack
from stacks.kubernetes import KubernetesStack, workloads
from stacks.stage import Stage
from stacks.vpc import VpcStack


def build(app: App, repository: Repository) -> Contract:
    """Adds the stacks of all infrastructures of `repository` to `app`."""
    contract = Contract()
    for infrastructure in repository.infrastructures.values():
        _infrastructure(app, infrastructure, repository, contract)
    return contract


def _infrastructure(
    app: App, infrastructure: Infrastructure, repository: Repository, contract: Contract
) -> None:
    organization = repository.settings.name
    cloud = cloud_of(infrastructure, organization)
    name = infrastructure.name
    # The name of what there is one of: the network, the cluster.
    full_name = f"{organization}-{name}"
    protected = infrastructure.protection.destroy == "never"
    contract.infrastructure(infrastructure, cloud)

    backend = BackendStack(
        app,
        name,
        cloud,
        backend=infrastructure.backend,
        secret_names=infrastructure.secret_names(),
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
    if kubernetes and infrastructure.kubernetes and infrastructure.addons:
        from stacks.addons import AddonsStack

        keycloak = infrastructure.identity.keycloak.install if infrastructure.identity else None
        made["stages.addons"] = addons = AddonsStack(
            app,
            name,
            cloud,
            addons=infrastructure.addons,
            keycloak=keycloak,
            kubernetes=infrastructure.kubernetes,
            owner=full_name,
            zone=domain,
            cluster=kubernetes,
            producers=made,
        )
        contract.stack(addons)

    if infrastructure.modules:
        from stacks.modules import add_modules

        for module in add_modules(app, infrastructure, cloud, repository.root, made):
            made[f"modules.{module.name.removeprefix('module-')}"] = module
            contract.stack(module)

    argocd = infrastructure.addons.argocd if infrastructure.addons else None
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
