"""Makes a cache entry: seconds of work on two cores, once after an install.

Caller: `bindings.preparation`, which says what an entry holds.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bindings import assembly
from bindings.node import KERNEL, NodeProcess
from bindings.preparation import Setup

_KERNEL_FILES: Final = (KERNEL, "runtime-index-worker.js")
# An assertion about every value that crosses: its words, a seventh of what the kernel does for a
# call, would be made whether it fails or not.
_WORDS: Final = re.compile(r"(`Kernel error: expected type information), got \$\{[^}]*\}`")
_INDEX_WITHIN: Final = 5.0  # seconds jsii may take to index packages; unindexed ones work as well
_TIME_LIMIT: Final = 120  # seconds to compile the Python side; it takes three


def build(place: Path, setup: Setup) -> None:
    """Fills `place`. Raises OSError, ValueError or LookupError if it can't."""
    started = time.monotonic()
    names = ", ".join(package.module for package, use in setup.packages if use is not None)
    sys.stderr.write(f"groundplan: preparing {names}, once after an install")
    sys.stderr.flush()
    try:
        (place / "runtime").mkdir()
        _kernel(place, setup)
        compiler = _compile(place, setup)
        try:
            with tempfile.TemporaryDirectory(prefix="groundplan-") as work:
                for package, submodules in setup.packages:
                    assembly.shrink(package, submodules, setup.node, Path(work), place)
            _index(place, setup)
        finally:
            compiler.wait(_TIME_LIMIT)
        if compiler.returncode:
            raise ValueError("the Python side can't be compiled")
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from error
    finally:
        sys.stderr.write(f" ({time.monotonic() - started:.1f} s)\n")


def _kernel(place: Path, setup: Setup) -> None:
    for name in _KERNEL_FILES:
        shutil.copyfile(setup.kernel_file(name), place / "runtime" / name)
    file = place / "runtime" / KERNEL
    text, found = _WORDS.subn(r"\1`", file.read_text("utf-8"))
    if found != 1:
        raise ValueError("jsii's kernel is another than this knows")
    file.write_text(text, "utf-8")


def _compile(place: Path, setup: Setup) -> subprocess.Popen[bytes]:
    """Starts to compile the Python side, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bindings.bytecode", str(place)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
    )
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.write(json.dumps(list(setup.stripped())).encode())
    process.stdin.close()
    return process


def _index(place: Path, setup: Setup) -> None:
    """Lets jsii unpack the packages and index their types: it would on first use."""
    process = NodeProcess(setup.node, place, [package for package, _ in setup.packages])
    try:
        process.hello()
        for package, _ in setup.packages:
            answer = json.loads(process.answer())
            if "ok" not in answer:
                raise ValueError(f"{package.name} can't be loaded: {answer.get('error')}")
        deadline = time.monotonic() + _INDEX_WITHIN
        while time.monotonic() < deadline:
            indexed = list((place / "packages").rglob(".jsii.runtime.v*.json"))
            if len(indexed) == len(setup.packages):
                break
            time.sleep(0.02)
    finally:
        process.stop()
    # Node's compile cache goes by path, and this is not the entry's last. What jsii had not
    # finished must not be among the files whose checksums are kept.
    shutil.rmtree(place / "compiled", ignore_errors=True)
    for pattern in ("*.lock", "*.tmp"):
        for file in (place / "packages").rglob(pattern):
            file.unlink()
