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
    DelegationConfig,
    IssuerConfig,
    NetworkConfig,
    NetworkLookup,
    NetworkOutputs,
    PeopleAccess,
    ZoneConfig,
    ZoneLookup,
    ZoneOutputs,
)

BUCKET_NAME_LIMIT = 63
PARENT = "parents"
"""The provider of the cloud that a parent zone is on."""


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
    organization_id: str | None = None
    """The number of Google's organization; None: it is not told, or there is none."""

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
        from constructs.google.existing_network import ExistingNetwork
        from constructs.google.network import Network

        if isinstance(config, NetworkLookup):
            if config.names is None:
                raise ValueError("networks of Google Cloud are found by their names")
            return ExistingNetwork(
                scope, "Default", config.names, region=self.region, project=self.project
            ).outputs
        return Network(scope, "Default", config, region=self.region).outputs

    def zone(self, scope: Construct, config: ZoneConfig | ZoneLookup) -> ZoneOutputs:
        from constructs.google.existing_zone import ExistingZone
        from constructs.google.zone import Zone

        if isinstance(config, ZoneConfig):
            return Zone(scope, "Default", config).outputs
        if config.zone is None:
            raise ValueError("zones of Google Cloud are found by their names")
        return ExistingZone(scope, "Default", config.zone).outputs

    def delegate(self, stack: TerraformStack, config: DelegationConfig, *, elsewhere: bool) -> None:
        from constructs.google.delegation import delegate

        parent = (
            provider.declare(
                stack,
                region=self.region,
                project=self.project,
                labels=self._labels("domain"),
                alias=PARENT,
            )
            if elsewhere
            else None
        )
        delegate(stack, config, provider=parent)

    def cluster(self, scope: Construct, config: ClusterConfig | ClusterLookup) -> ClusterOutputs:
        from constructs.google.cluster import Cluster
        from constructs.google.existing_cluster import ExistingCluster

        if isinstance(config, ClusterLookup):
            return ExistingCluster(
                scope, "Default", config, region=self.region, project=self.project
            ).outputs
        return Cluster(
            scope,
            "Default",
            config,
            region=self.region,
            project=self.project,
            labels=self._labels("kubernetes"),
        ).outputs

    def config_file(
        self, scope: Construct, id_: str, *, bucket: str, key: str, content: str
    ) -> None:
        from cdktf_cdktf_provider_google.storage_bucket_object import StorageBucketObject

        kind = "application/json"
        StorageBucketObject(scope, id_, bucket=bucket, name=key, content=content, content_type=kind)

    def connection(self, cluster: ClusterOutputs) -> ClusterConnection:
        from constructs.google.cluster_outputs import TOKEN_ARGUMENTS

        authority = expression(cluster.certificate_authority)
        return ClusterConnection(
            endpoint=cluster.endpoint,
            certificate_authority_pem=f"${{base64decode({authority})}}",
            token_arguments=TOKEN_ARGUMENTS,
        )

    def trust(
        self, scope: Construct, cluster: ClusterOutputs, issuer: IssuerConfig
    ) -> PeopleAccess | None:
        """By an organization only: a pool of people belongs to one."""
        from constructs.google.workforce import Workforce

        if self.organization_id is None:
            return None
        return Workforce(
            scope,
            "people",
            name=f"{self.organization}-{self.infrastructure}",
            organization_id=self.organization_id,
            project=self.project,
            config=issuer,
        ).access

    def services(self, config: ServicesConfig) -> ClusterServices:
        from constructs.google.services import cluster_services

        return cluster_services(config, project=self.project)

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
