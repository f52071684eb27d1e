"""`groundplan.yaml`: settings of a repository. Pure."""

from __future__ import annotations

from typing import Annotated

from manifest.section import Many, Section, about, form
from manifest.values import Value

ORGANIZATION = r"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$"
Folder = Annotated[
    str,
    form(r"^[A-Za-z0-9_-]+$", "the name of one folder: letters, digits, hyphens and underscores"),
]
Organization = Annotated[
    str, form(ORGANIZATION, "a short name: up to 20 lower-case letters, digits and hyphens")
]


class Layout(Section):
    """Names of the repository's folders."""

    infrastructures: Folder = about("Where the manifests are.", "infrastructures")
    modules: Folder = about("Where common modules are.", "modules")
    applications: Folder = about("Where common applications are.", "applications")


class Policy(Section):
    """What manifests may do. The operator's own policy can only be tightened here."""

    floating_sources: bool = about("Whether a source may lack a version or ref.", False)
    source_schemes: Many[str] = about(
        "Schemes that external sources may have.", ("https", "ssh", "s3")
    )
    source_hosts: Many[str] = about("Hosts they may come from. Default: any.", ())


class Settings(Section):
    """Settings of the repository."""

    name: Organization = about(
        "The organization's short name. It stands in names and tags of everything, so that two "
        "repositories never share a bucket.",
        change="immutable",
    )
    layout: Layout = about("Names of the repository's folders.", Layout)
    policy: Policy = about("What manifests may do.", Policy)
    defaults: dict[str, Value] = about(
        "Merged under every manifest: a manifest's own values win, maps are merged.", dict
    )
