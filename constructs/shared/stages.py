"""The contract between stages and clouds: what a stage asks for and what it gives. Pure.

For each stage there is a configuration a cloud's block takes, and the outputs it must give: the
same dataclasses on every cloud. The fields of an outputs class are the names of the stack's
Terraform outputs, and the names users write in `${{ stages.<stage>.<output> }}`. Their values are
CDKTF tokens or plain text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Workload = Literal["cert-manager", "external-dns", "autoscaler", "load-balancers"]
"""What runs on a cluster and acts on the cloud, with an identity of its own."""


@dataclass(frozen=True)
class BackendConfig:
    """Storage for state, configs and secrets."""

    bucket: str
    """The bucket's name."""
    secret_names: tuple[str, ...] = ()
    """Entries to make in the secret store. Their values never pass through Terraform."""
    old_versions_days: int = 90
    """How long old versions of state and configs are kept, in days."""
    secret_recovery_days: int = 7
    """How long a deleted secret can be restored, in days; 0: it is gone at once."""
    protected: bool = False
    """Terraform refuses to destroy it (`prevent_destroy`)."""


@dataclass(frozen=True)
class BackendOutputs:
    bucket: str
    key_id: str
    secret_prefix: str
    config_prefix: str


@dataclass(frozen=True)
class FlowLogs:
    """Records of the network's connections, kept for `retention_days`."""

    retention_days: int


@dataclass(frozen=True)
class NetworkConfig:
    """A network to make."""

    name: str
    cidr: str
    zones: int | tuple[str, ...]
    """How many zones (the first ones the cloud lists), or their names."""
    nat: Literal["none", "single", "per_zone"]
    flow_logs: FlowLogs | None = None
    cluster: str | None = None
    """The Kubernetes cluster whose load balancers will look for tagged subnets."""
    protected: bool = False


@dataclass(frozen=True)
class SubnetLookup:
    """Subnets of an existing network: by id, or by tags."""

    ids: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SubnetNames:
    """A subnet of an existing network, and its ranges for pods and services, by their names."""

    network: str
    project: str | None
    """Whose network it is; None: the infrastructure's own project."""
    subnet: str
    pods: str
    services: str


@dataclass(frozen=True)
class NetworkLookup:
    """A network to re-use. What it must fulfil is checked at plan.

    By names, where they are unique; else by id or tags, with subnets by theirs.
    """

    id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    private: SubnetLookup = field(default_factory=SubnetLookup)
    public: SubnetLookup | None = None
    names: SubnetNames | None = None


@dataclass(frozen=True)
class NetworkOutputs:
    network_id: str
    cidr: str
    zones: list[str]
    public_subnet_ids: list[str]
    """Empty where load balancers need none."""
    private_subnet_ids: list[str]
    secondary_ranges: dict[str, str]
    """`pods` and `services` → the name of their range in the private subnet; empty where they have
    none of their own."""


DELEGATION_TTL = 3600
"""Seconds. Long enough to spare resolvers, short enough to move a zone within an hour."""


@dataclass(frozen=True)
class ZoneConfig:
    """A DNS zone to make."""

    zone: str
    dnssec: bool
    protected: bool = False


@dataclass(frozen=True)
class ZoneLookup:
    """A DNS zone to re-use: by name, or by id where names are not unique."""

    zone: str | None
    id: str | None


@dataclass(frozen=True)
class ZoneOutputs:
    zone: str
    zone_id: str
    name_servers: list[str]
    ds_record: str
    """What the parent of a signed zone has to publish; empty for others."""


@dataclass(frozen=True)
class DelegationConfig:
    """A zone, and what its parent zone, on this or on another cloud, has to say of it."""

    zone: str
    parent: str
    name_servers: list[str]
    ds_record: str
    """A reference; empty for a zone that is not signed."""


@dataclass(frozen=True)
class Taint:
    key: str
    value: str | None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


@dataclass(frozen=True)
class NodeGroupConfig:
    """Nodes of one kind."""

    machine_types: tuple[str, ...]
    capacity: Literal["on_demand", "spot"]
    minimum: int
    maximum: int
    desired: int
    """The size at creation; an autoscaler moves it afterwards."""
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    disk_size: int
    """GiB."""
    disk_type: str | None
    """None: the cloud's usual one."""
    architecture: Literal["amd64", "arm64"]
    zones: tuple[int, ...] | None = None
    """Which of the network's zones, by position from 0; None: all."""


