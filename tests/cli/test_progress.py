"""What people see while a rollout runs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from cli.progress import Lines, TableView, duration, progress
from rollout import Event, Stack
from rollout.events import Step


def stack(id_: str) -> Stack:
    return Stack(id_, "one", id_, Path(), ())


def test_without_a_terminal_an_event_is_a_plain_line() -> None:
    stream = io.StringIO()
    with progress([stack("a")], stream) as view:
        assert isinstance(view, Lines)
        for event in (
            Event("a", Step.WAITING),
            Event("a", Step.PLANNED, "+2"),
            Event("a", Step.RESOURCE, "aws_vpc.network made"),
            Event("a", Step.ENDED, "changed (+2)"),
        ):
            view.notice(event)
    assert stream.getvalue() == "a: planned +2\na: aws_vpc.network made\na: changed (+2)\n"
    assert "\x1b" not in stream.getvalue()


def test_on_a_terminal_each_stack_has_a_line_with_its_time() -> None:
    now = [0.0]
    view = TableView([stack("a"), stack("b")], clock=lambda: now[0])
    view.notice(Event("a", Step.STARTING))
    now[0] = 61
    view.notice(Event("a", Step.APPLYING, "+2"))
    view.notice(Event("a", Step.RESOURCE, "aws_vpc.network made"))
    now[0] = 65
    shown = io.StringIO()
    Console(file=shown, width=100).print(view.render())
    first, second = shown.getvalue().splitlines()[1:3]
    assert first.split() == ["a", "applying", "1", "min", "05", "s", "1", "aws_vpc.network", "made"]
    assert second.split() == ["b", "waiting"]


def test_time_stands_still_for_what_has_ended() -> None:
    now = [0.0]
    view = TableView([stack("a")], clock=lambda: now[0])
    view.notice(Event("a", Step.STARTING))
    now[0] = 5
    view.notice(Event("a", Step.ENDED, "failed: Quota exceeded"))
    now[0] = 500
    shown = io.StringIO()
    Console(file=shown, width=100).print(view.render())
    assert "5 s" in shown.getvalue() and "Quota exceeded" in shown.getvalue()


def test_brackets_are_shown_as_they_are() -> None:
    """rich would take them for its markup, and fail at `[/x]`."""
    view = TableView([stack("a")], clock=lambda: 0.0)
    view.notice(Event("a", Step.ENDED, "failed: no [/x] in [red]\nmore"))
    shown = io.StringIO()
    Console(file=shown, width=100).print(view.render())
    assert "no [/x] in [red]" in shown.getvalue() and "more" not in shown.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (3725, "62 min 05 s")]
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text
