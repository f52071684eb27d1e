"""Definitions that are wrong, each with what is to be told: line, column, path, message, remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad import expected, problems, told

BAD = Path(__file__).parent / "bad"
GOOD = Path(__file__).parents[1] / "stacks" / "repository"
FILES = sorted((BAD / "infrastructures").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_is_told_what_its_head_says(file: Path) -> None:
    name = str(file.relative_to(BAD))
    assert expected(file)
    assert [told(problem, name) for problem in problems(BAD, file.stem)] == expected(file)


def test_what_is_right_is_not_complained_of() -> None:
    assert problems(GOOD, "apps") == []


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "hunter2" in (BAD / "infrastructures" / "policy.yaml").read_text()
    assert "hunter2" not in repr(problems(BAD, "policy"))


def test_every_problem_says_what_to_do() -> None:
    for file in FILES:
        for problem in problems(BAD, file.stem):
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
    assert [str(one) for one in problems(root, "one")] == [
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
    found = problems(tmp_path, "policy")
    assert found
    assert not any("would change unseen" in str(one) for one in found)
