"""Shows a rollout while it runs: a live view on a terminal, plain lines elsewhere. To stderr."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO

from rollout import Event, Stack
from rollout.events import Step

if TYPE_CHECKING:
    from rich.table import Table

QUIET = {Step.STARTING, Step.WAITING}
"""Steps that are no line of their own where there is no live view."""
SPOKEN = {Step.RESOURCE, Step.NOTE, Step.ENDED}
"""Steps whose text says all of it."""


class Progress(Protocol):
    """An observer of a rollout that people look at."""

    def notice(self, event: Event) -> None: ...

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leaves the terminal alone for a question."""
        yield


@contextmanager
def progress(stacks: Sequence[Stack], stream: TextIO = sys.stderr) -> Iterator[Progress]:
    """The view that fits the stream, for as long as the block lasts."""
    if not stream.isatty():
        yield Lines(stream)
        return
    from rich.console import Console
    from rich.live import Live

    view = TableView(stacks)
    with Live(
        get_renderable=view.render, console=Console(file=stream), refresh_per_second=4
    ) as live:
        view.live = live
        yield view


class Lines:
    """One line an event: `staging-vpc: planned +22`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def notice(self, event: Event) -> None:
        if event.step in QUIET:
            return
        what = event.text if event.step in SPOKEN else str(event.step)
        if event.step == Step.PLANNED:
            what = f"planned {event.text}"
        with self._lock:
            self._stream.write(f"{event.stack}: {what}\n")
            self._stream.flush()

    @contextmanager
    def paused(self) -> Iterator[None]:
        with self._lock:
            yield


@dataclass
class Row:
    """What the live view knows of a stack."""

    stage: str
    step: Step = Step.WAITING
    text: str = ""
    done: int = 0
    """Resources changed so far."""
    began: float | None = None
    ended: float | None = None


class TableView:
    """A live table: a line a stack, with what it is at, for how long, and what it has done."""

    def __init__(
        self, stacks: Sequence[Stack], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rows = {stack.id: Row(stack.stage) for stack in stacks}
        self._clock = clock
        self._lock = threading.Lock()
        self.live: object = None

    def notice(self, event: Event) -> None:
        with self._lock:
            row = self._rows[event.stack]
            if row.began is None and event.step != Step.WAITING:
                row.began = self._clock()
            if event.step == Step.RESOURCE:
                row.done += 1
            if event.step in {Step.RESOURCE, Step.NOTE}:
                row.text = event.text
                return
            row.step, row.text = event.step, event.text
            if event.step == Step.ENDED:
                row.ended = self._clock()

    @contextmanager
    def paused(self) -> Iterator[None]:
        from rich.live import Live

        live = self.live
        if isinstance(live, Live):
            live.stop()
        try:
            yield
        finally:
            if isinstance(live, Live):
                live.start()

    def render(self) -> Table:
        """The table as it is now."""
        from rich.table import Table as RichTable
        from rich.text import Text

        table = RichTable(box=None, pad_edge=False)
        for heading in ("stack", "step", "for", "changed", ""):
            table.add_column(heading, no_wrap=True, justify="right" if heading == "for" else "left")
        with self._lock:
            for id_, row in self._rows.items():
                style = _style(row)
                changed = str(row.done) if row.done else ""
                # As it is: in a plain string rich would take `[…]` for its markup.
                text = Text(row.text.partition("\n")[0])
                table.add_row(id_, _step(row), self._elapsed(row), changed, text, style=style)
        return table

    def _elapsed(self, row: Row) -> str:
        if row.began is None:
            return ""
        return duration((row.ended or self._clock()) - row.began)


def duration(seconds: float) -> str:
    """`3 s`, `2 min 05 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _step(row: Row) -> str:
    return row.text.partition(" ")[0].rstrip(":") if row.step == Step.ENDED else str(row.step)


def _style(row: Row) -> str:
    if row.step == Step.WAITING:
        return "dim"
    if row.step != Step.ENDED:
        return "bold"
    bad = ("failed", "blocked", "stopped", "declined")
    return "red" if row.text.startswith(bad) else "green"
