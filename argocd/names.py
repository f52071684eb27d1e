"""Names that ArgoCD gives to things. Pure."""

from __future__ import annotations

from typing import Any

from manifest.references import Reference

Object = dict[str, Any]
"""A Kubernetes object; texts known only after deployment are references."""

SET = "ApplicationSet"
API = "argoproj.io/v1alpha1"
NAMESPACE = Reference("stages.addons", "argocd_namespace")
"""Where ArgoCD looks for its objects."""
NAMESPACE_NAME = "argocd"
"""What that is called, for those who write it out."""
SERVER = "https://kubernetes.default.svc"
"""The cluster that ArgoCD runs on."""
SERVER_NAME = "in-cluster"
"""The name ArgoCD has for it."""
FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""On an Application: what it deployed goes with it. On a project: it stays while it has any.

https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/#about-the-deletion-finalizer
"""
WAVE = "argocd.argoproj.io/sync-wave"
CREATE_NAMESPACE = "CreateNamespace=true"
OCI = "oci://"


def is_template(text: Any) -> bool:
    """Whether an ApplicationSet writes something else there."""
    return isinstance(text, str) and "{{" in text
