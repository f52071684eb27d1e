"""Wrong manifests, each with what is to be told: line, column, path, message and remedy."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from errors import ManifestError, Problem
from manifest import load_repository
from tests.bad import EXPECT, expected, told

BAD = Path(__file__).parent / "bad"
FILES = sorted((BAD / "infrastructures").glob("*.yaml"))


@cache
def problems() -> dict[str, list[Problem]]:
    """All problems of the whole repository, by file."""
    with pytest.raises(ManifestError) as caught:
        load_repository(BAD)
    found: dict[str, list[Problem]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.place.file, []).append(problem)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_is_told_what_its_head_says(file: Path) -> None:
    name = str(file.relative_to(BAD))
    assert [told(problem, name) for problem in problems().get(name, [])] == expected(file)


def test_there_are_many_and_all_are_found_at_once() -> None:
    assert len([file for file in FILES if EXPECT in file.read_text()]) >= 40
    names = {str(file.relative_to(BAD)) for file in FILES}
    assert set(problems()) <= names, "a problem at a file that says nothing of it"


def test_every_problem_says_what_to_do() -> None:
    for found in problems().values():
        for problem in found:
            assert problem.remedy.endswith((".", "?")), problem
            assert problem.place.line > 0, problem


def test_words_of_the_library_do_not_come_through() -> None:
    told_all = " ".join(str(problem) for found in problems().values() for problem in found)
    for word in ("Input should", "pydantic", "validator", "NoneType", "dictionary", "jinja"):
        assert word not in told_all


def test_a_secret_that_stands_in_a_file_is_not_shown() -> None:
    file = BAD / "infrastructures" / "identity-secret-written-out.yaml"
    assert "hunter2" in file.read_text()
    assert "hunter2" not in repr(problems())


def test_one_infrastructure_is_checked_without_the_others() -> None:
    with pytest.raises(ManifestError) as caught:
        load_repository(BAD, ["vpc-cidr"])
    assert {problem.place.file for problem in caught.value.problems} == {
        "infrastructures/vpc-cidr.yaml"
    }
    alone = load_repository(BAD, ["domain-same-first"])
    assert list(alone.infrastructures) == ["domain-same-first"]
