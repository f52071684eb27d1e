"""What a local module takes and gives: its variables and outputs, and the modules it uses.

Read with python-hcl2. Its grammar takes a quarter of a second to load, as long as a whole synth, so
what was read is kept in the user's cache by the content of the files.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from errors import Place, Problem
from manifest.files import Unreadable, listing, read, show

FORMAT = "2"
"""Of what is kept; part of its name."""
ENDINGS = (".tf", ".tf.json")
KINDS = ("variables", "outputs", "providers", "aliases", "modules")
LARGEST = 512 * 1024
"""Characters of all files of a module."""


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

    variables: dict[str, Variable]
    outputs: dict[str, bool]
    """Output → whether it is sensitive. Without ephemeral ones, which no stack can give on."""
    providers: frozenset[str]
    """Providers that it says it needs, by the names it has for them."""
    aliases: tuple[str, ...]
    """Provider configurations that must be passed in by name."""
    modules: tuple[str, ...]
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
    return found


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


def _joined(parts: Iterable[dict[str, Any]]) -> Interface:
    joined: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for part in parts:
        for kind, items in part.items():
            joined[kind] += items
    variables = [Variable(**one) for one in joined["variables"]]
    return Interface(
        variables={one.name: one for one in variables},
        outputs=dict(joined["outputs"]),
        providers=frozenset(joined["providers"]),
        aliases=tuple(joined["aliases"]),
        modules=tuple(joined["modules"]),
    )


def _cache(texts: list[tuple[str, str]]) -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    digest = hashlib.sha256(repr([FORMAT, texts]).encode()).hexdigest()
    return Path(home) / "groundplan" / "modules" / f"{digest}.json"


def _recall(kept: Path) -> Interface | None:
    """What was read before. What can't be used is read again: a cache is never the reason."""
    with suppress(OSError, ValidationError):
        return TypeAdapter(Interface).validate_json(kept.read_bytes())
    return None


def _keep(kept: Path, found: Interface) -> None:
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=kept.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(TypeAdapter(Interface).dump_json(found))
        Path(name).replace(kept)
