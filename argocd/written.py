"""ArgoCD YAML that users write themselves: an Application or ApplicationSet. Pure.

It is taken as it is. Only what is missing is filled in: its name and namespace, the project, the
cluster, and what its definition says of removal.
"""

from __future__ import annotations

import copy
from typing import Any

from argocd.names import API, FINALIZER, NAMESPACE, SERVER, SET, Object
from manifest.applications import Application

KINDS = ("Application", SET)


def written(name: str, definition: Application, project: str) -> Object:
    """The object that stands in `definition.manifest`, completed.

    What is no map where ArgoCD has one stays as it is: the schema will say so.
    """
    manifest: Object = copy.deepcopy(definition.manifest or {})
    manifest.setdefault("apiVersion", API)
    metadata = below(manifest, "metadata")
    metadata.setdefault("name", name)
    metadata.setdefault("namespace", NAMESPACE)
    spec = application_spec(manifest)
    spec.setdefault("project", project)
    destination = below(spec, "destination")
    if not {"server", "name"} & set(destination):
        destination["server"] = SERVER
    if manifest.get("kind") == "Application" and definition.on_removal == "delete":
        metadata.setdefault("finalizers", [FINALIZER])
    if manifest.get("kind") == SET and definition.on_removal == "orphan":
        # https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Application-Deletion/
        below(below(manifest, "spec"), "syncPolicy").setdefault("preserveResourcesOnDeletion", True)
    return manifest


def application_spec(manifest: Object) -> Object:
    """The specification of the Application itself, or of those that an ApplicationSet makes."""
    spec = below(manifest, "spec")
    if manifest.get("kind") == SET:
        return below(below(spec, "template"), "spec")
    return spec


def below(parent: Object, key: str) -> Object:
    """The map at `key`, made if it is missing; a map of nobody's if something else stands there."""
    child: Any = parent.setdefault(key, {})
    return child if isinstance(child, dict) else {}
