"""Section `vpc`: the private network. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from manifest.cloud import Project
from manifest.section import Choice, Finding, Many, Section, about, form, wrong
from manifest.values import Cidr

PRIVATE_RANGES = tuple(
    IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
"""RFC 1918 and the shared address space of RFC 6598."""
LARGEST, SMALLEST = 16, 22
"""Prefix lengths. AWS takes no network above /16; below /22 subnets get too small."""
MAX_ZONES = 6
ZoneName = Annotated[
    str,
    form(
        r"^([a-z]{2}(-[a-z]+)+-[0-9][a-z]|[a-z]+-[a-z]+[0-9]+-[a-z])$",
        "the name of a zone, as eu-central-1a or europe-west3-a",
    ),
]
GoogleName = Annotated[
    str,
    form(
        r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        "a name of Google Cloud: up to 63 lower-case letters, digits and hyphens",
    ),
]
SubnetId = Annotated[
    str, form(r"^subnet-[0-9a-f]{8,17}$", "the id of a subnet, as subnet-0a1b2c3d4e5f60718")
]
VpcId = Annotated[
    str, form(r"^vpc-[0-9a-f]{8,17}$", "the id of a network, as vpc-0a1b2c3d4e5f60718")
]


def _private_range(cidr: str) -> str:
    network = IPv4Network(cidr)
    if not any(network.subnet_of(private) for private in PRIVATE_RANGES):
        raise wrong(
            "is no private range.",
            "Choose one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.",
        )
    if not LARGEST <= network.prefixlen <= SMALLEST:
        raise wrong(
            f"is a /{network.prefixlen}.", f"Choose a range from /{LARGEST} to /{SMALLEST}."
        )
    return cidr


class FlowLogs(Section):
    """Records of the network's connections."""

    retention: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827] = about(
        "How long they are kept. On Google Cloud 30 days, by the project's log bucket.",
        30,
        unit="days",
    )


class VpcCreate(Section):
    """A network of the infrastructure's own, with a public and a private subnet a zone."""

    cidr: Annotated[Cidr, AfterValidator(_private_range)] = about(
        "The address range, /16 to /22. On AWS an eighth of it goes to each zone's private subnet; "
        "on Google Cloud (/16 to /20) half of it to pods, an eighth each to nodes and services.",
        "10.0.0.0/16",
        change="immutable",
    )
    zones: Annotated[int, Field(ge=1, le=MAX_ZONES)] | Many[ZoneName] = about(
        "How many availability zones (1 to 6), or their names. Adding one moves nothing.", 3
    )
    nat: Literal["none", "single", "per_zone"] = about(
        "How private subnets reach the internet: not at all, through one NAT gateway (cheap), or "
        "through one in each zone (survives the loss of a zone). Google's belongs to the region: "
        "there, both are the same.",
        "single",
    )
    flow_logs: FlowLogs | None = about("Records of all connections. Default: none.", None)

    def check(self) -> Iterator[Finding]:
        if isinstance(self.zones, int):
            return
        if not 1 <= len(self.zones) <= MAX_ZONES:
            yield Finding(
                f"names {len(self.zones)} zones.", f"Name 1 to {MAX_ZONES} of them.", at="zones"
            )
        if len(set(self.zones)) < len(self.zones):
            yield Finding("names a zone twice.", "Name each zone once.", at="zones")

    @property
    def zone_count(self) -> int:
        """How many zones the network spans."""
        return self.zones if isinstance(self.zones, int) else len(self.zones)


class SubnetLookup(Choice):
    """Which subnets of an existing network: their ids, or tags they carry."""

    ids: Annotated[Many[SubnetId], Field(min_length=1)] | None = about(
        "Their ids.", None, change="replaces"
    )
    tags: Annotated[dict[str, str], Field(min_length=1)] | None = about(
        "Tags that all of them carry.", None, change="replaces"
    )

    def check(self) -> Iterator[Finding]:
        yield from super().check()
        if self.ids and len(set(self.ids)) < len(self.ids):
            yield Finding("names a subnet twice.", "Name each once.", at="ids")


class Subnets(Section):
    """The subnets to use of a network that is re-used."""

    private: SubnetLookup = about("Where nodes live: subnets of two zones at least.")
    public: SubnetLookup | None = about("Where public load balancers live, if anywhere.", None)


class NamedSubnet(Section):
    """A subnet of Google Cloud, with the secondary ranges that a cluster takes."""

    name: GoogleName = about("Its name.", change="immutable")
    pods: GoogleName = about("The range for pods.", "pods", change="immutable")
    services: GoogleName = about("The range for services.", "services", change="immutable")


class VpcReuse(Section):
    """A network that exists. It is looked up and checked; nothing in it is changed.

    On AWS `id` or `tags`, and `subnets`; on Google Cloud `name` and `subnet`.
    """

    id: VpcId | None = about("AWS: the network's id.", None, change="immutable")
    tags: dict[str, str] = about(
        "AWS: tags that this one network carries, where the id is not known.",
        dict,
        change="immutable",
    )
    subnets: Subnets | None = about("AWS: its subnets, by id or found by tags.", None)
    name: GoogleName | None = about("Google Cloud: the network's name.", None, change="immutable")
    project: Project | None = about(
        "Google Cloud: the host project of a Shared VPC. Default: the infrastructure's own.",
        None,
        change="immutable",
    )
    subnet: NamedSubnet | None = about(
        "Google Cloud: its subnet in the region.", None, change="immutable"
    )


class Vpc(Choice):
    """The private network: a new one, or an existing one."""

    create: VpcCreate | None = about("A network of its own.", None, change="immutable")
    reuse: VpcReuse | None = about("A network that exists.", None, change="immutable")
