"""The folders of the repository that a local module needs: its own, and those it names itself.

Callers: `problems.py`, and `stacks/synth.py`, which puts them beside the module's stack.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from errors import Place, Problem
from manifest.files import Unreadable, show
from modules.interface import interface

PLACE = "repository"
"""The folder in a stack's own into which they are copied, each at its way in the repository."""
LEFT_OUT = (".terraform", ".git", "*.tfstate", "*.tfstate.*", ".terraform.lock.hcl", "*.tfvars")
"""What terraform has left behind, and what may hold secrets."""
MOST_BYTES = 64 * 1024 * 1024


def closure(folder: PurePosixPath, root: Path) -> list[PurePosixPath]:
    """`folder` and all that its modules name by `./` or `../`; sorted, none inside another.

    Raises Unreadable for what leaves the repository or can't be read.
    """
    found: set[PurePosixPath] = set()
    waiting = [folder]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        for source in interface(root / one, root).modules:
            if source.startswith(("./", "../")):
                waiting.append(_joined(one, source, root))
    for one in found:
        _check(root / one, root)
    return sorted(one for one in found if not found & set(one.parents))


def copy(folder: PurePosixPath, root: Path, stack: Path) -> None:
    """Puts what `folder` needs into the stack's own folder, in place of what was there."""
    target = stack / PLACE
    shutil.rmtree(target, ignore_errors=True)
    for one in closure(folder, root):
        shutil.copytree(root / one, target / one, ignore=shutil.ignore_patterns(*LEFT_OUT))


def _joined(folder: PurePosixPath, source: str, root: Path) -> PurePosixPath:
    parts = list(folder.parts)
    for part in PurePosixPath(source).parts:
        if part == "..":
            if not parts:
                raise _unreadable(root / folder, root, f"names {source}, outside the repository.")
            parts.pop()
        elif part != ".":
            parts.append(part)
    if not parts:
        raise _unreadable(root / folder, root, f"names {source}, the repository itself.")
    return PurePosixPath(*parts)


def _check(folder: Path, root: Path) -> None:
    """No link leads out of the repository, and it is of a size that can be copied."""
    inside = root.resolve()
    size = 0
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            raise _unreadable(path, root, "is a link that leaves the repository.")
        if path.is_symlink() and not path.is_file():
            # A link to a folder might lead in a circle.
            raise _unreadable(path, root, "is a link, and not to a file.")
        if not path.is_file() and not path.is_dir():
            raise _unreadable(path, root, "is no file.")
        if path.is_file():
            size += path.stat().st_size
        if size > MOST_BYTES:
            raise _unreadable(folder, root, f"is larger than {MOST_BYTES // 2**20} MiB.")


def _unreadable(path: Path, root: Path, message: str) -> Unreadable:
    remedy = "Keep modules and what they name in folders of the repository."
    return Unreadable(Problem(Place(show(path, root)), "", message, remedy))
