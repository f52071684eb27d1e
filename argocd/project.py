"""The ArgoCD projects of an infrastructure, which allow just what its definitions name. Pure.

An ApplicationSet has a project of its own. Kubernetes removes the Applications it has made when it
is gone itself, and nobody waits for that; what a project no longer allows, ArgoCD would leave
running. The set's project is removed with it, and stays until they are gone: its finalizer.

https://argo-cd.readthedocs.io/en/stable/user-guide/projects/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from argocd.names import API, FINALIZER, NAMESPACE, OCI, SERVER, is_template
from argocd.names import Object as Manifest
from argocd.objects import Object

NAMESPACES = {"group": "", "kind": "Namespace"}


def project(infrastructure: str, objects: Sequence[Object]) -> Manifest:
    """The AppProject of the infrastructure, for those of its `objects` that have no own one."""
    own = [one for one in objects if one.project == infrastructure]
    return _project(infrastructure, f"What the infrastructure {infrastructure} deploys.", own)


def own_projects(one: Object) -> list[Manifest]:
    """The AppProject of an ApplicationSet; none of anything else."""
    return [_project(one.project, f"What {one.name} deploys.", [one])] if one.is_set else []


def _project(name: str, description: str, objects: Sequence[Object]) -> Manifest:
    """The AppProject `name` for `objects`.

    Of what an ApplicationSet writes by templates it allows what the definition's `allow` names.
    """
    allowed = [one.definition.allow for one in objects]
    repositories = [repository for one in objects for _, repository in one.repositories]
    repositories += [
        form
        for allow in allowed
        for repository in allow.repositories
        for form in _forms(repository)
    ]
    namespaces = [one.namespace for one in objects]
    namespaces += [namespace for allow in allowed for namespace in allow.namespaces]
    return {
        "apiVersion": API,
        "kind": "AppProject",
        "metadata": {"name": name, "namespace": NAMESPACE, "finalizers": [FINALIZER]},
        "spec": {
            "description": description,
            "sourceRepos": _once(one for one in repositories if not is_template(one)),
            "destinations": [
                {"server": SERVER, "namespace": namespace}
                for namespace in _once(one for one in namespaces if one and not is_template(one))
            ],
            "clusterResourceWhitelist": _cluster_resources(objects),
        },
    }


def _forms(repository: str) -> list[str]:
    """An OCI registry holds charts, which ArgoCD names without scheme, and other artifacts."""
    return (
        [repository, repository.removeprefix(OCI)] if repository.startswith(OCI) else [repository]
    )


def _cluster_resources(objects: Iterable[Object]) -> list[Any]:
    found = []
    for one in objects:
        if one.makes_its_namespace:
            # ArgoCD asks the project for that as for any other object.
            found.append(NAMESPACES)
        found += [kind.model_dump() for kind in one.definition.allow.cluster_resources]
    return _once(found)


def _once(values: Iterable[Any]) -> list[Any]:
    """Each value once, in an order that does not depend on who named it first."""
    return [value for _, value in sorted({repr(value): value for value in values}.items())]
