"""Modules that are wrong, each with what is to be told: line, column, path, message, remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifest import load_repository
from tests.bad import expected, problems, told
from tests.conftest import ROOT

BAD = Path(__file__).parent / "bad"
FILES = sorted((BAD / "infrastructures").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_is_told_what_its_head_says(file: Path) -> None:
    name = str(file.relative_to(BAD))
    assert expected(file)
    assert [told(problem, name) for problem in problems(BAD, file.stem)] == expected(file)


@pytest.mark.parametrize(
    ("root", "name"),
    [
        (ROOT / "examples" / "acme", "production"),
        (ROOT / "tests" / "stacks" / "repository", "modules"),
    ],
    ids=lambda one: getattr(one, "name", one),
)
def test_what_is_right_is_not_complained_of(root: Path, name: str) -> None:
    assert load_repository(root, [name]).infrastructures[name].modules
    assert problems(root, name) == []


def test_a_password_in_a_source_is_not_shown() -> None:
    assert "hunter2" in (BAD / "infrastructures" / "sources.yaml").read_text()
    assert "hunter2" not in repr(problems(BAD, "sources"))


def test_every_problem_says_what_to_do() -> None:
    for file in FILES:
        for problem in problems(BAD, file.stem):
            assert problem.remedy.endswith((".", "?")), problem
