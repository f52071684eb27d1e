"""Definitions that are wrong, each with what is to be told: line, column, path, message, remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

import checks
from errors import ManifestError, Problem
from manifest import load_repository

BAD = Path(__file__).parent / "bad"
GOOD = Path(__file__).parents[1] / "stacks" / "repository"
FILES = sorted((BAD / "infrastructures").glob("*.yaml"))
EXPECT = "# expect: "


def problems(name: str, root: Path = BAD) -> list[Problem]:
    """All problems of one infrastructure, as `validate` tells them."""
    try:
        found = checks.problems(load_repository(root, [name]))
    except ManifestError as error:
        return error.problems
    return ManifestError(found).problems


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


def test_what_is_right_is_not_complained_of() -> None:
    assert problems("apps", GOOD) == []


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "hunter2" in (BAD / "infrastructures" / "policy.yaml").read_text()
    assert "hunter2" not in repr(problems("policy"))


def test_every_problem_says_what_to_do() -> None:
    for file in FILES:
        for problem in problems(file.stem):
            assert problem.remedy.endswith((".", "?")), problem
            assert problem.place.line > 0, problem


def test_values_behind_a_link_out_of_the_repository_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("password: hunter2\n")
    root = tmp_path / "repository"
    (root / "infrastructures").mkdir(parents=True)
    (root / "groundplan.yaml").write_text((BAD / "groundplan.yaml").read_text())
    (root / "link.yaml").symlink_to(outside)
    (root / "infrastructures" / "one.yaml").write_text(
        "apiVersion: groundplan.dev/v1\nname: one\nkubernetes: {existing: {name: old}}\n"
        "addons: {argocd: {}}\napplications:\n  shop:\n    namespace: shop\n"
        "    source: {repository: https://charts.acme.example, chart: shop, version: 1.2.3}\n"
        "    value_files: [link.yaml]\n"
    )
    assert [str(one) for one in problems("one", root)] == [
        "link.yaml: is a link that leaves the repository. Put the file itself there."
    ]


def test_the_policy_may_allow_what_floats(tmp_path: Path) -> None:
    (tmp_path / "infrastructures").mkdir()
    (tmp_path / "groundplan.yaml").write_text(
        (BAD / "groundplan.yaml")
        .read_text()
        .replace("policy: {", "policy: {floating_sources: true, ")
    )
    text = (BAD / "infrastructures" / "policy.yaml").read_text()
    (tmp_path / "infrastructures" / "policy.yaml").write_text(text)
    found = problems("policy", tmp_path)
    assert found
    assert not any("would change unseen" in str(one) for one in found)
