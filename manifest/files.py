"""Reads the user's files: bounded in size, inside the repository, text. Pure but for reading."""

from __future__ import annotations

import stat
from pathlib import Path

from errors import Place, Problem

LARGEST_FILE = 1024 * 1024
"""Bytes. A manifest has a few kilobytes; what is larger is something else."""


class Unreadable(Exception):
    """A file that can't be read; carries what is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read(path: Path, root: Path) -> str:
    """The text of a file of the repository `root`.

    Raises Unreadable for what is missing, no regular file, outside of the repository, too large,
    or no UTF-8 text.
    """
    try:
        return _text(path, _bytes(path, root), root)
    except OSError as error:
        raise _problem(
            path, root, f"can't be read: {error.strerror}.", "Make it a readable file."
        ) from None
    except RuntimeError:  # what pathlib raises for links in a circle
        raise _problem(path, root, "is a link to itself.", "Put the file itself there.") from None


def listing(folder: Path, root: Path) -> list[Path]:
    """What a folder of the repository `root` holds, sorted; nothing if there is no folder.

    Raises Unreadable.
    """
    try:
        if not folder.is_dir():
            return []
        if not folder.resolve().is_relative_to(root.resolve()):
            raise _problem(
                folder, root, "is a link that leaves the repository.", "Make it a folder."
            )
        return sorted(folder.iterdir())
    except OSError as error:
        raise _problem(
            folder, root, f"can't be listed: {error.strerror}.", "Make it a readable folder."
        ) from None


def show(path: Path, root: Path) -> str:
    """How a file is called in messages: seen from the repository."""
    name = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
    # Names of files may be any bytes; messages must be printable.
    return name if name.isprintable() else ascii(name)[1:-1]


def _bytes(path: Path, root: Path) -> bytes:
    if not path.resolve().is_relative_to(root.resolve()):
        raise _problem(
            path, root, "is a link that leaves the repository.", "Put the file itself there."
        )
    status = path.stat()
    # Before opening: opening a pipe would wait for ever.
    if not stat.S_ISREG(status.st_mode):
        raise _problem(path, root, "is no file.", "Put a YAML file there, or remove it.")
    if status.st_size > LARGEST_FILE:
        raise _problem(
            path,
            root,
            f"has {status.st_size:,} bytes, and at most {LARGEST_FILE:,} are read.",
            "Split it into definitions.",
        )
    with path.open("rb") as file:
        return file.read(LARGEST_FILE)


def _text(path: Path, data: bytes, root: Path) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _problem(path, root, "is UTF-16 text.", "Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise _problem(
            path, root, "is no UTF-8 text.", "Save it as UTF-8.", line=line, column=column
        ) from None
    if "\0" in text:
        position = text.index("\0")
        line = text.count("\n", 0, position) + 1
        column = position - text.rfind("\n", 0, position)
        raise _problem(path, root, "holds a NUL character.", "Remove it.", line=line, column=column)
    return text


def _problem(
    path: Path, root: Path, message: str, remedy: str, *, line: int = 0, column: int = 0
) -> Unreadable:
    return Unreadable(Problem(Place(show(path, root), line, column), "", message, remedy))
