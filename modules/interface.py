"""What a local module takes and gives: its variables and outputs, and the modules it uses.

Read with python-hcl2. Its grammar takes a quarter of a second to load, as long as a whole synth, so
what was read is kept in the user's cache by the content of the files.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import Place, Problem
from manifest.files import Unreadable, listing, read, show

FORMAT = "1"
"""Of what is kept; part of its name."""
ENDINGS = (".tf", ".tf.json")
LARGEST = 4 * 1024 * 1024
"""Bytes of all files of a module."""


@dataclass(frozen=True)
class Variable:
    """An input variable."""

    name: str
    place: Place
    type: str | None
    """The type expression as it is written; None: any."""
    required: bool
    nullable: bool
    ephemeral: bool


@dataclass(frozen=True)
class Interface:
    """A module's variables and outputs."""

    variables: dict[str, Variable] = field(default_factory=dict)
    outputs: dict[str, bool] = field(default_factory=dict)
    """Output → whether it is sensitive."""
    aliases: tuple[str, ...] = ()
    """Provider configurations that must be passed in by name."""
    modules: tuple[str, ...] = ()
    """Sources of the modules that it uses itself."""


def interface(folder: Path, root: Path) -> Interface:
    """Reads the module in `folder` of the repository `root`.

    Raises manifest.files.Unreadable for a folder without Terraform files, one that is not in the
    repository, and for files that Terraform would not take.
    """
    texts = _texts(folder, root)
    kept = _cache(texts)
    found = _recall(kept)
    if found is None:
        from modules.hcl import blocks

        found = _joined(blocks(file, text) for file, text in texts)
        _keep(kept, found)
    return _interface(found)


def _texts(folder: Path, root: Path) -> list[tuple[str, str]]:
    files = [path for path in listing(folder, root) if path.name.endswith(ENDINGS)]
    if not files:
        raise Unreadable(
            Problem(
                Place(show(folder, root)),
                "",
                "has no Terraform files." if folder.is_dir() else "does not exist.",
                "Name a folder of the repository with *.tf files in it.",
            )
        )
    texts = [(show(path, root), read(path, root)) for path in files]
    if sum(len(text) for _, text in texts) > LARGEST:
        raise Unreadable(
            Problem(Place(show(folder, root)), "", "is too large for a module.", "Divide it.")
        )
    return texts


def _joined(parts: Iterator[dict[str, Any]]) -> dict[str, Any]:
    joined: dict[str, Any] = {"variables": [], "outputs": [], "aliases": [], "modules": []}
    for part in parts:
        for kind, items in part.items():
            joined[kind] += items
    return joined


def _interface(found: dict[str, Any]) -> Interface:
    variables = [Variable(**{**one, "place": Place(**one["place"])}) for one in found["variables"]]
    return Interface(
        variables={one.name: one for one in variables},
        outputs=dict(found["outputs"]),
        aliases=tuple(found["aliases"]),
        modules=tuple(found["modules"]),
    )


def _cache(texts: list[tuple[str, str]]) -> Path | None:
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    digest = hashlib.sha256(json.dumps([FORMAT, texts]).encode()).hexdigest()
    return Path(home) / "groundplan" / "modules" / f"{digest}.json"


def _recall(kept: Path | None) -> dict[str, Any] | None:
    """What was read before. What can't be used is read again: a cache is never the reason."""
    if kept is None:
        return None
    with suppress(OSError, ValueError):
        found: dict[str, Any] = json.loads(kept.read_text())
        return found
    return None


def _keep(kept: Path | None, found: dict[str, Any]) -> None:
    if kept is None:
        return
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=kept.parent)
        with os.fdopen(descriptor, "w") as file:
            json.dump(found, file)
        Path(name).replace(kept)
