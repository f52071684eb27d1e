"""What ArgoCD YAML that users write themselves must not say otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from argocd.names import NAMESPACE, NAMESPACE_NAME, SERVER, SERVER_NAME, WAVE, Object, is_template
from argocd.objects import Object as Made
from argocd.written import KINDS
from manifest.references import Reference
from manifest.section import Finding


def findings(one: Made) -> Iterator[Finding]:
    """What is wrong with an object beyond its schema; `at` is the way in it."""
    metadata = one.manifest.get("metadata")
    if isinstance(metadata, dict):
        yield from _metadata(metadata, one.name)
    spec = ("spec", "template", "spec") if one.is_set else ("spec",)
    if one.spec.get("project") != one.project:
        whose = "ApplicationSet" if one.is_set else "infrastructure"
        yield Finding(
            "is another project.",
            f"Leave it out: the project of this {whose} is {one.project}.",
            (*spec, "project"),
        )
    destination = one.spec.get("destination")
    if isinstance(destination, dict):
        yield from _destination(destination, (*spec, "destination"))
        yield from _namespace(one, (*spec, "destination", "namespace"))


def unknown_kind(one: Made) -> Iterator[Finding]:
    """Whether there is no schema for the object at all."""
    if one.manifest.get("kind") not in KINDS:
        yield Finding("is not taken here.", f"Write {' or '.join(KINDS)}.", ("kind",))


def _metadata(metadata: Object, name: str) -> Iterator[Finding]:
    if metadata.get("name") != name:
        yield Finding(
            f"is not the definition's name, {name}.", "Leave it out.", ("metadata", "name")
        )
    if metadata.get("namespace") not in {NAMESPACE, NAMESPACE_NAME}:
        yield Finding("is not where ArgoCD looks.", "Leave it out.", ("metadata", "namespace"))
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and WAVE in annotations:
        yield Finding(
            "orders what one Application deploys, not Applications.",
            "Use the definition's `wave`.",
            ("metadata", "annotations", WAVE),
        )


def _destination(destination: Object, at: tuple[str, ...]) -> Iterator[Finding]:
    for key, own in (("server", SERVER), ("name", SERVER_NAME)):
        if key in destination and destination[key] != own:
            yield Finding(
                "is another cluster.",
                "Leave it out: an infrastructure deploys to its own cluster.",
                (*at, key),
            )


def _namespace(one: Made, at: tuple[str, ...]) -> Iterator[Finding]:
    if not one.namespace and not isinstance(one.namespace, Reference):
        yield Finding("is missing.", "Add it: the project allows this namespace.", at)
    elif is_template(one.namespace) and not one.definition.allow.namespaces:
        yield Finding(
            "is known only to the generators.", "Name in `allow.namespaces` what it may be.", at
        )
