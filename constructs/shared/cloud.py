"""What a cloud must be able to do. `stacks/` talk to this and to nothing more specific."""

from __future__ import annotations

from typing import Protocol

from cdktf import TerraformRemoteState, TerraformStack
from constructs import Construct
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


class Cloud(Protocol):
    """One cloud, set up for one infrastructure."""

    def provide(self, stack: TerraformStack, stage: str) -> None:
        """Declares the provider in `stack`: place, tags and the guard against other accounts."""

    def keep_state(self, stack: TerraformStack, stage: str) -> None:
        """Declares where the stack of `stage` keeps its state: encrypted and locked."""

    def read_state(self, stack: TerraformStack, stage: str) -> TerraformRemoteState:
        """Declares the data source `data.terraform_remote_state.<stage>-state` in `stack`."""

    def bucket_name(self) -> str:
        """The name of the state bucket; the same for the same infrastructure."""

    def bootstrap(self) -> tuple[str, str]:
        """The address and the import id of the bucket that must exist before any state can."""

    def place(self) -> dict[str, str]:
        """Where states and secrets are, for programs that ask the cloud without Terraform."""

    def backend(self, scope: Construct, config: BackendConfig) -> BackendOutputs: ...

    def network(
        self, scope: Construct, config: NetworkConfig | NetworkLookup
    ) -> NetworkOutputs: ...

    def zone(self, scope: Construct, config: ZoneConfig | ZoneLookup) -> ZoneOutputs: ...

    def delegate(self, stack: TerraformStack, config: DelegationConfig, *, elsewhere: bool) -> None:
        """Makes the records of a zone in its parent, which is a zone of this cloud.

        `elsewhere`: this is another cloud, or another part of it, than the stack is for.
        """

    def cluster(
        self, scope: Construct, config: ClusterConfig | ClusterLookup
    ) -> ClusterOutputs: ...

    def config_file(
        self, scope: Construct, id_: str, *, bucket: str, key: str, content: str
    ) -> None:
        """Keeps a file in the config storage. Its content must not be secret."""

    def connection(self, cluster: ClusterOutputs) -> ClusterConnection:
        """How Terraform, run by whoever may deploy, reaches the API of a cluster of this cloud."""

    def trust(
        self, scope: Construct, cluster: ClusterOutputs, issuer: IssuerConfig
    ) -> PeopleAccess | None:
        """Lets the people of an issuer, which must answer already, reach a cluster's API.

        None where the manifest does not say what the cloud needs for it: then nothing is made.
        """

    def services(self, config: ServicesConfig) -> ClusterServices:
        """What the addons on a cluster of this cloud must know of it."""
