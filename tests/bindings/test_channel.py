"""How answers come: together, in order, and not after they are waited for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bindings import building, installed
from bindings.node import KERNEL, NodeProcess
from bindings.preparation import Setup

# As jsii's kernel reads and writes: whole lines, answered one by one.
ECHO = """
const fs = require("fs");
const buffer = Buffer.alloc(1 << 20);
let rest = "";
const answer = (line) => {
  const all = Buffer.from(line + "\\n");
  for (let sent = 0; sent < all.length; ) sent += fs.writeSync(3, all, sent);
};
for (;;) {
  const lines = (rest + buffer.toString("utf8", 0, fs.readSync(3, buffer))).split("\\n");
  rest = lines.pop();
  for (const line of lines) {
    if (JSON.parse(line).exit !== undefined) process.exit(0);
    answer(line);
  }
}
"""
Start = Callable[[str], NodeProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a kernel of our own."""
    started: list[NodeProcess] = []

    def run(script: str) -> NodeProcess:
        (tmp_path / "runtime").mkdir()
        (tmp_path / "runtime" / KERNEL).write_text(script)
        node = installed.node()
        assert node is not None
        started.append(NodeProcess(node, tmp_path, []))
        return started[-1]

    yield run
    for process in started:
        process.stop()


def test_what_was_asked_together_is_answered_together(start: Start) -> None:
    process = start(ECHO)
    process.send_line(b'{"n":1}\n{"n":2}\n{"n":3}')
    at_once = os.read(process._channel.fileno(), 1 << 16)
    assert at_once == b'{"n":1}\n{"n":2}\n{"n":3}\n'


def test_an_answer_is_there_before_the_next_request(start: Start) -> None:
    process = start(ECHO)
    for number in range(3):
        process.send({"n": number})
        assert json.loads(process.answer()) == {"n": number}


def test_answers_that_fill_the_channel_arrive_whole(start: Start) -> None:
    process = start(ECHO)
    text = "x" * 3_000_000
    process.send({"long": text})
    assert json.loads(process.answer()) == {"long": text}


def test_what_was_answered_last_is_not_lost(start: Start) -> None:
    process = start(ECHO)
    process.send_line(b'{"n":1}\n{"exit":0}')
    assert process.answer() == b'{"n":1}\n'


def test_a_kernel_that_is_not_known_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "jsii" / "_embedded" / "jsii"
    folder.mkdir(parents=True)
    for name in ("program.js", "runtime-index-worker.js"):
        (folder / f"lib__{name}").write_text("another")
    (tmp_path / "runtime").mkdir()
    setup = Setup(tmp_path / "node", tmp_path / "jsii", ())
    with pytest.raises(ValueError, match="another than this knows"):
        building._kernel(tmp_path, setup)
