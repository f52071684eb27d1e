"""Requests that are sent without waiting, because what the kernel will answer is known.

Caller: `bindings.kernel`. Most calls make an object, and the kernel answers with a reference whose
number is one more than that of the last: so Python goes on while Node works. Every answer is still
read and compared before the next call that waits. What Node complains of is raised there, a few
lines later than where it was asked for, and says which object it is about.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bindings.node import NodeProcess

FIRST: Final = 10_000
"""The number of the kernel's first object."""
BATCH: Final = 16
"""Requests that are sent together: waking the other side costs more than what it then does."""
MOST: Final = 64
"""Answers that may be due: few enough to fit into the channel, or both sides would wait to send."""
SILENT: Final = frozenset({"addOverride", "addDependency", "overrideLogicalId"})
"""Methods of cdktf that return nothing."""


class Ahead:
    """What is due, and the number that the kernel's next object will have."""

    def __init__(self, read: Callable[[bytes], Any]) -> None:
        """`read` says what an answer means, or raises what it complains of."""
        self._read = read
        self._next = FIRST
        self._due: deque[tuple[str, str | None]] = deque()
        self._unsent: list[bytes] = []

    def seen(self, reference: str) -> None:
        """Takes note of a reference that the kernel has answered."""
        number = int(reference.rpartition("@")[2])
        self._next = max(self._next, number + 1)

    def create(self, process: NodeProcess, line: bytes, kind: str) -> str:
        """Sends a request to make an object; returns the reference that it will have."""
        reference = f"{kind}@{self._next}"
        self._next += 1
        self._send(process, line, kind, reference)
        return reference

    def invoke(self, process: NodeProcess, line: bytes, method: str) -> None:
        """Sends a request to call one of the `SILENT` methods."""
        self._send(process, line, method, None)

    def catch_up(self, process: NodeProcess) -> None:
        """Sends what is not sent yet, and reads all answers that are due.

        Raises what the first of them complains of; RuntimeError for one that was not expected.
        """
        self._flush(process)
        while self._due:
            self._take(process)

    def _send(self, process: NodeProcess, line: bytes, what: str, reference: str | None) -> None:
        self._due.append((what, reference))
        self._unsent.append(line)
        if len(self._unsent) < BATCH:
            return
        self._flush(process)
        while len(self._due) > MOST:
            self._take(process)

    def _flush(self, process: NodeProcess) -> None:
        if self._unsent:
            process.send_line(b"\n".join(self._unsent))
            self._unsent.clear()

    def _take(self, process: NodeProcess) -> None:
        what, expected = self._due.popleft()
        try:
            answer = self._read(process.answer())
        except Exception as error:
            error.add_note(f"Asked for a few calls earlier: {what}.")
            raise
        given = getattr(answer, "ref", None) if expected else (answer or None)
        if given != expected:
            raise RuntimeError(
                f"Node answered {answer!r} to {what} where {expected!r} was expected. "
                "Set GROUNDPLAN_STOCK_BINDINGS=1, and please report it."
            )
