"""A user's repository: its settings and infrastructures, read and checked. Only reads."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from errors import GroundplanError, ManifestError, Place, Problem
from manifest import (
    applications,
    definitions,
    iteration,
    merging,
    neighbours,
    problems,
    templates,
    valuefiles,
)
from manifest.document import Node
from manifest.infrastructure import Infrastructure
from manifest.scope import OPENING, Scope
from manifest.section import Section
from manifest.settings import Settings
from manifest.shown import listed
from manifest.sources import KINDS, Definitions, Sources

Model = TypeVar("Model", bound=Section)


@dataclass(frozen=True)
class Repository:
    """What a repository describes."""

    root: Path
    settings: Settings
    infrastructures: dict[str, Infrastructure]
    """The infrastructures that were asked for, by name, in the order of their names."""
    documents: dict[str, Node]
    """Infrastructure → its manifest with the places of its values."""
    hosts: dict[str, Infrastructure]
    """Infrastructure → the one whose Keycloak it shares; whether or not that was asked for."""
    guests: dict[str, tuple[str, ...]]
    """Infrastructure with a Keycloak → those that share it, in the order of their names."""


def load_repository(directory: Path, names: Sequence[str] = ()) -> Repository:
    """Reads the infrastructures `names` of a repository; without names, all of them.

    Raises ManifestError with every problem of every file, or GroundplanError for a folder that is
    no repository or a name that it does not have. With names, the other infrastructures need not
    be right.
    """
    return _Loader(directory).load(names)


def infrastructure_names(directory: Path) -> list[str]:
    """The names of a repository's infrastructures, without reading their manifests.

    Raises as `load_repository` does for the settings.
    """
    loader = _Loader(directory)
    names = sorted(loader.sources.manifests(loader.settings().layout))
    loader.give_up()
    return names


class _Loader:
    def __init__(self, directory: Path) -> None:
        self.sources = Sources(directory)
        self._root = directory
        self._settings: Settings
        self._problems = self.sources.problems
        self._defaults: Node | None = None
        self._documents: dict[str, Node] = {}
        self._used: set[str] = set()
        """The files of definitions that stand in a manifest, and so are checked with it."""

    def load(self, names: Sequence[str]) -> Repository:
        self._settings = self.settings()
        layout = self._settings.layout
        known = self.sources.manifests(layout)
        self._known_names(names, known)
        common = self.sources.definitions(self._root, layout)
        infrastructures = {}
        folders = [common]
        for name in sorted(set(names) or known):
            own = self.sources.definitions(self._root / layout.infrastructures / name, layout)
            folders.append(own)
            infrastructure = self._infrastructure(name, known, common, own)
            if infrastructure:
                infrastructures[name] = infrastructure
        if not names:
            self.sources.strangers(layout, known)
        for folder in folders:
            self._check_unused(folder)
        self._problems.extend(
            neighbours.problems(
                infrastructures, self._documents, known, lambda name: self._any(name, known)
            )
        )
        self.give_up()
        return Repository(
            self._root,
            self._settings,
            infrastructures,
            self._documents,
            self._hosts(infrastructures),
            self._guests(infrastructures, known),
        )

    def _hosts(self, infrastructures: Mapping[str, Infrastructure]) -> dict[str, Infrastructure]:
        """Raises ManifestError if a host that was not asked for is wrong."""
        found: dict[str, Infrastructure] = {}
        for name, one in infrastructures.items():
            shared = one.identity.keycloak.shared if one.identity else None
            if shared:
                host = shared.infrastructure
                found[name] = infrastructures.get(host) or _alone(self._root, host)
        return found

    def _guests(
        self, infrastructures: Mapping[str, Infrastructure], known: Mapping[str, Path]
    ) -> dict[str, tuple[str, ...]]:
        """All manifests of the repository are looked at: who is forgotten would lose access."""
        hosts = {
            name for name, one in infrastructures.items() if one.identity and one.identity.owner
        }
        found: dict[str, list[str]] = {name: [] for name in hosts}
        for name in sorted(known) if hosts else ():
            document = self._any(name, known)
            named = neighbours.shared_with(document) if document else None
            if named in hosts:
                found[named].append(name)
        return {name: tuple(guests) for name, guests in found.items()}

    def give_up(self) -> None:
        """Raises ManifestError if anything is wrong; what two infrastructures share, once."""
        if self._problems:
            once = {(one.place, one.path, one.message): one for one in self._problems}
            raise ManifestError(list(once.values()))

    def settings(self) -> Settings:
        """The settings; where they are wrong, that is noted, and defaults stand in for them."""
        document = self.sources.settings()
        if document is None:
            raise ManifestError(self._problems)
        if isinstance(document.value, dict):
            defaults = document.value.get("defaults")
            self._defaults = defaults if defaults and isinstance(defaults.value, dict) else None
        # So that the manifests are checked all the same.
        return self._model(Settings, document) or Settings(name="unnamed")

    def _known_names(self, names: Sequence[str], known: Mapping[str, Path]) -> None:
        unknown = sorted(set(names) - set(known))
        if unknown:
            self.give_up()
            close = difflib.get_close_matches(unknown[0], known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise GroundplanError(
                f"The repository {self._root} has no infrastructure {', '.join(unknown)}; "
                f"it has {listed(known)}.{hint}"
            )

    def _infrastructure(
        self, name: str, known: Mapping[str, Path], common: Definitions, own: Definitions
    ) -> Infrastructure | None:
        document = self._manifest(name, known)
        if document is None:
            return None
        first = self._scope(document)
        document, found = merging.with_definitions(
            document, self._read(common, first), self._read(own, first)
        )
        self._used |= _files(document)
        document, each, more = iteration.expand(document, self._scope(document))
        document, absent = valuefiles.expand(document, self._scope(document), self.sources)
        document, wrong = templates.evaluate(document, self._scope(document), each)
        self._problems.extend([*found, *more, *absent, *wrong])
        # A value whose expression is wrong was told already.
        infrastructure = self._model(Infrastructure, document, {one.place for one in wrong})
        self._documents[name] = document
        if infrastructure and infrastructure.name != name:
            _, place, path = problems.locate(document, ("name",))
            message = f"is not the file's name, {name}."
            remedy = "Make them the same: a renamed infrastructure would be another one."
            self._problems.append(Problem(place, path, message, remedy, infrastructure.name))
        return infrastructure

    def _manifest(self, name: str, known: Mapping[str, Path]) -> Node | None:
        """The manifest with the defaults below it."""
        organization = self._settings.name
        scope = {"infrastructure": {"name": name, "organization": organization}}
        document = self.sources.document(known[name], scope)
        return merging.over(self._defaults, document) if document and self._defaults else document

    def _any(self, name: str, known: Mapping[str, Path]) -> Node | None:
        """The document of any infrastructure; what is wrong with one not asked for is its own."""
        if name not in self._documents:
            quiet = _Loader(self._root)
            quiet._settings, quiet._defaults = self._settings, self._defaults
            return quiet._manifest(name, known)
        return self._documents[name]

    def _read(self, found: Definitions, scope: Scope) -> dict[str, dict[str, Node]]:
        """The documents of definitions, by kind and name."""
        read = {
            kind: {name: self.sources.document(path, scope.names()) for name, path in files.items()}
            for kind, files in found.items()
        }
        return {
            kind: {name: node for name, node in nodes.items() if node}
            for kind, nodes in read.items()
        }

    def _check_unused(self, found: Definitions) -> None:
        """Checks definitions that no infrastructure selects: one day one will."""
        models: dict[str, type[definitions.Definition]] = {
            "modules": definitions.Module,
            "applications": applications.Application,
        }
        for kind in KINDS:
            for path in found[kind].values():
                document = None if path.name.endswith(".j2") else self.sources.document(path)
                if document is None or document.place.file in self._used:
                    continue
                if merging.switched_off(document):
                    continue
                self._model(models[kind], document, set(_expressions(document)))
                self._problems.extend(templates.unknown_outputs(document))

    def _model(
        self, model: type[Model], document: Node, skipped: set[Place] | None = None
    ) -> Model | None:
        """The document as a model; None, and its problems noted but for those at `skipped`."""
        try:
            return model.model_validate(document.plain())
        except ValidationError as error:
            found = problems.of(error, document, model)
            self._problems.extend(one for one in found if one.place not in (skipped or set()))
            return None

    def _scope(self, document: Node) -> Scope:
        raw = document.plain()
        raw = raw if isinstance(raw, dict) else {}
        named: dict[str, Any] = {"labels": {}, "organization": self._settings.name}
        named |= {key: raw[key] for key in ("name", "labels", "cloud") if raw.get(key) is not None}
        modules = raw.get("modules")
        names = frozenset(modules) if isinstance(modules, dict) else frozenset()
        return Scope(named, raw, names)


def _alone(root: Path, name: str) -> Infrastructure:
    return load_repository(root, [name]).infrastructures[name]


def _files(document: Node) -> set[str]:
    """The files that the definitions in a manifest stand in."""
    sections = map(document.value.get, KINDS) if isinstance(document.value, dict) else ()
    return {
        node.place.file
        for section in sections
        if section and isinstance(section.value, dict)
        for node in section.value.values()
    }


def _expressions(node: Node) -> list[Place]:
    """The places of values that are templates."""
    if isinstance(node.value, dict | list):
        items = node.value.values() if isinstance(node.value, dict) else node.value
        return [place for item in items for place in _expressions(item)]
    return [node.place] if isinstance(node.value, str) and OPENING in node.value else []
