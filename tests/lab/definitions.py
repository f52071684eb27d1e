"""Argo CD's objects as the tests need them, in the place of rendered ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.lab.argocd import NAMESPACE
from tests.lab.kubectl import Object

CLUSTER = "https://kubernetes.default.svc"
FINALIZER = "resources-finalizer.argocd.argoproj.io"


def project(name: str, repositories: Sequence[str], namespaces: Sequence[str]) -> Object:
    """A project that allows these repositories and namespaces of the cluster, and nothing else."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        # Without the finalizer the project would go before its applications, and they would hang.
        "metadata": {"name": name, "namespace": NAMESPACE, "finalizers": [FINALIZER]},
        "spec": {
            "sourceRepos": list(repositories),
            "destinations": [{"server": CLUSTER, "namespace": one} for one in namespaces],
        },
    }


def application(
    name: str,
    project_name: str,
    repository: str,
    path: str,
    namespace: str,
    *,
    values: Mapping[str, Any] | None = None,
) -> Object:
    """An application from a folder of a repository; `values` are those of a Helm chart."""
    source: Object = {"repoURL": repository, "path": path, "targetRevision": "main"}
    if values is not None:
        source["helm"] = {"valuesObject": dict(values)}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": NAMESPACE, "finalizers": [FINALIZER]},
        "spec": {
            "project": project_name,
            "source": source,
            "destination": {"server": CLUSTER, "namespace": namespace},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                # An application is not removed while a failed sync is repeated, for minutes.
                "retry": {"limit": 0},
            },
        },
    }


def application_set(
    name: str, project_name: str, repository: str, path: str, namespaces: Sequence[str]
) -> Object:
    """An application a namespace: braces are filled in by Argo CD, and by nobody before it."""
    template = application("{{.namespace}}-set", project_name, repository, path, "{{.namespace}}")
    template["metadata"].pop("namespace")
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{"list": {"elements": [{"namespace": one} for one in namespaces]}}],
            "template": {"metadata": template["metadata"], "spec": template["spec"]},
        },
    }
