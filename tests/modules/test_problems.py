"""Modules that are wrong, each with what is to be told: line, column, path, message, remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

import checks
from errors import ManifestError, Problem
from manifest import load_repository
from tests.conftest import ROOT

BAD = Path(__file__).parent / "bad"
FILES = sorted((BAD / "infrastructures").glob("*.yaml"))
EXPECT = "# expect: "


def problems(name: str, root: Path = BAD) -> list[Problem]:
    """All problems of one infrastructure's modules, as `validate` tells them."""
    return ManifestError(checks.problems(load_repository(root, [name]))).problems


def told(problem: Problem, file: str) -> str:
    return str(problem).removeprefix(f"{file}:").replace(": ", " ", 1)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_is_told_what_its_head_says(file: Path) -> None:
    expected = [
        line.removeprefix(EXPECT) for line in file.read_text().splitlines() if EXPECT in line
    ]
    name = str(file.relative_to(BAD))
    assert expected
    assert [told(problem, name) for problem in problems(file.stem)] == expected


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
    assert checks.problems(load_repository(root, [name])) == []


def test_a_password_in_a_source_is_not_shown() -> None:
    assert "hunter2" in (BAD / "infrastructures" / "sources.yaml").read_text()
    assert "hunter2" not in repr(problems("sources"))


def test_every_problem_says_what_to_do() -> None:
    for file in FILES:
        for problem in problems(file.stem):
            assert problem.remedy.endswith((".", "?")), problem
