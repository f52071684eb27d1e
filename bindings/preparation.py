"""Finds the cache entry that fits what is installed and what is in use, or has it made.

Caller: `bindings.session`. An entry holds everything a fast start reads:

    runtime/*.js               jsii's kernel, all but as its wheel carries it
    <module>.tgz, <module>.js  small packages and their scripts (`bindings.assembly`)
    packages/                  the small packages, unpacked and indexed by jsii's kernel
    code/<module>              stripped Python code (`bindings.stripping`)
    compiled/                  Node's compile cache: Node writes it and checks it itself

Imports little: Node can't start before this is done. What makes an entry is in `bindings.building`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from bindings import cache
from bindings.installed import JsiiPackage
from bindings.node import KERNEL

# Raised when an entry's content or layout changes for a reason outside _MAKERS.
FORMAT: Final = 1
# Our own files that decide what an entry holds.
_MAKERS: Final = ("assembly.py", "building.py", "bundle.js", "bytecode.py", "stripping.py")


class Setup(NamedTuple):
    """What is installed and in use: all that an entry depends on.

    `jsii` is jsii's folder. `packages` are in the order in which they are to be loaded, each with
    the submodules that are in use; None stands for all.
    """

    node: Path
    jsii: Path
    packages: tuple[tuple[JsiiPackage, tuple[str, ...] | None], ...]

    def key(self) -> str:
        """The digest of everything an entry is made from. Files count by path, size and time."""
        own = [Path(__file__).with_name(name) for name in _MAKERS]
        parts = [
            [FORMAT, sys.implementation.cache_tag, sys.hexversion],
            [_state(file) for file in (self.node, self.kernel_file(KERNEL), *own)],
            [
                (package.name, package.version, _state(package.tarball), submodules)
                for package, submodules in self.packages
            ],
        ]
        return blake2b(json.dumps(parts).encode(), digest_size=12).hexdigest()

    def kernel_file(self, name: str) -> Path:
        """Where jsii's wheel keeps a file of its kernel."""
        return self.jsii / "_embedded" / "jsii" / f"lib__{name}"

    def stripped(self) -> Iterator[tuple[str, str]]:
        """Each generated Python module in use, and its file."""
        for package, submodules in self.packages:
            if submodules is None:
                yield package.module, str(package.folder / "__init__.py")
                names = sorted(file.parent.name for file in package.folder.glob("*/__init__.py"))
            else:
                names = ["_jsii", *submodules]
            for name in names:
                yield f"{package.module}.{name}", str(package.folder / name / "__init__.py")


def prepare(setup: Setup) -> Path:
    """The folder of the entry that fits; made first if need be, with one line on stderr.

    Raises OSError, ValueError or LookupError if it can't be made.
    """
    return cache.entry(cache.root(), setup.key(), lambda place: _build(place, setup))


def _build(place: Path, setup: Setup) -> None:
    from bindings.building import build

    build(place, setup)


def _state(file: Path) -> tuple[str, int, int]:
    with suppress(OSError):
        found = file.stat()
        return str(file), found.st_size, found.st_mtime_ns
    return str(file), 0, 0
