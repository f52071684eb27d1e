"""References to what is known only after deployment. Pure.

`${{ stages.vpc.private_subnet_ids }}` becomes a `Reference`; text around one a `Text`. Later stages
turn them into Terraform interpolations; nothing else can be done with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_-]*$"
"""Of Terraform's identifiers those in ASCII: a name that is no expression.
https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers"""
STAGE_OUTPUTS: dict[str, frozenset[str]] = {
    "backend": frozenset({"bucket", "key_id", "secret_prefix", "config_prefix"}),
    "vpc": frozenset(
        {
            "network_id",
            "cidr",
            "zones",
            "public_subnet_ids",
            "private_subnet_ids",
            "secondary_ranges",
        }
    ),
    "domain": frozenset({"zone", "zone_id", "name_servers", "ds_record"}),
    "kubernetes": frozenset(
        {
            "cluster_name",
            "endpoint",
            "certificate_authority",
            "issuer",
            "version",
            "network_id",
            "kubeconfig_location",
            "workload_identities",
        }
    ),
    "addons": frozenset(
        {"ingress_class", "cluster_issuer", "argocd_namespace", "argocd_url", "keycloak_url"}
    ),
    "identity": frozenset({"issuer", "realm", "argocd_client", "kubernetes_client", "clients"}),
}
"""What each stage gives; `tests/stacks` proves it equal to the outputs of the stacks."""
LISTS = frozenset({"zones", "public_subnet_ids", "private_subnet_ids", "name_servers"})
MAPS = frozenset({"workload_identities", "secondary_ranges", "clients"})
"""Outputs of stages that are no text."""


class KnownLater(Exception):
    """A reference was used as if its value were known."""


@dataclass(frozen=True)
class Reference:
    """An output of a stage (`producer` = `stages.vpc`) or of a module (`modules.media`)."""

    producer: str
    output: str

    @property
    def name(self) -> str:
        """How it is written: `stages.vpc.network_id`."""
        return f"{self.producer}.{self.output}"

    def __str__(self) -> str:
        raise KnownLater(self.name)

    def __bool__(self) -> bool:
        raise KnownLater(self.name)

    def __format__(self, spec: str) -> str:
        return str(self)


@dataclass(frozen=True)
class Text:
    """Text with references in it, in order."""

    parts: tuple[str | Reference, ...]


def references(value: object) -> Iterator[Reference]:
    """The outputs that a value of the manifest holds, anywhere in it."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, Text):
        for part in value.parts:
            yield from references(part)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references(item)
