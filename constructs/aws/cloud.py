"""AWS as a `Cloud`: which block makes which stage. Caller: `stacks/clouds.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cdktf import TerraformRemoteState, TerraformStack
from constructs import Construct
from constructs.aws import provider, state
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
class Aws:
    """AWS for one infrastructure. Implements `constructs.shared.cloud.Cloud`."""

    organization: str
    infrastructure: str
    region: str
    account: str
    """12 digits; a plan with credentials of another account fails."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The user's own tags, already escaped."""
    bucket: str | None = None
    """A state bucket's name of the user's choice."""

    def provide(self, stack: TerraformStack, stage: str) -> None:
        provider.declare(stack, region=self.region, account=self.account, tags=self._tags(stage))

    def keep_state(self, stack: TerraformStack, stage: str) -> None:
        state.keep(
            stack,
            bucket=self.bucket_name(),
            region=self.region,
            account=self.account,
            stage=stage,
        )

    def read_state(self, stack: TerraformStack, stage: str) -> TerraformRemoteState:
        return state.read(stack, bucket=self.bucket_name(), region=self.region, stage=stage)

    def bucket_name(self) -> str:
        """Account and region stand in it, because bucket names are global."""
        return self.bucket or names.join(
            self.organization,
            self.infrastructure,
            self.account,
            self.region,
            limit=BUCKET_NAME_LIMIT,
        )

    def bootstrap(self) -> tuple[str, str]:
        from constructs.aws.backend import BUCKET_ADDRESS

        return BUCKET_ADDRESS, self.bucket_name()

    def place(self) -> dict[str, str]:
        return {
            "provider": "aws",
            "region": self.region,
            "account": self.account,
            "bucket": self.bucket_name(),
            "state_prefix": state.PREFIX,
            "secret_prefix": self._secret_prefix,
        }

    def backend(self, scope: Construct, config: BackendConfig) -> BackendOutputs:
        from constructs.aws.backend import Backend

        prefix = self._secret_prefix
        return Backend(scope, "Default", config, region=self.region, secret_prefix=prefix).outputs

    def network(self, scope: Construct, config: NetworkConfig | NetworkLookup) -> NetworkOutputs:
        from constructs.aws.existing_network import ExistingNetwork
        from constructs.aws.network import Network

        if isinstance(config, NetworkLookup):
            return ExistingNetwork(scope, "Default", config, account=self.account).outputs
        return Network(scope, "Default", config, region=self.region).outputs

    def zone(self, scope: Construct, config: ZoneConfig | ZoneLookup) -> ZoneOutputs:
        from constructs.aws.existing_zone import ExistingZone
        from constructs.aws.zone import Zone

        if isinstance(config, ZoneLookup):
            return ExistingZone(scope, "Default", config).outputs
        return Zone(
            scope, "Default", config, account=self.account, tags=self._tags("domain")
        ).outputs

    def delegate(self, stack: TerraformStack, config: DelegationConfig, *, elsewhere: bool) -> None:
        from constructs.aws.delegation import delegate

        parent = (
            provider.declare(
                stack,
                region=self.region,
                account=self.account,
                tags=self._tags("domain"),
                alias=PARENT,
            )
            if elsewhere
            else None
        )
        delegate(stack, config, provider=parent)

    def cluster(self, scope: Construct, config: ClusterConfig | ClusterLookup) -> ClusterOutputs:
        from constructs.aws.cluster import Cluster
        from constructs.aws.existing_cluster import ExistingCluster

        if isinstance(config, ClusterLookup):
            return ExistingCluster(scope, "Default", config, region=self.region).outputs
        tags = self._tags("kubernetes")
        return Cluster(scope, "Default", config, region=self.region, tags=tags).outputs

    def config_file(
        self, scope: Construct, id_: str, *, bucket: str, key: str, content: str
    ) -> None:
        from cdktf_cdktf_provider_aws.s3_object import S3Object

        kind = "application/json"
        S3Object(scope, id_, bucket=bucket, key=key, content=content, content_type=kind)

    def connection(self, cluster: ClusterOutputs) -> ClusterConnection:
        authority = expression(cluster.certificate_authority)
        return ClusterConnection(
            endpoint=cluster.endpoint,
            certificate_authority_pem=f"${{base64decode({authority})}}",
            token_arguments=("aws", "--cluster", cluster.cluster_name, "--region", self.region),
        )

    def trust(
        self, scope: Construct, cluster: ClusterOutputs, issuer: IssuerConfig
    ) -> PeopleAccess:
        from constructs.aws.cluster_issuer import ClusterIssuer

        name = cluster.cluster_name
        return ClusterIssuer(scope, "trusted-issuer", cluster=name, config=issuer).access

    def services(self, config: ServicesConfig) -> ClusterServices:
        from constructs.aws.services import cluster_services

        return cluster_services(config, region=self.region, tags=self._tags("addons"))

    @property
    def _secret_prefix(self) -> str:
        return f"{self.organization}/{self.infrastructure}/"

    def _tags(self, stage: str) -> dict[str, str]:
        return {
            **self.tags,
            "groundplan.dev/organization": self.organization,
            "groundplan.dev/infrastructure": self.infrastructure,
            "groundplan.dev/stage": stage,
        }
