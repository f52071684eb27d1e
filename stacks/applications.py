"""Stage `applications`: what ArgoCD deploys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs import Construct
from constructs.kubernetes import provider
from constructs.shared.cloud import Cloud
from constructs.shared.stages import AddonsOutputs, ApplicationsOutputs, ClusterOutputs

from manifest.definitions import Application
from stacks.stage import Stage


class ApplicationsStack(Stage[ApplicationsOutputs]):
    """The ArgoCD project of the infrastructure, and its Applications."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        applications: Mapping[str, Application],
        addons: Stage[AddonsOutputs],
        cluster: Stage[ClusterOutputs],
        producers: Mapping[str, Stage[Any]],
    ) -> None:
        """`producers` is what values may name: `stages.vpc`, `modules.media`."""
        super().__init__(scope, infrastructure, "applications", cloud)
        provider.declare(self, cloud.connection(self.read(cluster)))
        self.publish(ApplicationsOutputs(infrastructure, sorted(applications)))
