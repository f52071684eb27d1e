"""A short definition → an ArgoCD Application. Pure.

https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

from __future__ import annotations

from typing import Any

from argocd.names import API, CREATE_NAMESPACE, FINALIZER, NAMESPACE, OCI, SERVER, Object
from manifest.applications import Application, Retry, Source, Sync


def application(name: str, definition: Application, project: str) -> Object:
    """The Application `name` of the ArgoCD project `project`."""
    spec: Object = {
        "project": project,
        "destination": {"server": SERVER, "namespace": definition.namespace},
        "syncPolicy": _sync(definition.sync, definition.create_namespace),
    }
    if definition.source:
        spec["source"] = _source(definition.source, over=definition.values)
    else:
        spec["sources"] = [_source(source) for source in definition.sources]
    if definition.ignore_differences:
        spec["ignoreDifferences"] = list(definition.ignore_differences)
    metadata: Object = {"name": name, "namespace": NAMESPACE}
    if definition.on_removal == "delete":
        metadata["finalizers"] = [FINALIZER]
    return {"apiVersion": API, "kind": "Application", "metadata": metadata, "spec": spec}


def repository_url(source: Source) -> str:
    """The repository as ArgoCD writes it: the one of an OCI chart has no scheme."""
    return source.repository.removeprefix(OCI) if source.chart else source.repository


def _source(source: Source, over: dict[str, Any] | None = None) -> Object:
    """One source; `over` are values that go over its own."""
    written: Object = {
        "repoURL": repository_url(source),
        "chart": source.chart,
        "path": source.path,
        "targetRevision": source.version or source.revision,
        "ref": source.ref,
        "helm": _helm(source, merged(source.values, over or {})),
        "kustomize": source.kustomize,
    }
    written = {key: value for key, value in written.items() if value}
    if source.directory:
        # Present even if empty: it says that the folder is no chart and no Kustomize.
        written["directory"] = source.directory.model_dump(exclude_none=True)
    return written


def _helm(source: Source, values: dict[str, Any]) -> Object:
    parameters = [
        {"name": path, "value": value, "forceString": True}
        for path, value in source.parameters.items()
    ]
    helm: Object = {
        "valueFiles": list(source.chart_value_files),
        "valuesObject": values,
        "parameters": parameters,
    }
    return {key: value for key, value in helm.items() if value}


def merged(base: Any, top: Any) -> Any:
    """`top` over `base`: maps are merged, everything else is replaced, as Helm does."""
    if not (isinstance(base, dict) and isinstance(top, dict)):
        return top
    both = {key: merged(base[key], top[key]) for key in base.keys() & top.keys()}
    return {**base, **top, **both}


def _sync(sync: Sync, create_namespace: bool) -> Object:
    options = list(sync.options)
    if create_namespace and CREATE_NAMESPACE not in options:
        options.append(CREATE_NAMESPACE)
    policy: Object = {}
    if sync.automated:
        policy["automated"] = {"prune": sync.prune, "selfHeal": sync.self_heal}
    if sync.retry:
        policy["retry"] = _retry(sync.retry)
    if options:
        policy["syncOptions"] = options
    return policy


def _retry(retry: Retry) -> Object:
    backoff = {"duration": retry.delay, "factor": retry.factor, "maxDuration": retry.longest}
    return {"limit": retry.limit, "backoff": backoff}
