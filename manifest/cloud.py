"""Section `cloud`: where the infrastructure lives. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from manifest.section import Section, about, form

PROJECT = r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$"
Region = Annotated[str, form(r"^[a-z]{2}(-[a-z]+)+-[0-9]$", "a region, as eu-central-1")]
Account = Annotated[str, form(r"^[0-9]{12}$", "the 12 digits of an account, quoted")]
Project = Annotated[
    str, form(PROJECT, "the id of a project: 6 to 30 lower-case letters, digits and hyphens")
]


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
    tags: dict[str, str] = about("Tags for everything, besides Groundplan's own.", dict)


class GoogleCloud(Section):
    """A project and a region of Google Cloud."""

    provider: Literal["google"] = about("The cloud.", change="immutable")
    region: str = about("The region, as `europe-west3`.", change="immutable")
    project: Project = about(
        "The project's id. A guard: credentials of another project are refused.",
        change="immutable",
    )
    labels: dict[str, str] = about("Labels for everything, besides Groundplan's own.", dict)


Cloud = Annotated[AwsCloud | GoogleCloud, Field(discriminator="provider")]
