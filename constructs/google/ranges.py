"""Splits a network's address range for a cluster. Pure.

A subnet of Google Cloud spans the zones of its region, so one is enough. Pods and services have
ranges of their own in it:

    first half        pods: each node takes a block of it
    fifth eighth      nodes, internal load balancers
    sixth eighth      services of the cluster
    last quarter      free, for what comes later

A `/16` gives a `/17` for pods, and a `/19` each for nodes and services.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

EIGHTHS = 3
NODES, SERVICES = 4, 5
PODS, SERVICE = "pods", "services"
"""The names of the secondary ranges."""


@dataclass(frozen=True)
class Ranges:
    """Address ranges in CIDR notation."""

    pods: str
    nodes: str
    services: str


def split(cidr: str) -> Ranges:
    """The ranges of a cluster in the range `cidr`.

    Raises ValueError for a malformed range, or one too small to be cut into eight.
    """
    network = IPv4Network(cidr)
    pods, _ = network.subnets(prefixlen_diff=1)
    eighths = list(network.subnets(prefixlen_diff=EIGHTHS))
    return Ranges(str(pods), str(eighths[NODES]), str(eighths[SERVICES]))
