"""What is wrong with the applications of a repository, with places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from argocd import policy, rules, schema
from argocd.objects import Object, Path, objects
from argocd.places import in_definition
from argocd.project import project
from argocd.written import KINDS
from errors import Problem
from manifest import Infrastructure, Repository
from manifest.document import Node
from manifest.problems import locate
from manifest.references import Reference, Text
from manifest.section import Finding
from manifest.shown import listed, shown

CREDENTIALS = re.compile(r"://[^/@]*@")
NO_KEY = re.compile(r"__proto__$|\$jsii\.")
"""Keys that mean something on the way to CDKTF: it runs in another process, in JavaScript."""
LARGEST = 2**53
"""The largest whole number that JSON carries to Terraform and Helm unchanged (RFC 8259, 6)."""


def problems(repository: Repository) -> list[Problem]:
    """Every problem of every infrastructure's applications, at its place."""
    found: list[Problem] = []
    for name, infrastructure in repository.infrastructures.items():
        document = repository.documents[name]
        made = objects(infrastructure.applications, name)
        known = _producers(infrastructure)
        for one in made:
            at = ("applications", one.name)
            findings = [*_findings(one, name), *policy.findings(one, repository.settings.policy)]
            found += [_problem(finding, at, document) for finding in findings]
            definition, _, _ = locate(document, at)
            if definition:
                found += _values(definition, at, known)
        if made and not found:
            project_ = schema.findings(project(name, made))
            found += [_problem(one, ("applications",), document) for one in project_]
    return found


def _findings(one: Object, infrastructure: str) -> list[Finding]:
    """The findings in an object, placed in its definition."""
    found = list(rules.unknown_kind(one))
    if not found:
        found += schema.findings(one.manifest)
    if one.definition.manifest is not None and one.manifest.get("kind") in KINDS:
        found += rules.findings(one, infrastructure)
    return [
        Finding(finding.message, finding.remedy, in_definition(one, tuple(finding.at)))
        for finding in found
    ]


def _problem(finding: Finding, at: Path, document: Node) -> Problem:
    node, place, path = locate(document, (*at, *finding.at))
    if node and node.key and finding.message == schema.UNKNOWN:
        place = node.key
    value = None
    if node and isinstance(node.value, str | int) and not CREDENTIALS.search(str(node.value)):
        value = shown(node.value, path.split("."))
    return Problem(place, path, finding.message, finding.remedy, value)


def _producers(infrastructure: Infrastructure) -> set[str]:
    """What values may name: the stages there are, and the modules."""
    stages = ("vpc", "domain", "kubernetes", "addons")
    made = [f"stages.{name}" for name in stages if getattr(infrastructure, name)]
    modules = [f"modules.{name}" for name in infrastructure.modules]
    return {"stages.backend", *made, *modules}


def _values(node: Node, path: Path, known: set[str]) -> Iterator[Problem]:
    """What no value of a definition may be."""
    value = node.value
    items: dict[str, Any] = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        items = {str(index): item for index, item in enumerate(value)}
    for key, item in items.items():
        if NO_KEY.match(key):
            yield Problem(
                item.key or item.place,
                ".".join((*path, key)),
                "is a key that CDKTF keeps for itself.",
                "Give it another name.",
            )
        yield from _values(item, (*path, key), known)
    parts = value.parts if isinstance(value, Text) else (value,)
    for part in parts:
        if isinstance(part, Reference) and part.producer not in known:
            yield Problem(
                node.place,
                ".".join(path),
                f"names {part.name}, and this infrastructure has no {part.producer}.",
                f"It has {listed(sorted(known))}.",
            )
    if isinstance(value, int) and abs(value) > LARGEST:
        yield Problem(
            node.place,
            ".".join(path),
            "is a whole number that JSON does not carry unchanged.",
            "Quote it.",
            value,
        )
