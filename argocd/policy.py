"""Where an application may come from: the policy of the repository's settings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from argocd.names import is_template
from argocd.objects import Object, Path
from argocd.places import in_definition
from manifest.references import Reference, Text
from manifest.section import Finding
from manifest.settings import Policy
from manifest.shown import listed

SCP = re.compile(r"(?P<user>[^@/:\s]+)@(?P<host>[^@/:\s]+):(?P<path>\S+)")
"""`git@github.com:acme/shop.git`, which git takes for SSH."""
REGISTRY = re.compile(r"(?P<host>[A-Za-z0-9.-]+(:[0-9]+)?)/\S+")
"""How ArgoCD writes the OCI registry of a chart."""
ANYTHING = frozenset({"*", ">=0", ">=0.0.0", "x", "X"})
"""Ranges of chart versions that name no version at all."""


def findings(one: Object, policy: Policy) -> Iterator[Finding]:
    """What the policy says against an object's sources; `at` is the way in the definition."""
    for path, repository in one.repositories:
        at = in_definition(one, path)
        if is_template(repository):
            if not one.definition.allow.repositories:
                yield Finding(
                    "is known only to the generators.",
                    "Name in `allow.repositories` what it may be.",
                    at,
                )
            continue
        yield from _repository(repository, policy, at)
    for index, repository in enumerate(one.definition.allow.repositories):
        yield from _repository(repository, policy, ("allow", "repositories", str(index)))
    if not policy.floating_sources:
        yield from _floating(one)


def address(repository: str) -> tuple[str, str] | None:
    """Scheme and host of a repository; None for what is no address. OCI is spoken over HTTPS."""
    if "://" in repository:
        parts = urlsplit(repository)
        scheme = "https" if parts.scheme == "oci" else parts.scheme
        return (scheme, parts.hostname) if parts.hostname else None
    if found := SCP.fullmatch(repository):
        return "ssh", found["host"].lower()
    if found := REGISTRY.fullmatch(repository):
        return "https", found["host"].partition(":")[0].lower()
    return None


def _repository(repository: Any, policy: Policy, at: Path) -> Iterator[Finding]:
    if isinstance(repository, Reference | Text):
        yield Finding("is known only after deployment, and is checked before.", "Write it out.", at)
    if not isinstance(repository, str):
        return  # the schema says so
    found = _address(repository)
    if found is None:
        yield Finding("is no address.", "Write one as https://git.example.org/shop.git.", at)
        return
    scheme, host = found
    if scheme != "ssh" and "@" in repository.partition("://")[2].partition("/")[0]:
        yield Finding(
            "carries credentials.", "Name them in `addons.argocd.repositories` instead.", at
        )
    if "*" in host:
        yield Finding("leaves the host open.", "Use `*` in the path only.", at)
    elif policy.source_hosts and host not in policy.source_hosts:
        yield Finding(
            f"is at {host}, which the policy does not allow.",
            f"Allowed are {listed(policy.source_hosts)}: see `policy.source_hosts`.",
            at,
        )
    if scheme not in policy.source_schemes:
        yield Finding(
            f"has the scheme {scheme}, which the policy does not allow.",
            f"Allowed are {listed(policy.source_schemes)}: see `policy.source_schemes`.",
            at,
        )


def _address(repository: str) -> tuple[str, str] | None:
    try:
        return address(repository)
    except ValueError:  # what urlsplit raises for odd brackets
        return None


def _floating(one: Object) -> Iterator[Finding]:
    for path, source in one.sources:
        revision = source.get("targetRevision")
        if revision and str(revision).replace(" ", "") not in ANYTHING:
            continue
        missing = "revision" if not source.get("chart") else "version"
        yield Finding(
            f"names no {missing}: what is deployed would change unseen.",
            f"Add `{missing if one.definition.manifest is None else 'targetRevision'}`, a branch or"
            " a range if it shall follow one; or allow it: `policy.floating_sources`.",
            in_definition(one, path),
        )
