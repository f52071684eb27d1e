"""Stripped code of generated modules, kept in a cache entry.

Caller: `bindings.preparation` writes it, in a process of its own (`python -m bindings.bytecode
FOLDER` with `[[module, file], …]` as JSON on stdin) so that two cores are at work;
`bindings.importing` reads it. The entry's checksums guard it: what `marshal` reads must be whole.
"""

from __future__ import annotations

import json
import marshal
import sys
from collections.abc import Iterable
from pathlib import Path
from types import CodeType

from bindings.stripping import compile_stripped


def write(place: Path, modules: Iterable[tuple[str, str]]) -> None:
    """Compiles each (module, file) into `place`."""
    folder = place / "code"
    folder.mkdir(exist_ok=True)
    for module, file in modules:
        code = compile_stripped(Path(file).read_bytes(), file)
        (folder / module).write_bytes(marshal.dumps(code))


def modules(place: Path) -> frozenset[str]:
    """The names of the modules whose code an entry has."""
    folder = place / "code"
    # It is missing from an entry that somebody tidied up: its checksums will tell.
    return frozenset(file.name for file in folder.iterdir()) if folder.is_dir() else frozenset()


def read(place: Path, module: str) -> CodeType | None:
    """The code of a module, None if the entry has none."""
    try:
        stored = (place / "code" / module).read_bytes()
    except FileNotFoundError:
        return None
    code: CodeType = marshal.loads(stored)  # noqa: S302 - checked by its digest
    return code


if __name__ == "__main__":
    write(Path(sys.argv[1]), json.load(sys.stdin))
