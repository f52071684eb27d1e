"""The objects of one infrastructure: one of each definition. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from argocd import names
from argocd.application import application
from argocd.written import application_spec, written
from manifest.applications import Application

Path = tuple[str, ...]
"""The way to a value in an object: keys, and indexes of lists."""
NOT_SEARCHED = frozenset({"helm", "kustomize", "plugin", "values"})
"""What they hold is the application's own, whatever its keys are called."""


@dataclass(frozen=True)
class Object:
    """An Application or ApplicationSet, and the definition that it was made of."""

    name: str
    definition: Application
    manifest: names.Object
    project: str
    """The ArgoCD project that it belongs to."""

    @property
    def spec(self) -> names.Object:
        """The specification of its Application, or of those that it makes."""
        return application_spec(self.manifest)

    @property
    def repositories(self) -> list[tuple[Path, Any]]:
        """Where its manifests come from, as ArgoCD writes it, and where in the object that is."""
        return list(_repositories(self.manifest.get("spec"), ("spec",)))

    @property
    def namespace(self) -> Any:
        """The namespace that it deploys to."""
        destination = self.spec.get("destination")
        return destination.get("namespace") if isinstance(destination, dict) else None

    @property
    def makes_its_namespace(self) -> bool:
        policy = self.spec.get("syncPolicy")
        options = policy.get("syncOptions") if isinstance(policy, dict) else None
        return isinstance(options, list) and names.CREATE_NAMESPACE in options

    @property
    def sources(self) -> list[tuple[Path, names.Object]]:
        """The sources in `spec`, and where in the object they are."""
        spec = ("spec", "template", "spec") if self.is_set else ("spec",)
        one, several = self.spec.get("source"), self.spec.get("sources")
        found = [((*spec, "source"), one)]
        if isinstance(several, list):
            found += [((*spec, "sources", str(index)), item) for index, item in enumerate(several)]
        return [(path, source) for path, source in found if isinstance(source, dict)]

    @property
    def is_set(self) -> bool:
        """Whether it is an ApplicationSet."""
        return self.manifest.get("kind") == names.SET


def objects(applications: Mapping[str, Application], infrastructure: str) -> list[Object]:
    """The object of each definition that is not switched off, sorted by wave and name."""
    made = []
    for name, definition in applications.items():
        if definition.enabled:
            make = application if definition.manifest is None else written
            project = _project(name, definition, infrastructure)
            made.append(Object(name, definition, make(name, definition, project), project))
    return sorted(made, key=lambda one: (one.definition.wave, one.name))


def _project(name: str, definition: Application, infrastructure: str) -> str:
    """That of the infrastructure; an ApplicationSet has its own: see `project.py`."""
    is_set = (definition.manifest or {}).get("kind") == names.SET
    return f"{infrastructure}-{name}" if is_set else infrastructure


def _repositories(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every `repoURL`: of sources, and of the generators of an ApplicationSet."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "repoURL":
                yield (*path, key), item
            elif key not in NOT_SEARCHED:
                yield from _repositories(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _repositories(item, (*path, str(index)))
