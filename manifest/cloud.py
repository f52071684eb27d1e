"""Section `cloud`: where the infrastructure lives. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from manifest.section import Finding, Section, about, form

PROJECT = r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$"
Region = Annotated[str, form(r"^[a-z]{2}(-[a-z]+)+-[0-9]$", "a region, as eu-central-1")]
Account = Annotated[str, form(r"^[0-9]{12}$", "the 12 digits of an account, quoted")]
Project = Annotated[
    str, form(PROJECT, "the id of a project: 6 to 30 lower-case letters, digits and hyphens")
]
OrganizationId = Annotated[
    str, form(r"^[0-9]{6,19}$", "the number of an organization of Google Cloud, quoted")
]
GoogleRegion = Annotated[
    str, form(r"^[a-z]+-[a-z]+[0-9]+$", "a region of Google Cloud, as europe-west3")
]

TAGS = 40
"""AWS takes 50 on a resource; some are Groundplan's own."""
LONGEST_KEY, LONGEST_TAG = 128, 256
RESERVED = ("aws:", "groundplan.dev/", "kubernetes.io/")
LABELS = 50
"""Google takes 64 on a resource; some are Groundplan's own, some Kubernetes'."""
LABEL_KEY, LABEL = r"[a-z][a-z0-9_-]{0,62}", r"[a-z0-9_-]{0,63}"
OWN_LABELS = ("groundplan-", "goog-", "goog_")


class AwsCloud(Section):
    """An account and a region of Amazon Web Services."""

    provider: Literal["aws"] = about("The cloud.", change="immutable")
    region: Region = about(
        "The region everything is made in, as `eu-central-1`.", change="immutable"
    )
    account: Account = about(
        "The account's 12 digits, quoted. A guard: credentials of another account are refused.",
        change="immutable",
    )
    tags: dict[str, str] = about(
        "Tags for everything, besides Groundplan's own.", dict, max_length=TAGS
    )

    def check(self) -> Iterator[Finding]:
        for key, value in self.tags.items():
            if key.lower().startswith(RESERVED) or not 0 < len(key) <= LONGEST_KEY:
                yield Finding(
                    "is a tag that is not yours to set.",
                    f"Use 1 to {LONGEST_KEY} characters, and none of {', '.join(RESERVED)} first.",
                    at=("tags", key),
                )
            elif len(value) > LONGEST_TAG:
                yield Finding(
                    "is too long.", f"It may have {LONGEST_TAG} at most.", at=("tags", key)
                )


class GoogleCloud(Section):
    """A project and a region of Google Cloud."""

    provider: Literal["google"] = about("The cloud.", change="immutable")
    region: GoogleRegion = about("The region, as `europe-west3`.", change="immutable")
    project: Project = about(
        "The project's id. A guard: credentials of another project are refused.",
        change="immutable",
    )
    organization_id: OrganizationId | None = about(
        "The number of the organization that the project belongs to, quoted. With it people of "
        "Keycloak reach the cluster's API; who deploys needs `roles/iam.workforcePoolAdmin` there.",
        None,
    )
    labels: dict[str, str] = about(
        "Labels for everything, besides Groundplan's own.", dict, max_length=LABELS
    )

    def check(self) -> Iterator[Finding]:
        for key, value in self.labels.items():
            if key.startswith(OWN_LABELS):
                yield Finding(
                    "is a label that is not yours to set.",
                    f"Let it not begin with {' or '.join(OWN_LABELS)}.",
                    at=("labels", key),
                )
            elif not re.fullmatch(LABEL_KEY, key) or not re.fullmatch(LABEL, value):
                yield Finding(
                    "is no label of Google Cloud.",
                    "Use lower-case letters, digits, hyphens and underscores, 63 at most, and a "
                    "letter first in the key.",
                    at=("labels", key),
                )


Cloud = Annotated[AwsCloud | GoogleCloud, Field(discriminator="provider")]
