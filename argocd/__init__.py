"""ArgoCD's objects, made of definitions and checked against ArgoCD's own schemas. Pure.

Callers: `stacks/applications.py`, which sends them to the cluster, and `checks.py`. The way of the
data: definition → `application` (or `written`, where it is ArgoCD YAML) → `objects`, with the
`project` that allows just what they name → `problems`. References to outputs stay `Reference`s.
"""

from __future__ import annotations

from argocd.objects import Object, objects
from argocd.problems import problems
from argocd.project import own_projects, project

__all__ = ["Object", "objects", "own_projects", "problems", "project"]
