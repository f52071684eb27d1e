"""Section `applications`: what ArgoCD deploys. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from manifest.definitions import Definition
from manifest.section import Finding, Many, Section, about, form
from manifest.values import Value

NAMESPACE = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
ALLOWED = r"^[a-z0-9*]([a-z0-9*-]{0,61}[a-z0-9*])?$"
DURATION = r"^([0-9]+(s|m|h))+$"
LAST_WAVE = 99
Namespace = Annotated[
    str, form(NAMESPACE, "one name without dots: lower-case letters, digits and hyphens")
]
AllowedNamespace = Annotated[str, form(ALLOWED, "a namespace, or a pattern as `preview-*`")]
SourceName = Annotated[
    str, form(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", "a name of letters, digits, hyphens and underscores")
]
Duration = Annotated[str, form(DURATION, "a duration, as 5s or 3m")]
OWN_WAY = frozenset(
    {"enabled", "selector", "depends_on", "wave", "on_removal", "allow", "manifest"}
)
"""What may stand beside `manifest`, which says the rest itself."""


class Directory(Section):
    """How a folder of plain manifests is read."""

    recurse: bool = about("Whether its folders are read, too.", False)
    include: str | None = about("Only files that this pattern matches, as `*.yaml`.", None)
    exclude: str | None = about("No files that this pattern matches.", None)


class Source(Section):
    """Where an application's manifests come from."""

    repository: str = about(
        "A Helm repository (`https://…`), an OCI registry (`oci://…`), or a git repository."
    )
    chart: str | None = about("The Helm chart's name.", None)
    version: str | None = about(
        "The chart's version, or a range that ArgoCD follows: `6.9.*`.", None
    )
    path: str | None = about(
        "A folder of the git repository: a Helm chart, Kustomize, or plain manifests.", None
    )
    revision: str | None = about(
        "The tag or commit of the git repository, or a branch that ArgoCD follows.", None
    )
    ref: SourceName | None = about(
        "A name for this source: value files of the others find it as `$name/…`.", None
    )
    values: dict[str, Value] = about("Values of the Helm chart.", dict)
    value_files: Many[str] = about(
        "Files of this repository with values, seen from its root; `values` go over them.", ()
    )
    chart_value_files: Many[str] = about(
        "Files with values that ArgoCD reads: of the chart, or of another source as `$name/…`.", ()
    )
    parameters: dict[str, str] = about(
        "Single values of the Helm chart by their path, always as text.", dict
    )
    kustomize: dict[str, Value] = about("Options of Kustomize, as ArgoCD writes them.", dict)
    directory: Directory | None = about("How plain manifests are read.", None)

    def check(self) -> Iterator[Finding]:
        only_referred = self.ref and self.chart is None and self.path is None
        if not only_referred and (self.chart is None) == (self.path is None):
            yield Finding("must name a chart or a folder.", "Write either `chart` or `path`.")
        if self.chart and not self.version:
            yield Finding("names a chart without a version.", "Add `version`.")
        yield from self._fitting()

    def _fitting(self) -> Iterator[Finding]:
        """What belongs to charts stands beside a chart; tools do not mix."""
        if self.chart is None and self.version:
            yield Finding("is a chart's.", "Write `revision`.", at="version")
        if self.chart and self.revision:
            yield Finding("is a git repository's.", "Write `version`.", at="revision")
        tools = [name for name in ("kustomize", "directory") if getattr(self, name)]
        if self.values or self.value_files or self.chart_value_files or self.parameters:
            tools.insert(0, "values")
        if len(tools) > 1:
            both = " and ".join(f"`{name}`" for name in tools)
            yield Finding(f"has {both}, and ArgoCD uses one tool.", "Keep what the folder is.")
        elif tools and tools != ["values"] and self.chart:
            yield Finding("is for folders, and this is a chart.", "Remove it.", at=tools[0])


class Retry(Section):
    """How often a sync that failed is tried again."""

    limit: int = about("How often; 0: never; -1: for ever.", 5, ge=-1)
    delay: Duration = about("How long before the first time.", "5s")
    factor: int = about("What the delay is multiplied by each time.", 2, ge=1)
    longest: Duration = about("The longest delay.", "3m")


class Sync(Section):
    """How ArgoCD keeps the application equal to its source."""

    automated: bool = about("Whether it does so by itself.", True)
    prune: bool = about("Whether what is gone from the source is deleted.", True)
    self_heal: bool = about("Whether changes made by hand are undone.", True)
    retry: Retry | None = about("How often it is tried again. Default: as ArgoCD does.", None)
    options: Many[str] = about("ArgoCD's sync options, as `ServerSideApply=true`.", ())


class ClusterResource(Section):
    """A kind of objects that belong to no namespace."""

    group: str = about("The API group, as `rbac.authorization.k8s.io`; empty for the core.", "")
    kind: str = about("The kind, as `ClusterRole`.")


class Allow(Section):
    """What the infrastructure's ArgoCD project allows beyond what the definition names."""

    repositories: Many[str] = about("Repositories; `*` stands for any text in a path.", ())
    namespaces: Many[AllowedNamespace] = about("Namespaces; `*` stands for any text.", ())
    cluster_resources: Many[ClusterResource] = about(
        "Kinds that belong to no namespace. Default: none, but Namespace where one is made.", ()
    )


class Application(Definition):
    """An application that ArgoCD deploys."""

    source: Source | None = about("Where its manifests come from.", None)
    sources: Many[Source] = about("The same, where there are several.", ())
    manifest: dict[str, Value] | None = about(
        "Instead of all else: an Application or ApplicationSet as ArgoCD writes it.", None
    )
    namespace: Namespace | None = about("The namespace it is deployed to.", None)
    create_namespace: bool = about("Whether the namespace is made.", True)
    values: dict[str, Value] = about("Values of the Helm chart, over those of `source`.", dict)
    value_files: Many[str] = about("Files of this repository with values, under `values`.", ())
    wave: int = about(
        "Applications of a lower wave are made before, and removed after.",
        0,
        ge=-LAST_WAVE,
        le=LAST_WAVE,
    )
    sync: Sync = about("How it is kept equal to its source.", Sync)
    ignore_differences: Many[dict[str, Value]] = about(
        "What ArgoCD does not look at, as ArgoCD writes it.", ()
    )
    on_removal: Literal["delete", "orphan"] = about(
        "What happens to what it deployed when the definition goes.", "delete"
    )
    allow: Allow = about("What its project allows beyond what it names.", Allow)

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Its sources, however many ways there are to write them."""
        return (self.source,) if self.source else self.sources

    def check(self) -> Iterator[Finding]:
        ways = [way for way in ("source", "sources", "manifest") if getattr(self, way)]
        if len(ways) != 1:
            yield Finding(
                "must say where it comes from, in one way.",
                "Write either `source`, `sources` or `manifest`.",
            )
        if self.manifest is not None:
            for name in sorted(self.model_fields_set - OWN_WAY):
                yield Finding("is for `manifest` to say.", "Write it there.", at=name)
            return
        if self.namespace is None:
            yield Finding("says no namespace.", "Add `namespace`.")
        for name in ("values", "value_files"):
            if getattr(self, name) and self.sources:
                yield Finding("is of which source?", "Write it in that one.", at=name)
        tool = self.source and (self.source.kustomize or self.source.directory)
        if tool and (self.values or self.value_files):
            yield Finding("has values, and its source is no chart.", "Remove them.")
