"""Where a program's output goes, to be read line by line while it is written.

An anonymous file that the program keeps when its reader is gone. It is in memory where the system
offers that (Linux), else on disk without a name: what `state pull` says must not be found there.
Caller: `process.py`. Limit: all of the output is kept until the end, some megabytes at most.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from types import TracebackType
from typing import Self

CHUNK = 1 << 16


class Spool:
    """The output of one program; `on_line` is called with each line, in the thread that reads."""

    def __init__(self, on_line: Callable[[str], None] | None = None) -> None:
        self.lines: list[str] = []
        self.trouble: Exception | None = None
        """What `on_line` raised first; it is not called again."""
        self._on_line = on_line
        self._rest = b""
        self._offset = 0
        self._descriptor = _anonymous()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def fileno(self) -> int:
        """What the program is to write to."""
        return self._descriptor

    def read(self) -> None:
        """Takes the whole lines that have been written since."""
        # The position of the descriptor is the writer's: it is the same open file.
        while chunk := os.pread(self._descriptor, CHUNK, self._offset):
            self._offset += len(chunk)
            *whole, self._rest = (self._rest + chunk).split(b"\n")
            for line in whole:
                self._take(line + b"\n")

    def finish(self) -> None:
        """Takes all that is left; the program has ended."""
        self.read()
        if self._rest:
            self._take(self._rest)
            self._rest = b""

    def _take(self, line: bytes) -> None:
        text = line.decode(errors="replace")
        self.lines.append(text)
        if self._on_line and not self.trouble:
            try:
                self._on_line(text)
            except Exception as error:
                self.trouble = error


def _anonymous() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("groundplan-output")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
