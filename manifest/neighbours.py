"""Rules between the infrastructures of a repository. Pure. Caller: `repository.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from errors import Problem
from manifest.document import Node
from manifest.infrastructure import Infrastructure
from manifest.problems import locate
from manifest.shown import listed

SHARED = ("identity", "keycloak", "shared", "infrastructure")


def problems(
    infrastructures: Mapping[str, Infrastructure],
    documents: Mapping[str, Node],
    known: Mapping[str, object],
    other: Callable[[str], Node | None],
) -> Iterator[Problem]:
    """What is wrong between them.

    `known` are all infrastructures of the repository; `other` gives the document of one, also of
    one that was not asked for.
    """
    yield from _same_names(infrastructures, documents)
    for name, infrastructure in infrastructures.items():
        keycloak = infrastructure.identity.keycloak if infrastructure.identity else None
        shared = keycloak.shared if keycloak else None
        if shared:
            yield from _shares(name, shared.infrastructure, documents[name], known, other)
        if infrastructure.identity and infrastructure.identity.owner:
            yield from _group_of_a_guest(infrastructure.identity.groups, documents[name], known)


def _same_names(
    infrastructures: Mapping[str, Infrastructure], documents: Mapping[str, Node]
) -> Iterator[Problem]:
    """What there can be only one of must not be made by two."""
    makers: dict[tuple[str, str], str] = {}
    for name, one in infrastructures.items():
        made: dict[tuple[str, ...], str | None] = {
            ("backend", "bucket"): one.backend.bucket,
            ("domain", "create", "zone"): (
                one.domain.create.zone if one.domain and one.domain.create else None
            ),
        }
        for location, value in made.items():
            if value is None:
                continue
            first = makers.setdefault((location[0], value), name)
            if first != name:
                yield _problem(
                    documents[name],
                    location,
                    f"is made by the infrastructure {first}, too.",
                    "Choose another name, or let only one make it.",
                    value,
                )


def _group_of_a_guest(
    groups: Mapping[str, object], document: Node, known: Mapping[str, object]
) -> Iterator[Problem]:
    """Groups of infrastructures that share a Keycloak stand below one of the guest's name."""
    for name in groups:
        if name in known:
            yield _problem(
                document,
                ("identity", "groups", name),
                "is an infrastructure's name: its own groups would stand below it.",
                "Choose another name.",
                name,
            )


def _shares(
    name: str,
    target: str,
    document: Node,
    known: Mapping[str, object],
    other: Callable[[str], Node | None],
) -> Iterator[Problem]:
    """A shared Keycloak is installed in, or known to, another infrastructure that exists."""
    if target == name:
        yield _problem(document, SHARED, "is this one itself.", "Write `install`.", target)
    elif target not in known:
        yield _problem(
            document,
            SHARED,
            "is no infrastructure of this repository.",
            f"Name one of {listed(known)}.",
            target,
        )
    else:
        keycloak = _at(other(target), SHARED[:2])
        ways = keycloak.value if keycloak and isinstance(keycloak.value, dict) else {}
        if "install" not in ways:
            message = "has none of its own." if ways else "has no Keycloak."
            yield _problem(
                document, SHARED, message, "Name the infrastructure that installs it.", target
            )


def shared_with(document: Node) -> str | None:
    """The infrastructure whose Keycloak a manifest says it shares."""
    named = _at(document, SHARED)
    return named.value if named and isinstance(named.value, str) else None


def _at(node: Node | None, location: tuple[str, ...]) -> Node | None:
    for part in location:
        if node is None or not isinstance(node.value, dict):
            return None
        node = node.value.get(part)
    return node


def _problem(
    document: Node, location: tuple[str, ...], message: str, remedy: str, value: str
) -> Problem:
    _, place, path = locate(document, location)
    return Problem(place, path, message, remedy, value)
