"""Splits a network's address range into subnets. Pure.

The split does not depend on how many zones are in use: adding a zone never moves the subnets of
the others. The range is cut into eight equal blocks:

    block 0 … 5    the private subnets of zones 0 … 5: pods and nodes live here, so they are large
    block 6        cut into eight again: the public subnets of the zones, for load balancers and NAT
    block 7        free, for what comes later

A `/16` gives private `/19` (8,187 usable addresses on AWS) and public `/22` subnets.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

MAX_ZONES = 6
BLOCK_BITS = 3
PUBLIC_BLOCK = 6


@dataclass(frozen=True)
class ZoneSubnets:
    """The two address ranges of one zone, in CIDR notation."""

    private: str
    public: str


def split(cidr: str, zones: int) -> list[ZoneSubnets]:
    """The subnets of the first `zones` zones (1 to 6) of the range `cidr`.

    Raises ValueError for a malformed range, one too small to cut six bits further, or a number of
    zones out of bounds. What a cloud allows as a range is that cloud's rule, not this module's.
    """
    if not 1 <= zones <= MAX_ZONES:
        raise ValueError(f"{zones} zones: a network spans 1 to {MAX_ZONES}")
    network = IPv4Network(cidr)
    blocks = list(network.subnets(prefixlen_diff=BLOCK_BITS))
    public = list(blocks[PUBLIC_BLOCK].subnets(prefixlen_diff=BLOCK_BITS))
    return [ZoneSubnets(str(blocks[zone]), str(public[zone])) for zone in range(zones)]
