"""Address arithmetic: no overlap, nothing outside, and what exists never moves."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from constructs.shared.subnets import MAX_ZONES, split
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def networks(draw: st.DrawFn) -> str:
    """Any range that AWS takes and that leaves room for /28 subnets."""
    prefix = draw(st.integers(min_value=16, max_value=22))
    address = draw(st.integers(min_value=0, max_value=2**32 - 1))
    return str(IPv4Network((address >> (32 - prefix) << (32 - prefix), prefix)))


zone_counts = st.integers(min_value=1, max_value=MAX_ZONES)


def ranges(cidr: str, zones: int) -> list[IPv4Network]:
    return [
        IPv4Network(text) for zone in split(cidr, zones) for text in (zone.private, zone.public)
    ]


@given(networks(), zone_counts)
def test_subnets_never_overlap(cidr: str, zones: int) -> None:
    for one, other in combinations(ranges(cidr, zones), 2):
        assert not one.overlaps(other)


@given(networks(), zone_counts)
def test_subnets_lie_in_the_network(cidr: str, zones: int) -> None:
    assert all(subnet.subnet_of(IPv4Network(cidr)) for subnet in ranges(cidr, zones))


@given(networks(), zone_counts)
def test_an_eighth_stays_free(cidr: str, zones: int) -> None:
    free = list(IPv4Network(cidr).subnets(prefixlen_diff=3))[-1]
    assert not any(subnet.overlaps(free) for subnet in ranges(cidr, zones))


@given(networks(), st.integers(min_value=1, max_value=MAX_ZONES - 1))
def test_another_zone_moves_no_subnet(cidr: str, zones: int) -> None:
    assert split(cidr, zones + 1)[:zones] == split(cidr, zones)


@given(networks(), zone_counts)
def test_aws_takes_every_size(cidr: str, zones: int) -> None:
    assert all(16 <= subnet.prefixlen <= 28 for subnet in ranges(cidr, zones))


def test_a_common_network_by_eye() -> None:
    first, second = split("10.20.0.0/16", 2)
    assert (first.private, first.public) == ("10.20.0.0/19", "10.20.192.0/22")
    assert (second.private, second.public) == ("10.20.32.0/19", "10.20.196.0/22")


@pytest.mark.parametrize("zones", [0, 7, -1], ids=str)
def test_zones_out_of_bounds_are_refused(zones: int) -> None:
    with pytest.raises(ValueError, match="1 to 6"):
        split("10.0.0.0/16", zones)
