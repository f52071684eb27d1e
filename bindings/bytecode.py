"""Stripped code of generated modules, kept in a cache entry.

Caller: `bindings.preparation` writes it, in a process of its own (`python -m bindings.bytecode
FOLDER` with `[[module, file], …]` as JSON on stdin) so that two cores are at work;
`bindings.importing` reads it. The entry's checksums guard it: what `marshal` reads must be whole.
"""

from __future__ import annotations

import json
import marshal
import os
import sys
from collections.abc import Iterable
from types import CodeType

from bindings.stripping import compile_stripped


def write(place: str, modules: Iterable[tuple[str, str]]) -> None:
    """Compiles each (module, file) into `place`."""
    folder = os.path.join(place, "code")
    os.makedirs(folder, exist_ok=True)
    for module, file in modules:
        with open(file, "rb") as source:
            code = compile_stripped(source.read(), file)
        with open(os.path.join(folder, module), "wb") as out:
            marshal.dump(code, out)


def read(place: str, module: str) -> CodeType | None:
    """The code of a module, None if the entry has none."""
    try:
        with open(os.path.join(place, "code", module), "rb") as file:
            code: CodeType = marshal.loads(file.read())  # noqa: S302 - checked by its digest
            return code
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    write(sys.argv[1], json.load(sys.stdin))
