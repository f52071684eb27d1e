"""Stage `applications`: what ArgoCD deploys.

Every object is a Helm release of its own, an ApplicationSet with its project. So terraform
removes the Applications that are gone, and waits for what they deployed to go, before the project
is narrowed, which would take ArgoCD the right to delete it; and a wave is an order of releases,
which may change and touches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct
from constructs.kubernetes import provider
from constructs.kubernetes.manifests import Manifests
from constructs.shared.cloud import Cloud
from constructs.shared.stages import AddonsOutputs, ApplicationsOutputs, ClusterOutputs

import argocd
from manifest.applications import Application
from stacks.stage import Stage


class ApplicationsStack(Stage[ApplicationsOutputs]):
    """The ArgoCD project of the infrastructure, its Applications and ApplicationSets."""

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
        self._namespace = self.read(addons).argocd_namespace
        self._producers = producers
        objects = argocd.objects(applications, infrastructure)
        for one in objects:
            self.after(*(producers[f"modules.{name}"] for name in one.definition.depends_on))
        whole = argocd.project(infrastructure, objects)
        project = self._release("project", infrastructure, [whole])
        self._waves(objects, project)
        self.publish(ApplicationsOutputs(infrastructure, sorted(one.name for one in objects)))

    def _waves(self, objects: list[argocd.Object], project: Manifests) -> None:
        """Each wave after all that come before it, and all after the project."""
        before = [project.release.resource]
        for wave in sorted({one.definition.wave for one in objects}):
            before = before + [
                self._object(one, before).release.resource
                for one in objects
                if one.definition.wave == wave
            ]

    def _object(self, one: argocd.Object, after: list[Any]) -> Manifests:
        return self._release(
            "application", one.name, [one.manifest, *argocd.own_projects(one)], after
        )

    def _release(
        self,
        kind: str,
        name: str,
        manifests: Sequence[Mapping[str, Any]],
        after: Sequence[Any] = (),
    ) -> Manifests:
        # ArgoCD's own release stands in the namespace, too: hence the kind in front.
        return Manifests(
            self,
            f"{kind}-{name}",
            name=f"{kind}-{name}",
            namespace=self._namespace,
            objects=[self.resolve(manifest, self._producers) for manifest in manifests],
            after=after,
        )
