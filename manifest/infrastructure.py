"""The manifest of one infrastructure, and the rules between its sections. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from manifest import aws, google, order, rules
from manifest.addons import Addon, Addons
from manifest.applications import Application
from manifest.backend import Backend
from manifest.cloud import Cloud
from manifest.definitions import MODULE_STAGE, Module
from manifest.domain import Domain
from manifest.identity import ADMINISTRATOR, Admin, Identity
from manifest.kubernetes import Kubernetes
from manifest.protection import Protection
from manifest.references import Reference, Text
from manifest.section import Finding, Section, about
from manifest.values import Name, SecretReference
from manifest.vpc import Vpc


class Infrastructure(Section):
    """One infrastructure, from its state's storage to its applications."""

    api_version: Literal["groundplan.dev/v1"] = about(
        "The version of this format.", alias="apiVersion"
    )
    name: Name = about("The name, the same as the file's.", change="immutable")
    labels: dict[str, str] = about("By these, common definitions select it.", dict)
    cloud: Cloud = about("Where it lives.", change="immutable")
    backend: Backend = about("Storage for state, configs and secrets.", Backend)
    vpc: Vpc | None = about("The private network.", None)
    domain: Domain | None = about("The DNS zone.", None)
    kubernetes: Kubernetes | None = about("The Kubernetes cluster.", None)
    addons: Addons | None = about("What runs on every cluster.", None)
    identity: Identity | None = about("Users, groups, single sign-on.", None)
    modules: dict[Name, Module] = about("The customer's Terraform modules.", dict)
    applications: dict[Name, Application] = about("Applications that ArgoCD deploys.", dict)
    protection: Protection = about("What keeps it from being destroyed.", Protection)

    def secret_names(self, guests: Iterable[str] = ()) -> list[str]:
        """The entries of the secret store that are needed, sorted, each once.

        `guests` are the infrastructures that share this one's Keycloak.
        """
        named = {one.secret for one in _values(self) if isinstance(one, SecretReference)}
        if self.identity:
            named.update(self.identity.secret_names(guests))
        return sorted(named)

    def administrator(self) -> Admin:
        """The admin, with the default's address: the one that certificates are about.

        To be asked where a Keycloak is installed or external; the rules made sure there is one.
        """
        named = self.identity.admin if self.identity else None
        if named:
            return named
        certificates = self.addons.cert_manager if self.addons else None
        email = certificates.email.lower() if certificates else None
        return Admin(username=ADMINISTRATOR, email=email)

    def references(self) -> set[Reference]:
        """Every output of a stage or a module that the manifest names."""
        found: set[Reference] = set()
        for value in _values(self):
            parts = value.parts if isinstance(value, Text) else (value,)
            found.update(part for part in parts if isinstance(part, Reference))
        return found

    def check(self) -> Iterator[Finding]:
        if f"-{MODULE_STAGE}" in f"{self.name}-":
            yield Finding(
                "could be taken for a module of another infrastructure: stacks of modules are "
                "called <infrastructure>-module-<name>.",
                "Choose a name without the word `module` after a hyphen.",
                "name",
            )
        cluster = self.kubernetes.create if self.kubernetes else None
        if cluster:
            yield from rules.cluster_has_a_network(cluster, self.vpc)
            yield from rules.one_architecture_a_group(cluster, self.cloud.provider)
        if self.addons:
            yield from rules.addons_have_a_zone(self.addons, self.domain is not None)
            yield from rules.values_name_earlier_stages(self._chart_values(), self._earlier())
            if not self.kubernetes:
                yield Finding("run on a cluster, and there is none.", "Add `kubernetes`.", "addons")
        if self.identity:
            yield from rules.admin_has_an_address(self.identity, self.addons)
            yield from rules.rights_have_a_cluster(cluster=self.kubernetes is not None)
            yield from rules.keycloak_has_a_place(
                self.identity.keycloak,
                domain=self.domain,
                addons=self.addons,
            )
        yield from self._of_the_cloud()
        yield from rules.modules_have_a_cluster(self.modules, cluster=self.kubernetes is not None)
        yield from order.modules_have_an_order(self.modules)
        yield from rules.applications_have_argocd(self.applications, self.addons)
        yield from order.dependencies_exist(self.modules, self.applications)

    def _of_the_cloud(self) -> Iterator[Finding]:
        """What this cloud offers, and what it needs."""
        region = self.cloud.region
        if self.cloud.provider == "google":
            yield from rules.zones_are_the_regions(self.vpc, region, f"{region}-a")
            yield from google.findings(self)
        else:
            yield from rules.zones_are_the_regions(self.vpc, region, f"{region}a")
            yield from aws.findings(self)

    def _earlier(self) -> set[str]:
        """The stages that are deployed before the addons."""
        stages = {"vpc": self.vpc, "domain": self.domain, "kubernetes": self.kubernetes}
        return {"stages.backend", *(f"stages.{name}" for name, one in stages.items() if one)}

    def _chart_values(self) -> dict[tuple[str, ...], object]:
        """The values that the user gives to the charts of the platform, by where they stand."""
        addons = vars(self.addons).items() if self.addons else ()
        found: dict[tuple[str, ...], object] = {
            ("addons", name, "values"): addon.values
            for name, addon in addons
            if isinstance(addon, Addon)
        }
        if self.identity and self.identity.keycloak.install:
            at = ("identity", "keycloak", "install", "values")
            found[at] = self.identity.keycloak.install.values
        return found


def _values(value: Any) -> Iterator[Any]:
    """What is in the sections, maps and lists of a value; references to secrets whole."""
    items: Iterable[Any] = ()
    if isinstance(value, Section) and not isinstance(value, SecretReference):
        items = vars(value).values()
    elif isinstance(value, dict):
        items = value.values()
    elif isinstance(value, tuple | list):
        items = value
    else:
        yield value
    for item in items:
        yield from _values(item)
