"""Google Cloud as a `Cloud`: which block makes which stage. Caller: `stacks/clouds.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cdktf import TerraformRemoteState, TerraformStack
from constructs import Construct
from constructs.google import provider, state
from constructs.google.labels import labels
from constructs.shared import names
from constructs.shared.references import expression
from constructs.shared.services import ClusterServices, ServicesConfig
from constructs.shared.stages import (
    BackendConfig,
    BackendOutputs,
    ClusterConfig,
    ClusterConnection,
    ClusterLookup,
    ClusterOutputs,
    NetworkConfig,
    NetworkLookup,
    NetworkOutputs,
    ZoneConfig,
    ZoneLookup,
    ZoneOutputs,
)

BUCKET_NAME_LIMIT = 63


@dataclass(frozen=True)
class Google:
    """Google Cloud for one infrastructure. Implements `constructs.shared.cloud.Cloud`."""

    organization: str
    infrastructure: str
    region: str
    project: str
    labels: Mapping[str, str] = field(default_factory=dict)
    """The user's own labels."""
    bucket: str | None = None
    """A state bucket's name of the user's choice."""

    def provide(self, stack: TerraformStack, stage: str) -> None:
        provider.declare(
            stack, region=self.region, project=self.project, labels=self._labels(stage)
        )

    def keep_state(self, stack: TerraformStack, stage: str) -> None:
        state.keep(stack, bucket=self.bucket_name(), stage=stage)

    def read_state(self, stack: TerraformStack, stage: str) -> TerraformRemoteState:
        return state.read(stack, bucket=self.bucket_name(), stage=stage)

    def bucket_name(self) -> str:
        """Project and region stand in it, because bucket names are global."""
        return self.bucket or names.join(
            self.organization,
            self.infrastructure,
            self.project,
            self.region,
            limit=BUCKET_NAME_LIMIT,
        )

    def bootstrap(self) -> tuple[str, str]:
        from constructs.google.backend import BUCKET_ADDRESS

        return BUCKET_ADDRESS, self.bucket_name()

    def place(self) -> dict[str, str]:
        return {
            "provider": "google",
            "region": self.region,
            "account": self.project,
            "bucket": self.bucket_name(),
            "state_prefix": state.PREFIX,
            "secret_prefix": self._secret_prefix,
        }

    def backend(self, scope: Construct, config: BackendConfig) -> BackendOutputs:
        from constructs.google.backend import Backend

        prefix = self._secret_prefix
        return Backend(scope, "Default", config, region=self.region, secret_prefix=prefix).outputs

    def network(self, scope: Construct, config: NetworkConfig | NetworkLookup) -> NetworkOutputs:
        raise NotImplementedError

    def zone(self, scope: Construct, config: ZoneConfig | ZoneLookup) -> ZoneOutputs:
        raise NotImplementedError

    def cluster(self, scope: Construct, config: ClusterConfig | ClusterLookup) -> ClusterOutputs:
        raise NotImplementedError

    def config_file(
        self, scope: Construct, id_: str, *, bucket: str, key: str, content: str
    ) -> None:
        from cdktf_cdktf_provider_google.storage_bucket_object import StorageBucketObject

        kind = "application/json"
        StorageBucketObject(scope, id_, bucket=bucket, name=key, content=content, content_type=kind)

    def connection(self, cluster: ClusterOutputs) -> ClusterConnection:
        authority = expression(cluster.certificate_authority)
        return ClusterConnection(
            endpoint=cluster.endpoint,
            certificate_authority_pem=f"${{base64decode({authority})}}",
            token_arguments=("google",),
        )

    def services(self, config: ServicesConfig) -> ClusterServices:
        raise NotImplementedError

    @property
    def _secret_prefix(self) -> str:
        # Names have no underscores: no two infrastructures share a beginning.
        return f"{self.organization}_{self.infrastructure}_"

    def _labels(self, stage: str) -> dict[str, str]:
        return labels(
            self.labels,
            organization=self.organization,
            infrastructure=self.infrastructure,
            stage=stage,
        )
