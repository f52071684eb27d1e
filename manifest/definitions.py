"""Sections `modules` and `applications`: what customers bring. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from manifest.section import Finding, Many, Section, about, form
from manifest.values import Name, SecretReference, Value

NAMESPACE = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
Namespace = Annotated[
    str, form(NAMESPACE, "one name without dots: lower-case letters, digits and hyphens")
]


def _variable(value: Any) -> Any:
    """`{secret: name}` and nothing beside it is a reference; deeper in a value it is data."""
    if isinstance(value, dict) and set(value) == {"secret"} and isinstance(value["secret"], str):
        return SecretReference.model_validate(value)
    return value


Variable = Annotated[Value, AfterValidator(_variable)]


class Definition(Section):
    """What modules and applications have in common.

    A definition in the repository's own folder holds for every infrastructure whose labels carry
    all of `selector`; one of the same name in an infrastructure's folder replaces it there.
    """

    enabled: bool = about("`false` leaves it out.", True)
    selector: dict[str, str] = about("Labels an infrastructure must carry. Default: all do.", dict)
    depends_on: Many[Name] = about("Modules that must be deployed before.", ())


class Module(Definition):
    """A Terraform module of the customer's."""

    source: str = about(
        "Where it is: `./folder` in the repository, `git::https://…?ref=…`, a registry address, "
        "or an archive.",
        change="replaces",
    )
    version: str | None = about("The version, for a registry's module.", None)
    variables: dict[str, Variable] = about(
        "The module's input variables. One that is `{secret: NAME}` gets that entry of the secret "
        "store, at run time.",
        dict,
    )
    for_each: Many[str] = about("Makes one module of each value, as `${{ each }}`.", ())


class Source(Section):
    """Where an application's manifests come from."""

    repository: str = about("A Helm repository, an OCI registry, or a git repository.")
    chart: str | None = about("The Helm chart's name.", None)
    version: str | None = about("The chart's version.", None)
    path: str | None = about("A folder of the git repository: Kustomize or plain manifests.", None)
    revision: str | None = about("The branch, tag or commit of the git repository.", None)

    def check(self) -> Iterator[Finding]:
        if (self.chart is None) == (self.path is None):
            yield Finding("must name a chart or a folder.", "Write either `chart` or `path`.")
        if self.chart and not self.version:
            yield Finding("names a chart without a version.", "Add `version`.")


class Sync(Section):
    """How ArgoCD keeps the application equal to its source."""

    automated: bool = about("Whether it does so by itself.", True)
    prune: bool = about("Whether what is gone from the source is deleted.", True)
    self_heal: bool = about("Whether changes made by hand are undone.", True)


class Application(Definition):
    """An application that ArgoCD deploys."""

    source: Source | None = about("Where its manifests come from.", None)
    sources: Many[Source] = about("The same, where there are several.", ())
    namespace: Namespace = about("The namespace it is deployed to.")
    create_namespace: bool = about("Whether the namespace is made.", True)
    values: dict[str, Value] = about("Values of the Helm chart.", dict)
    value_files: Many[str] = about("Files of the repository with values.", ())
    wave: int = about("Applications of a lower wave come first.", 0)
    sync: Sync = about("How it is kept equal to its source.", Sync)
    ignore_differences: Many[dict[str, Value]] = about("As ArgoCD writes them.", ())
    on_removal: Literal["delete", "orphan"] = about(
        "What happens to what it deployed when the definition goes.", "delete"
    )

    def check(self) -> Iterator[Finding]:
        if (self.source is None) == (not self.sources):
            yield Finding("must say where it comes from.", "Write either `source` or `sources`.")
