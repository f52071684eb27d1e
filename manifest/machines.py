"""What the names of machine types say about their processors. Pure."""

from __future__ import annotations

import re
from typing import Literal

Architecture = Literal["amd64", "arm64"]

ARM = {
    # A `g` after the generation: m7g, c6gn, t4g, r8gd, x2gd; and the first one, a1.
    # https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
    "aws": re.compile(r"^(a1|[a-z]+[0-9]+g[a-z]*)\."),
    # https://cloud.google.com/compute/docs/instances/arm-on-compute
    "google": re.compile(r"^(t2a|c4a|n4a|a4x)-"),
}


def architecture(provider: str, machine_type: str) -> Architecture:
    """The processor architecture of a machine type of a cloud, by its name."""
    return "arm64" if ARM[provider].match(machine_type) else "amd64"
