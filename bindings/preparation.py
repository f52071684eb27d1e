"""Finds or makes the cache entry that fits what is installed and what is in use.

Caller: `bindings.session`. An entry holds everything a fast start reads:

    runtime/*.js               jsii's kernel, as its wheel carries it
    <module>.tgz, <module>.js  small packages and their scripts (`bindings.assembly`)
    packages/                  the small packages, unpacked and indexed by jsii's kernel
    code/<module>              stripped Python code (`bindings.stripping`)
    compiled/                  Node's compile cache: Node writes it and checks it itself
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from glob import glob
from hashlib import blake2b
from pathlib import Path

from bindings import assembly, cache, stripping
from bindings.installed import JsiiPackage
from bindings.node import KERNEL, NodeProcess

# Raised when an entry's content or layout changes.
FORMAT = 1
_KERNEL_FILES = (KERNEL, "runtime-index-worker.js")
_INDEX_WITHIN = 5.0  # seconds jsii may take to index the packages; unindexed ones work as well
_TIME_LIMIT = 120  # seconds to compile the Python side; it takes three


@dataclass(frozen=True)
class Setup:
    """What is installed and in use: all that an entry depends on.

    `jsii` is jsii's folder. `packages` are in the order in which they are to be loaded, each with
    the submodules that are in use; None stands for all.
    """

    node: str
    jsii: str
    packages: tuple[tuple[JsiiPackage, tuple[str, ...] | None], ...]

    def key(self) -> str:
        """The digest of everything an entry is made from. Files count by path, size and time."""
        files = [self.node, self.kernel_file(KERNEL), assembly.__file__, assembly.BUNDLER]
        parts = [
            [FORMAT, stripping.VERSION, sys.implementation.cache_tag, sys.hexversion],
            [_state(file) for file in files],
            [(*package, _state(package.tarball), use) for package, use in self.packages],
        ]
        return blake2b(json.dumps(parts).encode(), digest_size=12).hexdigest()

    def kernel_file(self, name: str) -> str:
        """Where jsii's wheel keeps a file of its kernel."""
        return os.path.join(self.jsii, "_embedded", "jsii", f"lib__{name}")

    def stripped(self) -> Iterator[tuple[str, str]]:
        """Each generated Python module in use, and its file."""
        for package, submodules in self.packages:
            for name in ("", "_jsii") if submodules is None else ("_jsii", *submodules):
                module = f"{package.module}.{name}".rstrip(".")
                yield module, os.path.join(package.folder, name, "__init__.py")


def prepare(setup: Setup) -> str:
    """The folder of the entry that fits; made first if need be, with one line on stderr.

    Raises OSError, ValueError, LookupError or subprocess.SubprocessError if it can't be made.
    """
    return cache.entry(cache.root(), setup.key(), lambda place: _build(place, setup))


def _build(place: str, setup: Setup) -> None:
    started = time.monotonic()
    names = ", ".join(package.module for package, use in setup.packages if use is not None)
    print(f"groundplan: preparing {names}, once after an install", end="", file=sys.stderr)
    sys.stderr.flush()
    try:
        os.mkdir(os.path.join(place, "runtime"))
        for name in _KERNEL_FILES:
            shutil.copyfile(setup.kernel_file(name), os.path.join(place, "runtime", name))
        compiler = _compile(place, setup)
        try:
            with tempfile.TemporaryDirectory(prefix="groundplan-") as work:
                for package, submodules in setup.packages:
                    assembly.shrink(package, submodules, setup.node, work, place)
            _index(place, setup)
        finally:
            compiler.wait(_TIME_LIMIT)
        if compiler.returncode:
            raise subprocess.CalledProcessError(compiler.returncode, "bindings.bytecode")
    finally:
        print(f" ({time.monotonic() - started:.1f} s)", file=sys.stderr)


def _compile(place: str, setup: Setup) -> subprocess.Popen[bytes]:
    """Starts to compile the Python side, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bindings.bytecode", place],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
    )
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.write(json.dumps(list(setup.stripped())).encode())
    process.stdin.close()
    return process


def _index(place: str, setup: Setup) -> None:
    """Lets jsii unpack the packages and index their types: it would on first use."""
    process = NodeProcess(setup.node, place, [package for package, _ in setup.packages])
    try:
        process.hello()
        for package, _ in setup.packages:
            answer = json.loads(process.answer())
            if "ok" not in answer:
                raise ValueError(f"{package.name} can't be loaded: {answer.get('error')}")
        wanted = os.path.join(place, "packages", "**", ".jsii.runtime.v*.json")
        deadline = time.monotonic() + _INDEX_WITHIN
        while time.monotonic() < deadline:
            if len(glob(wanted, recursive=True)) == len(setup.packages):
                break
            time.sleep(0.02)
    finally:
        process.stop()


def _state(file: str) -> tuple[str, int, int]:
    with suppress(OSError):
        found = os.stat(file)
        return file, found.st_size, found.st_mtime_ns
    return file, 0, 0
