"""Section `vpc`: the private network. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

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
    str, form(r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", "the name of a zone, as eu-central-1a")
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
        "How long they are kept.", 30, unit="days"
    )


class VpcCreate(Section):
    """A network of the infrastructure's own, with a public and a private subnet a zone."""

    cidr: Annotated[Cidr, AfterValidator(_private_range)] = about(
        "The address range, /16 to /22. An eighth of it goes to each zone's private subnet.",
        "10.0.0.0/16",
        change="immutable",
    )
    zones: Annotated[int, Field(ge=1, le=MAX_ZONES)] | Many[ZoneName] = about(
        "How many availability zones (1 to 6), or their names. Adding one moves nothing.", 3
    )
    nat: Literal["none", "single", "per_zone"] = about(
        "How private subnets reach the internet: not at all, through one NAT gateway (cheap), or "
        "through one in each zone (survives the loss of a zone).",
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


class VpcReuse(Section):
    """A network that exists. It is looked up and checked; nothing in it is changed."""

    id: VpcId | None = about("The network's id.", None, change="immutable")
    tags: dict[str, str] = about(
        "Tags that this one network carries, where the id is not known.", dict, change="immutable"
    )
    subnets: Subnets = about("Its subnets: by id, or found by tags.")

    def check(self) -> Iterator[Finding]:
        if (self.id is None) == (not self.tags):
            yield Finding("must say which network.", "Write either `id` or `tags`.")


class Vpc(Choice):
    """The private network: a new one, or an existing one."""

    create: VpcCreate | None = about("A network of its own.", None, change="immutable")
    reuse: VpcReuse | None = about("A network that exists.", None, change="immutable")
