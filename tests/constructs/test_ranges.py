"""Ranges of a network on Google Cloud: inside it, apart from each other, and large enough."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from constructs.google.ranges import Ranges, split
from hypothesis import given
from hypothesis import strategies as st

NETWORKS = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    st.integers(0x0A000000, 0x0AFFFFFF),
    st.integers(16, 20),
)


def test_a_network_is_split_as_documented() -> None:
    assert split("10.50.0.0/16") == Ranges(
        pods="10.50.0.0/17", nodes="10.50.128.0/19", services="10.50.160.0/19"
    )


@given(NETWORKS)
def test_ranges_lie_in_the_network_and_do_not_overlap(network: IPv4Network) -> None:
    made = [IPv4Network(one) for one in vars(split(str(network))).values()]
    assert all(one.subnet_of(network) for one in made)
    assert not any(a.overlaps(b) for a, b in combinations(made, 2))
    assert sum(one.num_addresses for one in made) == network.num_addresses * 3 // 4


@given(NETWORKS)
def test_there_are_pods_addresses_for_sixteen_nodes(network: IPv4Network) -> None:
    """Each takes a /25: twice the pods that it may have."""
    assert IPv4Network(split(str(network)).pods).num_addresses >= 16 * 128


@pytest.mark.parametrize("cidr", ["10.0.0.0/30", "10.0.0.1/16", "ten"], ids=str)
def test_what_can_not_be_split_is_refused(cidr: str) -> None:
    with pytest.raises(ValueError):
        split(cidr)
