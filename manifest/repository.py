"""A user's repository: its settings and infrastructures, read and checked. Only reads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from errors import GroundplanError, ManifestError, Place, Problem
from manifest import merging, problems, templates
from manifest.document import Node, parse
from manifest.files import Unreadable, read, show
from manifest.infrastructure import Infrastructure
from manifest.section import Section
from manifest.settings import Settings

SETTINGS = "groundplan.yaml"
YAML, TEMPLATE = ".yaml", ".yaml.j2"
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


def load_repository(directory: Path, names: Sequence[str] = ()) -> Repository:
    """Reads the infrastructures `names` of a repository; without names, all of them.

    Raises ManifestError with every problem of every file, or GroundplanError for a folder that is
    no repository or a name that it does not have.
    """
    return _Loader(directory).load(names)


def infrastructure_names(directory: Path) -> list[str]:
    """The names of a repository's infrastructures, without reading their manifests.

    Raises as `load_repository` does for the settings.
    """
    loader = _Loader(directory)
    return sorted(loader.manifests(loader.settings()))


class _Loader:
    def __init__(self, directory: Path) -> None:
        self._root = directory
        self._problems: list[Problem] = []
        self._defaults: Node | None = None
        self._documents: dict[str, Node] = {}

    def load(self, names: Sequence[str]) -> Repository:
        settings = self.settings()
        known = self.manifests(settings)
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise GroundplanError(
                f"The repository {self._root} has no infrastructure {', '.join(unknown)}; "
                f"it has {', '.join(sorted(known)) or 'none'}."
            )
        common = self._definitions(self._root, settings)
        infrastructures = {
            name: self._infrastructure(name, known, settings, common)
            for name in sorted(names or known)
        }
        if self._problems:
            raise ManifestError(self._problems)
        return Repository(
            self._root,
            settings,
            {name: one for name, one in infrastructures.items() if one},
            self._documents,
        )

    def settings(self) -> Settings:
        path = self._root / SETTINGS
        if not os.path.lexists(path):
            raise GroundplanError(
                f"{self._root} is no Groundplan repository: it has no {SETTINGS}. "
                "Name another folder with --repository, or write one with `name: acme` in it."
            )
        document = self._document(path)
        if document and isinstance(document.value, dict):
            self._defaults = document.value.get("defaults")
        settings = self._model(Settings, document) if document else None
        if settings is None:
            raise ManifestError(self._problems)
        return settings

    def manifests(self, settings: Settings) -> dict[str, Path]:
        """Infrastructure → the file of its manifest."""
        folder = self._root / settings.layout.infrastructures
        found: dict[str, Path] = {}
        for name, path in self._files(folder):
            if name in found:
                self._problems.append(
                    Problem(
                        Place(show(path, self._root)),
                        "",
                        f"describes {name}, as {show(found[name], self._root)} does.",
                        "Keep one of them.",
                    )
                )
            found[name] = path
        return found

    def _files(self, folder: Path) -> Iterator[tuple[str, Path]]:
        """The YAML files of a folder, by name without their ending."""
        if not folder.is_dir():
            return
        for path in sorted(folder.iterdir()):
            for ending in (TEMPLATE, YAML):
                if path.name.endswith(ending) and not path.name.startswith("."):
                    yield path.name.removesuffix(ending), path
                    break

    def _definitions(self, folder: Path, settings: Settings) -> dict[str, dict[str, Node]]:
        """Kind → name → document, of one `modules` and one `applications` folder."""
        definitions: dict[str, dict[str, Node]] = {}
        for kind, name_of_folder in (
            ("modules", settings.layout.modules),
            ("applications", settings.layout.applications),
        ):
            for name, path in self._files(folder / name_of_folder):
                document = self._document(path)
                if document:
                    definitions.setdefault(kind, {})[name] = document
        return definitions

    def _infrastructure(
        self,
        name: str,
        known: dict[str, Path],
        settings: Settings,
        common: dict[str, dict[str, Node]],
    ) -> Infrastructure | None:
        document = self._document(known[name], {"name": name})
        if document is None:
            return None
        own = self._definitions(self._root / settings.layout.infrastructures / name, settings)
        if self._defaults:
            document = merging.over(self._defaults, document)
        document, found = merging.with_definitions(document, common, own)
        self._problems.extend(found)
        document, found = templates.evaluate(document, _scope(document, settings))
        self._problems.extend(found)
        # A value whose expression is wrong was told already.
        wrong = {problem.place for problem in found}
        infrastructure = self._model(Infrastructure, document, wrong)
        self._documents[name] = document
        if infrastructure:
            self._check(infrastructure, name, document, known)
        return infrastructure

    def _check(
        self, infrastructure: Infrastructure, name: str, document: Node, known: dict[str, Path]
    ) -> None:
        """Rules between a manifest and the repository it stands in."""
        if infrastructure.name != name:
            self._problem(
                document,
                ("name",),
                f"is not the file's name, {name}.",
                "Make them the same: a renamed infrastructure would be another one.",
                infrastructure.name,
            )
        keycloak = infrastructure.identity.keycloak if infrastructure.identity else None
        shared = keycloak.shared if keycloak else None
        if not shared or shared.repository:
            return
        location = ("identity", "keycloak", "shared", "infrastructure")
        if shared.infrastructure == name:
            self._problem(document, location, "is this one.", "Write `install`.", name)
        elif shared.infrastructure not in known:
            self._problem(
                document,
                location,
                "is no infrastructure of this repository.",
                f"It has {', '.join(sorted(known))}.",
                shared.infrastructure,
            )

    def _problem(
        self, document: Node, location: tuple[str, ...], message: str, remedy: str, value: Any
    ) -> None:
        _, place, path = problems.locate(document, location)
        self._problems.append(Problem(place, path, message, remedy, value))

    def _document(self, path: Path, infrastructure: dict[str, Any] | None = None) -> Node | None:
        """The file's tree; None, and a problem noted, if it has none."""
        try:
            text = read(path, self._root)
            file = show(path, self._root)
            if path.name.endswith(TEMPLATE):
                text = _rendered(text, file, infrastructure or {})
            return parse(text, file)
        except Unreadable as error:
            self._problems.append(error.problem)
            return None

    def _model(
        self, model: type[Model], document: Node, wrong: set[Place] | None = None
    ) -> Model | None:
        try:
            return model.model_validate(document.plain())
        except ValidationError as error:
            found = problems.of(error, document, model)
            self._problems.extend(one for one in found if one.place not in (wrong or set()))
            return None


def _rendered(text: str, file: str, infrastructure: dict[str, Any]) -> str:
    from manifest.expressions import ExpressionError, render

    try:
        return render(text, {"infrastructure": infrastructure})
    except ExpressionError as error:
        problem = Problem(Place(file), "", f"is a template that {error}.", "Correct the template.")
        raise Unreadable(problem) from None


def _scope(document: Node, settings: Settings) -> templates.Scope:
    raw = document.plain()
    raw = raw if isinstance(raw, dict) else {}
    named = {key: raw.get(key) for key in ("name", "labels", "cloud") if raw.get(key) is not None}
    modules = raw.get("modules")
    return templates.Scope(
        infrastructure={"labels": {}, **named, "organization": settings.name},
        manifest=raw,
        modules=frozenset(modules) if isinstance(modules, dict) else frozenset(),
    )