@dataclass(frozen=True)
class ClusterConfig:
    """A Kubernetes cluster to make."""

    name: str
    version: str
    network: NetworkOutputs
    node_groups: Mapping[str, NodeGroupConfig]
    public_endpoint: bool
    allowed_cidrs: tuple[str, ...]
    logs: tuple[str, ...]
    log_retention_days: int
    support: Literal["standard", "extended"]
    administrators: tuple[str, ...]
    workload_identity: Literal["pod_identity", "irsa"]
    addon_versions: Mapping[str, str]
    """Pinned versions of the core add-ons; the others get the cloud's default for `version`."""
    kubeconfig: KubeconfigLocation
    workloads: tuple[Workload, ...]
    """Which workloads get an identity of the cloud."""
    zone_id: str | None
    """The DNS zone that cert-manager and external-dns may write to; None: no such identities."""
    autopilot: bool = False
    """The cloud makes nodes as pods need them; there are no groups."""
    channel: str | None = None
    """What moves the version on; None: the cloud's usual way."""
    protected: bool = False


@dataclass(frozen=True)
class ClusterLookup:
    """An existing Kubernetes cluster."""

    name: str
    prefix: str
    """What the names of its workload identities begin with: another infrastructure may have made
    the cluster, and its own identities by the cluster's name."""
    workload_identity: Literal["pod_identity", "irsa"]
    kubeconfig: KubeconfigLocation
    workloads: tuple[Workload, ...]
    zone_id: str | None
    location: str | None = None
    """Its zone, where it is no cluster of the whole region."""


@dataclass(frozen=True)
class KubeconfigLocation:
    """Where in the config storage the kubeconfig is written, and what its context is called."""

    bucket: str
    prefix: str
    context: str


@dataclass(frozen=True)
class ClusterOutputs:
    cluster_name: str
    endpoint: str
    certificate_authority: str
    """Base64 of the PEM certificate, as kubeconfig files hold it."""
    issuer: str
    """The OIDC issuer of the cluster's service accounts."""
    version: str
    network_id: str
    """The network it lives in."""
    kubeconfig_location: str
    workload_identities: dict[str, str]
    """Workload (`cert-manager`, …) → the cloud identity it acts as."""


@dataclass(frozen=True)
class ClusterConnection:
    """How Terraform reaches a cluster's API. Holds no credential."""

    endpoint: str
    certificate_authority_pem: str
    token_arguments: tuple[str, ...]
    """What `main.py token` needs to know to get a short-lived token."""


@dataclass(frozen=True)
class AddonsOutputs:
    ingress_class: str
    """Empty without an ingress controller."""
    cluster_issuer: str
    """The ClusterIssuer of trusted certificates; empty without cert-manager."""
    argocd_namespace: str
    """Empty without ArgoCD."""
    argocd_url: str
    """Empty where it can't be reached from outside the cluster."""
    keycloak_url: str
    """Empty where no Keycloak is installed here."""


@dataclass(frozen=True)
class ApplicationsOutputs:
    project: str
    """The ArgoCD project of the infrastructure."""
    applications: list[str]
    """The names of its Applications and ApplicationSets."""


@dataclass(frozen=True)
class IssuerConfig:
    """An OpenID Connect issuer whose people are to reach a cluster's API."""

    name: str
    url: str
    client_id: str
    """For whom the tokens are meant."""
    groups: Sequence[str]
    """Those with rights on the cluster, by their full paths in the realm: `/developers`."""


@dataclass(frozen=True)
class PeopleAccess:
    """How people of an issuer reach a cluster's API."""

    subjects: Mapping[str, str]
    """A group's path in the realm → what the cluster's RBAC calls it."""
    token_arguments: Sequence[str]
    """What `groundplan token` is called with for a token."""
    takes_tokens_of_issuer: bool
    """As they are: then any program that signs people in there will do."""


@dataclass(frozen=True)
class IdentityOutputs:
    issuer: str
    realm: str
    argocd_client: str
    """The client that ArgoCD signs people in with; empty without ArgoCD."""
    kubernetes_client: str
    """The client that people get tokens for the cluster's API with; empty where they can't."""
    clients: dict[str, str]
    """Client of the manifest → its id."""
