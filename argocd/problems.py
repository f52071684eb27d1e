"""What is wrong with the applications of a repository, with places. Pure."""

from __future__ import annotations

import re

from argocd import policy, rules, schema
from argocd.objects import Object, Path, objects
from argocd.places import in_definition
from argocd.project import own_projects, project
from argocd.written import KINDS
from errors import Problem
from manifest import Repository
from manifest.document import Node
from manifest.problems import locate
from manifest.section import Finding
from manifest.shown import shown

CREDENTIALS = re.compile(r"://[^/@]*@")


def problems(repository: Repository) -> list[Problem]:
    """Every problem of every infrastructure's applications, at its place."""
    found: list[Problem] = []
    for name, infrastructure in repository.infrastructures.items():
        document = repository.documents[name]
        made = objects(infrastructure.applications, name)
        for one in made:
            at = ("applications", one.name)
            findings = [*_findings(one), *policy.findings(one, repository.settings.policy)]
            found += [_problem(finding, at, document) for finding in findings]
        if made and not found:
            projects = [project(name, made), *(own for one in made for own in own_projects(one))]
            wrong = [finding for one in projects for finding in schema.findings(one)]
            found += [_problem(one, ("applications",), document) for one in wrong]
    return found


def _findings(one: Object) -> list[Finding]:
    """The findings in an object, placed in its definition."""
    found = list(rules.unknown_kind(one))
    if not found:
        found += schema.findings(one.manifest)
    if one.definition.manifest is not None and one.manifest.get("kind") in KINDS:
        found += rules.findings(one)
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
