"""The JSON Schemas accept what the program accepts, and refuse what they can know to be wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from manifest import schema
from manifest.document import parse
from manifest.files import Unreadable
from manifest.jsonschema import KINDS
from tests.manifest.schema_check import errors

HERE = Path(__file__).parent
ACME = HERE.parent.parent / "examples" / "acme"
FOLDERS = {"infrastructures": "infrastructure", "modules": "module", "applications": "application"}


def kind(file: Path) -> Any:
    return "settings" if file.name == "groundplan.yaml" else FOLDERS[file.parent.name]


made_once = cache(schema)


def wrong(text: str, of: Any) -> list[str]:
    made = made_once(of)
    return list(errors(parse(text, "a.yaml").plain(), made, made))


ACCEPTED = sorted(
    file
    for repository in (HERE / "good", ACME)
    for file in repository.rglob("*.yaml")
    if file.name == "groundplan.yaml" or file.parent.name in FOLDERS  # or a chart's
)


@pytest.mark.parametrize("file", ACCEPTED, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_the_program_accepts_is_accepted(file: Path) -> None:
    assert wrong(file.read_text(), kind(file)) == []


# Rules between values and sections, and templates: the program alone knows them.
BEYOND = {
    "template-later",  # what comes after what
    "identity-no-admin",  # the address may be another section's
    "addons-email",  # defaults could bring the address
    "addons-no-cluster",
    "applications-no-argocd",
    "backend-bucket-first",
    "backend-bucket-second",
    "backend-recovery",
    "cloud-account-missing",  # defaults could bring it, as the next two
    "cloud-missing",
    "cloud-provider-missing",
    "cloud-tags",
    "domain-name",
    "domain-parent",
    "domain-parent-cloud",
    "domain-same-first",
    "domain-same-second",
    "domain-unsigned",
    "google-arm",
    "google-autopilot",  # one schema serves both clouds
    "google-backend",
    "google-cluster",
    "google-existing",
    "google-labels",
    "google-network",
    "google-no-groups",
    "google-parent-organization",
    "google-people",
    "google-people-many",
    "google-reuse",
    "google-reuse-which",
    "google-zone",
    "identity-elsewhere",  # whose the Keycloak is
    "identity-group-of-a-guest",
    "identity-groups",
    "identity-no-address",
    "identity-nowhere",
    "identity-people",
    "identity-shared-circle",
    "identity-shared-self",
    "identity-shared-unknown",
    "kubernetes-elsewhere",
    "kubernetes-existing-elsewhere",
    "kubernetes-mixed-processors",
    "kubernetes-no-groups",
    "kubernetes-no-network",
    "kubernetes-one-zone",
    "kubernetes-sizes",
    "kubernetes-zones",
    "modules-circle",
    "modules-for-each",
    "modules-twice",
    "modules-unknown",
    "name-is-anothers",
    "shop-module",
    "template-computes",
    "template-escape",
    "template-huge",
    "template-key",
    "template-list-in-text",
    "template-name",
    "template-not-closed",
    "template-of-template",
    "template-stage",
    "template-too-early",
    "template-type",
    "vpc-cidr",
    "vpc-cidr-host-bits",
    "vpc-cidr-public",
    "vpc-cidr-small",
    "vpc-reuse-one-subnet",
    "vpc-reuse-which",
    "vpc-zones-elsewhere",
    "vpc-zones-twice",
    "way-missing",  # defaults could bring one
}


def bad() -> Iterator[Path]:
    """The wrong manifests that are YAML at all."""
    for file in sorted((HERE / "bad" / "infrastructures").glob("*.yaml")):
        try:
            parse(file.read_text(), file.name)
        except Unreadable:
            continue
        yield file


@pytest.mark.parametrize("file", list(bad()), ids=lambda file: file.stem)
def test_what_the_program_refuses_is_refused_but_for_rules_between_values(file: Path) -> None:
    assert bool(wrong(file.read_text(), "infrastructure")) is (file.stem not in BEYOND)


def test_templates_may_stand_where_numbers_and_choices_do() -> None:
    head = "apiVersion: groundplan.dev/v1\nname: a\n"
    for section in (
        'vpc: {create: {zones: "${{ 1 + 1 }}", nat: "${{ manifest.labels.nat }}"}}',
        'kubernetes: {create: {endpoint: {public: "${{ true }}"}}}',
        'labels: "${{ manifest.more }}"',
        'backend: {bucket: "acme-${{ infrastructure.name }}"}',
    ):
        assert wrong(head + section + "\n", "infrastructure") == []
    assert wrong(head + "vpc: {create: {nat: sometimes}}\n", "infrastructure")
    assert wrong("apiVersion: groundplan.dev/v1\nname: ${{ a }}\n", "infrastructure")
    assert wrong("name: ${{ a }}\n", "settings"), "settings are read before templates"


@pytest.mark.parametrize("of", KINDS)
def test_every_field_is_explained_to_the_editor(of: Any) -> None:
    made = schema(of)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    json.dumps(made, allow_nan=False)
    for name, part in {of: made, **made["$defs"]}.items():
        assert part["description"], name
        for field, about in part.get("properties", {}).items():
            # Pydantic leaves a description out that says the same as the section's own.
            explained = about["description"] or "$ref" in json.dumps(about)
            assert about["title"] == field
            assert explained, f"{name}.{field}"
            assert "null" not in json.dumps(about), f"{name}.{field}"


def test_what_may_not_change_is_said() -> None:
    parts = schema()["$defs"]
    assert parts["VpcCreate"]["properties"]["cidr"]["description"].endswith(
        "Not to be changed later."
    )
    assert "made anew" in parts["NodeGroup"]["properties"]["capacity"]["description"]
    assert "In days." in parts["Backend"]["properties"]["old_versions"]["description"]
