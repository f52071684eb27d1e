"""Stage `backend`: storage for state, configs and secrets."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct
from constructs.shared.cloud import Cloud
from constructs.shared.stages import BackendConfig, BackendOutputs

from manifest.backend import Backend
from stacks.stage import Stage


class BackendStack(Stage[BackendOutputs]):
    """The first stack: its bucket keeps the state of all, its own included."""

    def __init__(
        self,
        scope: Construct,
        infrastructure: str,
        cloud: Cloud,
        *,
        backend: Backend,
        secret_names: Sequence[str],
        protected: bool,
    ) -> None:
        super().__init__(scope, infrastructure, "backend", cloud)
        config = BackendConfig(
            bucket=cloud.bucket_name(),
            secret_names=tuple(secret_names),
            old_versions_days=backend.old_versions,
            secret_recovery_days=backend.secret_recovery,
            protected=protected,
        )
        self.publish(cloud.backend(self, config))
