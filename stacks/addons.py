"""Stage `addons`: what runs on every cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs import Construct
from constructs.kubernetes import provider
from constructs.shared.cloud import Cloud
from constructs.shared.stages import AddonsOutputs, ClusterOutputs, NetworkOutputs, ZoneOutputs

from manifest.addons import Addons
from manifest.identity import KeycloakInstall
from stacks.stage import Stage


class AddonsStack(Stage[AddonsOutputs]):
    """Helm releases, in an order that works on an empty cluster."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        addons: Addons,
        keycloak: KeycloakInstall | None,
        network: Stage[NetworkOutputs] | None,
        zone: Stage[ZoneOutputs] | None,
        cluster: Stage[ClusterOutputs],
        producers: Mapping[str, Stage[Any]],
    ) -> None:
        """`keycloak` is set where one is installed here; `producers` is what values may name."""
        super().__init__(scope, infrastructure, "addons", cloud)
        provider.declare(self, cloud.connection(self.read(cluster)))
        self.publish(AddonsOutputs("", "", "", "", ""))
