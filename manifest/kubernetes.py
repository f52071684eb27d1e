"""Section `kubernetes`: the cluster. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from manifest.machines import Architecture
from manifest.section import Choice, Finding, Many, Section, about, form
from manifest.values import Cidr, Version

ANYWHERE = "0.0.0.0/0"
LABEL_VALUE = r"^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$"
LABEL_KEY = (
    r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$"
)
GROUP = r"^[a-z]([a-z0-9-]{0,34}[a-z0-9])?$"
PRINCIPAL = (
    r"^(arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]{1,512}"
    r"|(user|group|serviceAccount):[^@\s]+@[^@\s]+\.[^@\s]+)$"
)
LabelKey = Annotated[str, form(LABEL_KEY, "a label's key, as example.org/name or name")]
LabelValue = Annotated[
    str,
    form(LABEL_VALUE, "a label's value: up to 63 letters, digits, dots, hyphens and underscores"),
]
GroupName = Annotated[str, form(GROUP, "a name: up to 36 lower-case letters, digits and hyphens")]
CoreAddon = Literal[
    "vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "aws-ebs-csi-driver"
]
Log = Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]
WorkloadIdentity = Literal["pod_identity", "irsa"]
DiskType = Literal[
    "gp3", "gp2", "io1", "io2", "pd-balanced", "pd-ssd", "pd-standard", "hyperdisk-balanced"
]
Channel = Literal["rapid", "regular", "stable"]
MachineType = Annotated[str, form(r"^[a-z0-9-]+(\.[a-z0-9-]+)?$", "a machine type, as m7g.large")]
Principal = Annotated[
    str,
    form(
        PRINCIPAL,
        "an ARN, as arn:aws:iam::111122223333:role/platform, or a member, as user:ada@example.org",
    ),
]
AddonVersion = Annotated[str, form(r"^v[0-9][A-Za-z0-9.+-]*$", "a version, as v1.19.2-eksbuild.1")]
GoogleLocation = Annotated[
    str, form(r"^[a-z]+-[a-z]+[0-9]+(-[a-z])?$", "a region or a zone, as europe-west3-a")
]
ClusterName = Annotated[str, form(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", "the name of a cluster")]


class Size(Section):
    """How many nodes a group has."""

    min: int = about("The least.", 1, unit="nodes", ge=0, le=450)
    max: int = about("The most.", 3, unit="nodes", ge=1, le=450)
    desired: int | None = about(
        "How many to begin with; an autoscaler moves it afterwards. Default: `min`, at least 1.",
        None,
        unit="nodes",
        ge=0,
    )

    def check(self) -> Iterator[Finding]:
        if self.min > self.max:
            yield Finding(f"is above max ({self.max}).", "Lower it, or raise max.", at="min")
        if self.desired is not None and not self.min <= self.desired <= self.max:
            yield Finding(
                f"is not from {self.min} to {self.max}.", "Choose one there.", at="desired"
            )

    @property
    def initial(self) -> int:
        """How many nodes the group is made with."""
        return self.desired if self.desired is not None else max(self.min, 1)


class Disk(Section):
    """The disk of each node."""

    size: int = about("Its size.", 40, unit="GiB", change="replaces", ge=20, le=16384)
    type: DiskType | None = about(
        "Its kind. Default: gp3 on AWS, pd-balanced on Google Cloud.", None, change="replaces"
    )


class Taint(Section):
    """Keeps away pods that do not tolerate it."""

    key: LabelKey = about("The taint's key.")
    value: LabelValue | None = about("Its value, if any.", None)
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = about(
        "What happens to pods that do not tolerate it.", "NoSchedule"
    )


class NodeGroup(Section):
    """Nodes of one kind, managed by the cloud."""

    machine_types: Many[MachineType] = about(
        "Machine types in the order of preference; several help spot capacity to be found.",
        change="replaces",
        min_length=1,
        max_length=20,
    )
    capacity: Literal["on_demand", "spot"] = about(
        "Whether the cloud may take nodes back at short notice, for a lower price.",
        "on_demand",
        change="replaces",
    )
    size: Size = about("How many nodes.", Size)
    labels: dict[LabelKey, LabelValue] = about("Kubernetes labels of the nodes.", dict)
    taints: Many[Taint] = about("Kubernetes taints of the nodes.", ())
    disk: Disk = about("The disk of each node.", Disk, change="replaces")
    architecture: Architecture | None = about(
        "The processor architecture. Default: what the machine types say.",
        None,
        change="replaces",
    )
    zones: Many[int] | None = about(
        "Which of the network's zones, counted from 0. Default: all.", None, change="replaces"
    )


class Endpoint(Section):
    """Who can reach the Kubernetes API. Reaching it is not yet being let in."""

    public: bool = about("Whether it can be reached from outside the network.", True)
    allowed_cidrs: Many[Cidr] = about(
        "From which addresses, if it is public.", (ANYWHERE,), min_length=1
    )


class Logs(Section):
    """Logs of the control plane."""

    types: Many[Log] = about(
        "Which ones. On Google Cloud there is no `authenticator`, and `audit` is always kept.",
        ("api", "audit", "authenticator"),
    )
    retention: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827] = about(
        "How long they are kept. On Google Cloud 30 days, by the project's log bucket.",
        90,
        unit="days",
    )


class KubernetesCreate(Section):
    """A cluster of the infrastructure's own; its secrets are encrypted with a key of its own."""

    version: Version = about(
        'The Kubernetes version, quoted: `"1.34"`. One step up at a time; never down. On Google '
        "Cloud the least one: the release channel moves it on."
    )
    channel: Channel | None = about("Google Cloud: the release channel. Default: `regular`.", None)
    autopilot: bool = about(
        "Google Cloud: nodes are made as the pods need them, and there are no groups.",
        False,
        change="immutable",
    )
    node_groups: dict[GroupName, NodeGroup] = about(
        "The nodes, by group: one at least, but for `autopilot`.", dict
    )
    endpoint: Endpoint = about("Who can reach the Kubernetes API.", Endpoint)
    logs: Logs = about("Logs of the control plane.", Logs)
    support: Literal["standard", "extended"] = about(
        "`extended` keeps an old version alive, at a price. On Google Cloud it is a release "
        "channel of its own.",
        "standard",
    )
    administrators: Many[Principal] = about(
        "Principals of the cloud with full rights, beside the one that makes the cluster: on AWS "
        "ARNs of IAM roles or users; on Google Cloud members, as `group:platform@example.org`.",
        (),
    )
    workload_identity: WorkloadIdentity = about(
        "AWS: how service accounts get identities of the cloud: by the Pod Identity agent, or by "
        "the cluster's OIDC provider (IRSA).",
        "pod_identity",
    )
    core_addons: dict[
        CoreAddon,
        AddonVersion,
    ] = about(
        "AWS: pinned versions of core add-ons. Default: the cloud's own default for the version.",
        dict,
    )

    def check(self) -> Iterator[Finding]:
        if len(set(self.administrators)) < len(self.administrators):
            yield Finding("names a principal twice.", "Name each once.", at="administrators")


class KubernetesExisting(Section):
    """A cluster that exists. It is looked up and checked; nothing in it is changed."""

    name: ClusterName = about("Its name in the cloud.", change="immutable")
    workload_identity: WorkloadIdentity = about(
        "AWS: how its service accounts get identities of the cloud.", "pod_identity"
    )
    location: GoogleLocation | None = about(
        "Google Cloud: its zone, where it is no cluster of the whole region.",
        None,
        change="immutable",
    )


class Kubernetes(Choice):
    """The Kubernetes cluster: a new one, or an existing one."""

    create: KubernetesCreate | None = about("A cluster of its own.", None, change="immutable")
    existing: KubernetesExisting | None = about("A cluster that exists.", None, change="immutable")
