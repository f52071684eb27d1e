"""What is wrong with the modules of a repository, with places. Only reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from errors import Place, Problem
from manifest import Infrastructure, Repository
from manifest.document import Node
from manifest.files import Unreadable
from manifest.problems import locate
from manifest.references import Reference, Text
from manifest.shown import listed, shown
from modules import policy, types
from modules.address import Local, Unknown, parse
from modules.folders import closure
from modules.interface import Interface, interface

Path = tuple[str | int, ...]


def problems(repository: Repository) -> list[Problem]:
    """Every problem of every infrastructure's modules, at its place."""
    found: list[Problem] = []
    for name, infrastructure in repository.infrastructures.items():
        found += _Check(repository, infrastructure, repository.documents[name]).problems()
    return found


class _Check:
    """The modules of one infrastructure."""

    def __init__(
        self, repository: Repository, infrastructure: Infrastructure, document: Node
    ) -> None:
        self._repository = repository
        self._modules = infrastructure.modules
        self._document = document
        self._found: list[Problem] = []
        self._interfaces: dict[str, Interface] = {}

    def problems(self) -> list[Problem]:
        for name in self._modules:
            self._source(name)
        for name, one in self._interfaces.items():
            self._found += _names(self._document, name, self._modules[name].variables, one)
            self._found += _types(self._document, name, self._modules[name].variables, one)
        self._found += self._outputs(self._document, ())
        return self._found

    def _source(self, name: str) -> None:
        module = self._modules[name]
        wrong = list(policy.findings(module, self._repository.settings.policy))
        for finding in wrong:
            at = ("modules", name, *finding.at)
            self._found.append(_problem(self._document, at, finding.message, finding.remedy))
        try:
            address = parse(module.source, module.version)
        except Unknown:
            return
        if not isinstance(address, Local) or wrong:
            return
        root = self._repository.root
        at = ("modules", name, "source")
        try:
            found = interface(root / address.path, root)
            closure(address.path, root)
        except Unreadable as error:
            self._found += [
                Problem(one.place, one.path, one.message, one.remedy) for one in error.problems
            ]
            _, place, path = locate(self._document, at)
            named = module.source
            message = "can't be used as a module."
            remedy = f"See {error.problems[0].place}."
            self._found.append(Problem(place, path, message, remedy, named))
            return
        if found.aliases:
            message = f"wants provider configurations by name ({listed(found.aliases)})."
            remedy = "A module gets the infrastructure's own provider, without a name."
            self._found.append(_problem(self._document, at, message, remedy))
        if "helm" in found.providers and "helm" not in module.providers:
            message = "uses helm, and is given no access to the cluster."
            self._found.append(
                _problem(self._document, at, message, "Add `providers: [helm]` to the module.")
            )
        self._interfaces[name] = found

    def _outputs(self, node: Node, path: Path) -> Iterator[Problem]:
        """References to outputs that a local module does not have."""
        value = node.value
        items: dict[str | int, Node] = {}
        if isinstance(value, dict):
            items = dict(value)
        elif isinstance(value, list):
            items = dict(enumerate(value))
        for key, item in items.items():
            yield from self._outputs(item, (*path, key))
        for part in value.parts if isinstance(value, Text) else (value,):
            if not isinstance(part, Reference) or not part.producer.startswith("modules."):
                continue
            one = self._interfaces.get(part.producer.removeprefix("modules."))
            if one is not None and part.output not in one.outputs:
                yield Problem(
                    node.place,
                    ".".join(map(str, path)),
                    f"names {part.name}, which the module does not give.",
                    _known(part.output, one.outputs),
                )


def _names(
    document: Node, name: str, given: Mapping[str, object], one: Interface
) -> Iterator[Problem]:
    """Variables that the module does not know, and those that it needs."""
    for variable in given:
        if variable not in one.variables:
            at = ("modules", name, "variables", variable)
            node, place, path = locate(document, at)
            place = node.key if node and node.key else place
            message = "is no variable of the module."
            yield Problem(place, path, message, _known(variable, one.variables))
    for variable, described in one.variables.items():
        if described.required and variable not in given:
            message = f"lacks the variable {variable}, which {described.place} requires."
            yield _problem(document, ("modules", name), message, "Add it to `variables`.")


def _types(
    document: Node, name: str, given: Mapping[str, object], one: Interface
) -> Iterator[Problem]:
    """Values that the module's variables can't take."""
    for variable, value in given.items():
        described = one.variables.get(variable)
        if described is None:
            continue
        at = ("modules", name, "variables", variable)
        if value is None and not described.nullable:
            yield _problem(document, at, "can't be null.", _see(described.place))
        for way, message in types.misfits(value, types.parse(described.type)):
            yield _problem(document, (*at, *way), message, _see(described.place))


def _problem(document: Node, at: Path, message: str, remedy: str) -> Problem:
    node, place, path = locate(document, at)
    simple = node and isinstance(node.value, str | int | float)
    value = shown(node.value, path.split(".")) if node and simple else None
    return Problem(place, path, message, remedy, value)


def _see(place: Place) -> str:
    return f"The variable is described at {place}."


def _known(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known: {listed(sorted(known))}." if known else "It has none."
