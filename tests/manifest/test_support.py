"""What is not built yet is refused, part by part; examples/acme asks for none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifest import load_repository, unsupported
from manifest.support import NOT_YET

HERE = Path(__file__).parent
ACME = HERE.parent.parent / "examples" / "acme"

REFUSED: dict[str, list[str]] = {
    "google": [],
    "domain-delegated": ["infrastructures/domain-delegated.yaml:3:10: domain.delegated"],
    "addons": [],
    "identity-external": [],
    "identity-install": [],
    "identity-shared": [],
    "modules-own": [],
    "minimal": [],
    "backend": [],
    "vpc-create": [],
    "vpc-reuse-tags": [],
    "domain-create": [],
    "domain-reuse-id": [],
    "kubernetes-create": [],
    "kubernetes-existing": [],
}


@pytest.mark.parametrize(("name", "expected"), REFUSED.items(), ids=REFUSED)
def test_parts_without_a_stage_are_refused_where_they_stand(name: str, expected: list[str]) -> None:
    found = unsupported(load_repository(HERE / "good", [name]))
    assert [f"{problem.place}: {problem.path}" for problem in found] == expected
    for problem in found:
        assert problem.message == "is not supported yet."
        assert "Remove it" in problem.remedy


def test_the_table_names_sections() -> None:
    assert set(NOT_YET) == {"domain"}


def test_the_example_can_be_deployed_as_it_is() -> None:
    repository = load_repository(ACME)
    assert list(repository.infrastructures) == ["production", "staging"]
    assert unsupported(repository) == []
    for infrastructure in repository.infrastructures.values():
        assert infrastructure.vpc
        assert infrastructure.domain
        assert infrastructure.kubernetes
