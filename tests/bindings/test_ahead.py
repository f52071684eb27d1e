"""Requests that are not waited for: their answers are read all the same, and compared."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from jsii._kernel.types import ObjRef

from bindings.ahead import BATCH, FIRST, MOST, Ahead
from bindings.node import NodeProcess
from tests.bindings.conftest import Run


class FakeNode:
    """Answers each line as told, in order; refuses to be asked for what it has no answer to."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.answers: list[str] = []
        self.most_due = 0

    def send_line(self, line: bytes) -> None:
        self.lines += line.split(b"\n")
        self.most_due = max(self.most_due, len(self.answers))

    def answer(self) -> bytes:
        return self.answers.pop(0).encode()


def read(line: bytes) -> Any:
    found = json.loads(line)
    if "error" in found:
        raise RuntimeError(found["error"])
    return ObjRef(ref=found["ref"]) if "ref" in found else found


@pytest.fixture
def fake() -> FakeNode:
    return FakeNode()


@pytest.fixture
def node(fake: FakeNode) -> NodeProcess:
    return cast(NodeProcess, fake)


@pytest.fixture
def ahead() -> Ahead:
    return Ahead(read)


def answer(reference: str) -> str:
    return json.dumps({"ref": reference})


def test_references_are_numbered_as_the_kernel_does(
    ahead: Ahead, node: NodeProcess, fake: FakeNode
) -> None:
    made = [ahead.create(node, b"1", "a.B"), ahead.create(node, b"2", "a.C")]
    assert made == [f"a.B@{FIRST}", f"a.C@{FIRST + 1}"]
    fake.answers = [answer(one) for one in made]
    ahead.catch_up(node)
    assert fake.lines == [b"1", b"2"]
    ahead.seen(f"constructs.Node@{FIRST + 7}")
    ahead.seen(f"a.B@{FIRST}")  # one that is known already
    assert ahead.create(node, b"3", "a.D") == f"a.D@{FIRST + 8}"


def test_what_is_sent_together_keeps_its_order_and_fits_the_channel(
    ahead: Ahead, node: NodeProcess, fake: FakeNode
) -> None:
    count = 10 * MOST
    for number in range(count):
        fake.answers.append(answer(f"a.B@{FIRST + number}"))
        ahead.create(node, str(number).encode(), "a.B")
    ahead.catch_up(node)
    assert fake.lines == [str(number).encode() for number in range(count)]
    assert fake.answers == []
    assert fake.most_due <= MOST + BATCH


def test_nothing_is_sent_before_it_is_worth_it(
    ahead: Ahead, node: NodeProcess, fake: FakeNode
) -> None:
    for _ in range(BATCH - 1):
        ahead.invoke(node, b"x", "addOverride")
    assert fake.lines == []
    fake.answers = ["{}"] * BATCH
    ahead.catch_up(node)
    assert len(fake.lines) == BATCH - 1


def test_a_complaint_says_what_it_is_about(ahead: Ahead, node: NodeProcess, fake: FakeNode) -> None:
    fine = ahead.create(node, b"1", "a.B")
    ahead.create(node, b"2", "a.Wrong")
    fake.answers = [answer(fine), '{"error": "there is one already"}']
    with pytest.raises(RuntimeError, match="there is one already") as told:
        ahead.catch_up(node)
    assert told.value.__notes__ == ["Asked for a few calls earlier: a.Wrong."]


@pytest.mark.parametrize("given", [answer("a.B@9"), "{}", '{"cbid": "callback"}'])
def test_another_answer_than_the_expected_is_refused(
    ahead: Ahead, node: NodeProcess, fake: FakeNode, given: str
) -> None:
    ahead.create(node, b"1", "a.B")
    fake.answers = [given]
    with pytest.raises(RuntimeError, match="GROUNDPLAN_STOCK_BINDINGS=1"):
        ahead.catch_up(node)


def test_a_method_that_returns_something_after_all_is_refused(
    ahead: Ahead, node: NodeProcess, fake: FakeNode
) -> None:
    ahead.invoke(node, b"1", "addOverride")
    fake.answers = [answer("a.B@10000")]
    with pytest.raises(RuntimeError, match="to addOverride where None was expected"):
        ahead.catch_up(node)


TWICE = """
import bindings; bindings.start()
import os
from cdktf import App, TerraformOutput, TerraformStack
stack = TerraformStack(App(outdir=os.environ["OUT"]), "one")
TerraformOutput(stack, "id", value="a")
TerraformOutput(stack, "id", value="b")
print("went on")
stack.node
"""


def test_the_real_kernel_complains_at_the_next_call_that_waits(run: Run) -> None:
    run("import bindings; bindings.start(); import cdktf; bindings.finish()")
    done = run(TWICE)
    assert (done.returncode, done.stdout) == (1, "went on\n")
    assert "There is already a Construct with name 'id'" in done.stderr
    assert "Asked for a few calls earlier: cdktf.TerraformOutput." in done.stderr
