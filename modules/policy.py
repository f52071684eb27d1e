"""Where a module may come from: the policy of the repository's settings. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from manifest.definitions import Module
from manifest.section import Finding
from manifest.settings import Policy
from manifest.shown import listed
from modules.address import Remote, Unknown, parse

PINS = {
    "git": "Add `?ref=` with a tag or a commit",
    "registry": "Write one `version`, as 1.4.0",
    "archive": "Add `?checksum=sha256:…`",
}


def findings(module: Module, policy: Policy) -> Iterator[Finding]:
    """What is wrong with a module's source; placed from the definition."""
    try:
        address = parse(module.source, module.version)
    except Unknown as error:
        yield Finding(error.message, error.remedy, ("source",))
        return
    registry = isinstance(address, Remote) and address.kind == "registry"
    if module.version and not registry:
        yield Finding("is for a registry's module only.", "Remove it.", ("version",))
    if isinstance(address, Remote):
        yield from _remote(address, policy)


def _remote(address: Remote, policy: Policy) -> Iterator[Finding]:
    if address.scheme not in policy.source_schemes:
        yield Finding(
            f"comes by {address.scheme}, which the policy does not allow.",
            f"Allowed are {listed(policy.source_schemes)}: see `policy.source_schemes`.",
            ("source",),
        )
    if policy.source_hosts and address.host not in policy.source_hosts:
        yield Finding(
            f"is at {address.host}, which the policy does not allow.",
            f"Allowed are {listed(policy.source_hosts)}: see `policy.source_hosts`.",
            ("source",),
        )
    if address.pin is None and not policy.floating_sources:
        yield Finding(
            "floats: it may be another module tomorrow.",
            f"{PINS[address.kind]}, or allow it by `policy.floating_sources`.",
            ("source",),
        )
