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
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b

CHECKSUMS = "checksums"
_UNUSED_FOR = 14 * 86400.0  # seconds after which an entry nobody used is removed
_TOUCHED_AFTER = 86400.0  # seconds; a finer time of last use is not worth a write at each start
_ABANDONED = 3600.0  # seconds; no build takes that long


def root() -> str:
    """The cache's folder: the user's (`XDG_CACHE_HOME`), else a temporary one of this user.

    Says so on stderr when it has to fall back. Raises OSError if not even that can be written.
    """
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):  # the specification says to ignore relative paths
        home = os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(home, "groundplan", "bindings")
    if os.path.isabs(folder) and _writable(folder):
        return folder
    fallback = os.path.join(tempfile.gettempdir(), f"groundplan-bindings-{os.getuid()}")
    _own_private(fallback)
    print(
        f"groundplan: the cache folder {folder} can't be written; using {fallback} "
        "(set XDG_CACHE_HOME to a folder that lasts)",
        file=sys.stderr,
    )
    return fallback


def entry(folder: str, key: str, build: Callable[[str], None]) -> str:
    """The entry `key` below `folder`; `build(path)` fills it if it is missing."""
    place = os.path.join(folder, key)
    if os.path.exists(os.path.join(place, CHECKSUMS)):
        _touch(place)
        return place
    with _lock(folder):
        if os.path.exists(os.path.join(place, CHECKSUMS)):
            return place
        _build(folder, place, build)
        clean(folder, keep=key)
    return place


def damaged(place: str) -> str | None:
    """The first file of an entry that is not as it was written; None if all are."""
    try:
        with open(os.path.join(place, CHECKSUMS), encoding="utf-8") as lines:
            listed = [line.rstrip("\n").split("  ", 1) for line in lines]
        if not listed or listed.pop() != ["end"]:
            return CHECKSUMS
        for digest, name in listed:
            if _digest(os.path.join(place, name)) != digest:
                return name
    except (OSError, ValueError):
        return CHECKSUMS
    return None


def discard(place: str) -> None:
    """Takes an entry out of use at once, then removes it. Whoever has its files open keeps them."""
    away = f"{os.path.dirname(place)}/.new-{os.getpid()}-discarded-{time.monotonic_ns()}"
    with contextlib.suppress(OSError):
        os.rename(place, away)
        shutil.rmtree(away, ignore_errors=True)


def clean(folder: str, keep: str) -> None:
    """Removes entries that nobody has used for two weeks and what killed builds left."""
    now = time.time()
    for item in os.scandir(folder):
        with contextlib.suppress(OSError):
            if item.name == keep or not item.is_dir(follow_symlinks=False):
                continue
            patience = _ABANDONED if item.name.startswith(".new-") else _UNUSED_FOR
            if now - _last_use(item.path) > patience:
                discard(item.path)


def _build(folder: str, place: str, build: Callable[[str], None]) -> None:
    new = tempfile.mkdtemp(prefix=f".new-{os.getpid()}-", dir=folder)
    try:
        build(new)
        _write_checksums(new)
        try:
            os.rename(new, place)
        except OSError:
            # Somebody was faster where locks don't work, or an unfinished folder stands there.
            if not os.path.exists(os.path.join(place, CHECKSUMS)):
                discard(place)
                os.rename(new, place)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_checksums(place: str) -> None:
    lines = []
    for path, _, files in os.walk(place):
        for file in files:
            whole = os.path.join(path, file)
            lines.append(f"{_digest(whole)}  {os.path.relpath(whole, place)}\n")
    with open(os.path.join(place, CHECKSUMS), "w", encoding="utf-8") as out:
        out.writelines([*sorted(lines), "end\n"])


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return blake2b(file.read(), digest_size=20).hexdigest()


def _writable(folder: str) -> bool:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _own_private(folder: str) -> None:
    """Makes a folder in a place that everybody can write to; refuses somebody else's."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} is not a private folder of this user")


@contextlib.contextmanager
def _lock(folder: str) -> Iterator[None]:
    with open(os.path.join(folder, ".lock"), "wb") as file:
        with contextlib.suppress(ImportError, OSError):  # some network file systems have no locks
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _last_use(place: str) -> float:
    with contextlib.suppress(OSError):
        return os.stat(os.path.join(place, CHECKSUMS)).st_mtime
    return os.stat(place).st_mtime


def _touch(place: str) -> None:
    with contextlib.suppress(OSError):
        if time.time() - _last_use(place) > _TOUCHED_AFTER:
            os.utime(os.path.join(place, CHECKSUMS))
