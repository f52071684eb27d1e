"""Wires the stages of each infrastructure, top to bottom."""

from __future__ import annotations

from cdktf import App

from manifest import Infrastructure, Repository
from stacks.backend import BackendStack
from stacks.clouds import cloud_of
from stacks.contract import Contract
from stacks.domain import DomainStack
from stacks.kubernetes import KubernetesStack
from stacks.vpc import VpcStack


def build(app: App, repository: Repository) -> Contract:
    """Adds the stacks of all infrastructures of `repository` to `app`."""
    contract = Contract()
    for infrastructure in repository.infrastructures.values():
        _infrastructure(app, infrastructure, repository.settings.name, contract)
    return contract


def _infrastructure(
    app: App, infrastructure: Infrastructure, organization: str, contract: Contract
) -> None:
    cloud = cloud_of(infrastructure, organization)
    name = infrastructure.name
    # The name of what there is one of: the network, the cluster.
    full_name = f"{organization}-{name}"
    protected = infrastructure.protection.destroy == "never"
    contract.infrastructure(infrastructure)

    backend = BackendStack(
        app,
        name,
        cloud,
        backend=infrastructure.backend,
        secret_names=infrastructure.secret_names(),
        protected=protected,
    )
    contract.stack(backend, bootstrap=cloud.bootstrap())

    network = domain = None
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
        domain = DomainStack(app, name, cloud, domain=infrastructure.domain, protected=protected)
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
            protected=protected,
        )
        contract.stack(kubernetes)
