"""What every addon takes for granted: the platform's priority class, the cloud's own objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct
from constructs.kubernetes.manifests import Manifests
from constructs.kubernetes.release import Release
from constructs.kubernetes.values import PLATFORM
from constructs.shared.block import Block

NAMESPACE = "kube-system"
PRIORITY = 1_000_000
"""Above applications, which have 0, and far below Kubernetes' own classes."""


class Platform(Block):
    """The first release; everything else waits for it."""

    release: Release

    def __init__(self, scope: Construct, objects: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(scope, "platform")
        self.release = Manifests(
            self,
            "objects",
            name=PLATFORM,
            namespace=NAMESPACE,
            objects=[_priority_class(), *objects],
        ).release


def _priority_class() -> dict[str, Any]:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": PLATFORM},
        "value": PRIORITY,
        "description": "The platform's own pods go before applications.",
    }
