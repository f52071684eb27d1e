"""Section `domain`: the DNS zone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from manifest.cloud import Cloud, GoogleCloud
from manifest.section import Choice, Finding, Section, about, form
from manifest.values import DNS_LABEL, DomainName

ZoneId = Annotated[
    str, form(r"^Z[A-Z0-9]{1,31}$", "the id of a hosted zone, as Z0123456789ABCDEFGHIJ")
]
Label = Annotated[
    str, form(f"^{DNS_LABEL}$", "one name without dots: lower-case letters, digits and hyphens")
]


class DomainCreate(Section):
    """A zone of the infrastructure's own."""

    zone: DomainName = about("The zone's name.", change="immutable")
    parent: DomainName | None = about(
        "The zone above it, if it is one of ours: the delegation is then made there. "
        "Default: none; delegate the name servers in the outputs yourself.",
        None,
    )
    parent_cloud: Cloud | None = about(
        "Where `parent` is, if it is not with the infrastructure: another account or project, "
        "also of the other cloud.",
        None,
    )
    dnssec: bool = about(
        "Signs the zone. The chain holds when the parent has the DS record, which is made in "
        "`parent` if that is given. Switching it off on a delegated zone needs patience: see docs.",
        False,
    )

    def check(self) -> Iterator[Finding]:
        if isinstance(self.parent_cloud, GoogleCloud) and self.parent_cloud.organization_id:
            yield Finding(
                "is of no use to a zone.", "Leave it out.", at="parent_cloud.organization_id"
            )
        if self.parent_cloud and not self.parent:
            yield Finding("is of no use without `parent`.", "Name that zone.", at="parent_cloud")
        if self.parent and not self.zone.endswith(f".{self.parent}"):
            yield Finding(
                f"is not above {self.zone}.",
                "Name a domain that the zone's name ends in.",
                at="parent",
            )


class DomainReuse(Choice):
    """A zone that exists, by its name or its id."""

    zone: DomainName | None = about("Its name.", None, change="immutable")
    id: ZoneId | None = about(
        "Its id, where several zones have the name.", None, change="immutable"
    )


class DomainDelegated(Section):
    """A zone below a domain of the operator's, handed out by the domain service."""

    label: Label = about("The name below the base.", change="immutable")
    base: DomainName = about("The operator's domain.", change="immutable")


class Domain(Choice):
    """The DNS zone that points at the cluster."""

    create: DomainCreate | None = about("A zone of its own.", None, change="immutable")
    reuse: DomainReuse | None = about("A zone that exists.", None, change="immutable")
    delegated: DomainDelegated | None = about(
        "A zone that the domain service hands out.", None, change="immutable"
    )

    @property
    def name(self) -> str | None:
        """The zone's name; None for one that is known by its id."""
        if self.create:
            return self.create.zone
        if self.delegated:
            return f"{self.delegated.label}.{self.delegated.base}"
        return self.reuse.zone if self.reuse else None
