"""The cache of prepared bindings: whole entries, put in place by one rename, checked when used.

Caller: `bindings.preparation`. An entry is a folder named by a digest of everything it was made
from. It is written beside its place, listed in its `checksums`, and renamed: nobody ever sees
half of it. Two processes that miss the same entry wait for one another (`flock`); should locks
not work there, both build, and the second rename finds the place taken, which is as good.

    <cache>/groundplan/bindings/<key>/     one entry; `checksums` lists its files
    <cache>/groundplan/bindings/.lock      held while an entry is built
    <cache>/groundplan/bindings/.new-…     being built, or left by a build that was killed
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

CHECKSUMS = "checksums"
_UNUSED_FOR = 14 * 86400.0  # seconds after which an entry nobody used is removed
_TOUCHED_AFTER = 86400.0  # seconds; a finer time of last use is not worth a write at each start
_ABANDONED = 3600.0  # seconds; no build takes that long


def root() -> Path:
    """The cache's folder: the user's (`XDG_CACHE_HOME`), else a temporary one of this user.

    Says so on stderr when it has to fall back. Raises OSError if not even that can be written.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME", ""))
    with contextlib.suppress(RuntimeError):  # a user without a home
        if not home.is_absolute():  # the specification says to ignore relative paths
            home = Path("~/.cache").expanduser()
    folder = home / "groundplan" / "bindings"
    if folder.is_absolute() and _writable(folder):
        return folder
    import tempfile

    fallback = Path(tempfile.gettempdir(), f"groundplan-bindings-{os.getuid()}")
    _own_private(fallback)
    sys.stderr.write(
        f"groundplan: the cache folder {folder} can't be written; using {fallback} "
        "(set XDG_CACHE_HOME to a folder that lasts)\n"
    )
    return fallback


def entry(folder: Path, key: str, build: Callable[[Path], None]) -> Path:
    """The entry `key` below `folder`; `build(path)` fills it if it is missing."""
    place = folder / key
    if (place / CHECKSUMS).exists():
        _touch(place)
        return place
    with _lock(folder):
        if not (place / CHECKSUMS).exists():
            _build(folder, place, build)
            clean(folder, keep=key)
    return place


def damaged(place: Path) -> str | None:
    """The first file of an entry that is not as it was written; None if all are."""
    try:
        lines = (place / CHECKSUMS).read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return CHECKSUMS
    if lines[-2:] != ["end", ""]:
        return CHECKSUMS
    for line in lines[:-2]:
        digest, _, name = line.partition("  ")
        try:
            if _digest(place / name) != digest:
                return name
        except OSError:
            return name
    return None


def discard(place: Path) -> None:
    """Takes an entry out of use at once, then removes it. Whoever has its files open keeps them."""
    import shutil

    away = place.with_name(f".new-{os.getpid()}-discarded-{time.monotonic_ns()}")
    with contextlib.suppress(OSError):
        place.rename(away)
        shutil.rmtree(away, ignore_errors=True)


def clean(folder: Path, keep: str) -> None:
    """Removes entries that nobody has used for two weeks and what killed builds left."""
    now = time.time()
    for item in folder.iterdir():
        with contextlib.suppress(OSError):
            if item.name == keep or item.is_symlink() or not item.is_dir():
                continue
            patience = _ABANDONED if item.name.startswith(".new-") else _UNUSED_FOR
            if now - _last_use(item) > patience:
                discard(item)


def _build(folder: Path, place: Path, build: Callable[[Path], None]) -> None:
    import shutil
    import tempfile

    new = Path(tempfile.mkdtemp(prefix=f".new-{os.getpid()}-", dir=folder))
    try:
        build(new)
        _write_checksums(new)
        try:
            new.rename(place)
        except OSError:
            # Somebody was faster where locks don't work, or a folder without checksums stands here.
            if not (place / CHECKSUMS).exists():
                discard(place)
                new.rename(place)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_checksums(place: Path) -> None:
    lines = [
        f"{_digest(file)}  {file.relative_to(place)}\n"
        for file in sorted(place.rglob("*"))
        if file.is_file()
    ]
    (place / CHECKSUMS).write_text("".join([*lines, "end\n"]), encoding="utf-8")


def _digest(file: Path) -> str:
    return blake2b(file.read_bytes(), digest_size=20).hexdigest()


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _own_private(folder: Path) -> None:
    """Makes a folder in a place that everybody can write to; refuses somebody else's."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} is not a private folder of this user")


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("wb") as file:
        with contextlib.suppress(ImportError, OSError):  # some network file systems have no locks
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _last_use(place: Path) -> float:
    with contextlib.suppress(OSError):
        return (place / CHECKSUMS).stat().st_mtime
    return place.stat().st_mtime


def _touch(place: Path) -> None:
    with contextlib.suppress(OSError):
        if time.time() - _last_use(place) > _TOUCHED_AFTER:
            os.utime(place / CHECKSUMS)
