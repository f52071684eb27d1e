"""Values that several addons share, and how the user's are merged over ours. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLATFORM = "groundplan-platform"
"""The priority class of the platform's own pods outside kube-system."""
SYSTEM = "system-cluster-critical"
"""Kubernetes' own class: for pods in kube-system, where every cloud lets it be used."""
TOLERATIONS: list[dict[str, Any]] = [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
"""Nodes that are kept for the system take the platform's pods."""


def resources(cpu: str, memory: str, *, limit: str | None = None) -> dict[str, Any]:
    """Requests, and a limit of memory, by default the request itself.

    No limit of CPU: it would throttle where nobody else wants the CPU.
    """
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": limit or memory}}


def spread(name: str) -> list[dict[str, Any]]:
    """Pods of the application `name` on different nodes, where there are any."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app.kubernetes.io/name": name}},
        }
    ]


def merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """`theirs` over `ours`, as Helm merges: maps are merged, everything else is replaced.

    A null stays: Helm takes it as "remove", ours and the chart's own default at once.
    https://helm.sh/docs/chart_template_guide/values_files/#deleting-a-default-key
    """
    result = dict(ours)
    for key, value in theirs.items():
        below = result.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result
