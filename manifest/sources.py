"""Finds and reads the files of a repository; collects what is wrong with them. Only reads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from errors import GroundplanError, Place, Problem
from manifest.document import Node, parse
from manifest.files import Unreadable, listing, read, show
from manifest.settings import Layout

SETTINGS = "groundplan.yaml"
YAML, TEMPLATE = ".yaml", ".yaml.j2"
MISNAMED = (".yml", ".yml.j2")
KINDS = ("modules", "applications")
Definitions = Mapping[str, Mapping[str, Path]]
"""Kind → name → file."""


class Sources:
    """The files of the repository in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self._read: dict[Path, Node | None] = {}

    def settings(self) -> Node | None:
        """`groundplan.yaml`. Raises GroundplanError where there is none: it is no repository."""
        path = self.root / SETTINGS
        if not os.path.lexists(path):
            raise GroundplanError(
                f"{self.root} is no Groundplan repository: it has no {SETTINGS}. "
                "Name another folder with --repository, or write one with `name: acme` in it."
            )
        return self.document(path)

    def manifests(self, layout: Layout) -> dict[str, Path]:
        """Infrastructure → the file of its manifest."""
        return self._files(self.root / layout.infrastructures)

    def definitions(self, folder: Path, layout: Layout) -> Definitions:
        """The definitions in a folder's `modules` and `applications`."""
        return {kind: self._files(folder / getattr(layout, kind)) for kind in KINDS}

    def strangers(self, layout: Layout, manifests: Mapping[str, Path]) -> None:
        """Tells of folders of infrastructures that are none: their definitions would be lost."""
        for folder in self._listed(self.root / layout.infrastructures):
            if folder.name in manifests or folder.name.startswith(".") or not folder.is_dir():
                continue
            if any(self.definitions(folder, layout).values()):
                self.problems.append(
                    Problem(
                        Place(show(folder, self.root)),
                        "",
                        f"has definitions, and there is no manifest {folder.name}{YAML}.",
                        "Rename the folder, write the manifest, or remove the folder.",
                    )
                )

    def document(self, path: Path, scope: Mapping[str, Any] | None = None) -> Node | None:
        """The file's tree; None, and its problems noted, if it has none.

        `scope` is what a file that is a template can name.
        """
        template = path.name.endswith(TEMPLATE)
        if not template and path in self._read:
            return self._read[path]
        node = None
        try:
            text = read(path, self.root)
            file = show(path, self.root)
            node = parse(_rendered(text, file, scope or {}) if template else text, file)
        except Unreadable as error:
            self.problems.extend(error.problems)
        if not template:
            self._read[path] = node
        return node

    def _files(self, folder: Path) -> dict[str, Path]:
        """The YAML files of a folder, by name without their ending."""
        found: dict[str, Path] = {}
        for name, path in self._named(folder):
            if name in found:
                self.problems.append(
                    Problem(
                        Place(show(path, self.root)),
                        "",
                        f"describes {name}, as {show(found[name], self.root)} does.",
                        "Keep one of them.",
                    )
                )
            found.setdefault(name, path)
        return found

    def _named(self, folder: Path) -> Iterator[tuple[str, Path]]:
        for path in self._listed(folder):
            if path.name.startswith("."):
                continue
            if path.name.endswith(MISNAMED):
                name = path.name.replace(".yml", YAML)
                self.problems.append(
                    Problem(
                        Place(show(path, self.root)), "", "is not read.", f"Rename it to {name}."
                    )
                )
            for ending in (TEMPLATE, YAML):
                if path.name.endswith(ending):
                    yield path.name.removesuffix(ending), path
                    break

    def _listed(self, folder: Path) -> list[Path]:
        try:
            return listing(folder, self.root)
        except Unreadable as error:
            self.problems.extend(error.problems)
            return []


def _rendered(text: str, file: str, scope: Mapping[str, Any]) -> str:
    from manifest.expressions import render
    from manifest.scope import ExpressionError

    try:
        return render(text, scope)
    except ExpressionError as error:
        problem = Problem(Place(file), "", f"is a template that {error}.", "Correct the template.")
        raise Unreadable(problem) from None
