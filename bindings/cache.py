"""A cache of files made from installed packages, under the user's cache directory.

An entry is a folder named by what it was made of. It is made aside and renamed into place, so
two processes may make it at once: the second finds it there. `SUMS` in it holds a checksum of each
file; an entry that does not match is made again. When a new entry comes, those of its kind that are
a week old go.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SUMS = "SUMS"
UNUSED_SECONDS = 7 * 24 * 3600


def entry(kind: str, made_of: str, make: Callable[[Path], None], notice: str = "") -> Path:
    """The folder of the entry for `made_of`; `make` fills it if it is not there or damaged.

    `notice` is printed to stderr before it is made: making takes seconds.
    """
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    folder = _root() / f"{kind}-{digest}"
    if _intact(folder):
        return folder
    if notice:
        sys.stderr.write(notice + "\n")
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{kind}-", dir=folder.parent))
    try:
        make(aside)
        (aside / SUMS).write_text(_sums(aside))
        _replace(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _forget_old(kind, folder)
    return folder


def _root() -> Path:
    """Where entries are kept; a private temporary folder where there is no place to write."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    root = Path(home) / "groundplan"
    try:
        root.mkdir(parents=True, exist_ok=True)
        if os.access(root, os.W_OK):
            return root
    except (OSError, RuntimeError):
        pass
    fallback = Path(tempfile.gettempdir()) / f"groundplan-{os.getuid()}"
    fallback.mkdir(mode=0o700, exist_ok=True)
    if fallback.stat().st_uid != os.getuid():
        # Somebody else's folder of that name: nothing in it can be trusted.
        return Path(tempfile.mkdtemp(prefix="groundplan-"))
    return fallback


def _sums(folder: Path) -> str:
    lines = []
    for path in sorted(folder.iterdir()):
        if path.name != SUMS:
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    return "".join(lines)


def _intact(folder: Path) -> bool:
    try:
        return (folder / SUMS).read_text() == _sums(folder) != ""
    except (OSError, UnicodeDecodeError):
        return False


def _replace(aside: Path, folder: Path) -> None:
    """Puts the new entry in its place; a damaged one goes, another process's stays."""
    for _ in range(3):
        try:
            aside.rename(folder)
            return
        except OSError:
            if _intact(folder):
                return
            shutil.rmtree(folder, ignore_errors=True)
    raise OSError(f"{folder} can't be written: remove it and try again.")


def _forget_old(kind: str, current: Path) -> None:
    now = time.time()
    for path in current.parent.glob(f"{kind}-*"):
        try:
            if path != current and now - path.stat().st_mtime > UNUSED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            continue
