"""The examples of docs/applications.md: each is a definition that is taken as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import checks
from manifest import load_repository
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "applications.md"
EXAMPLE = re.compile(r"```yaml\n# (applications/[\w.-]+)\n(.*?)```", re.DOTALL)


def test_every_example_is_taken(tmp_path: Path) -> None:
    examples = dict(EXAMPLE.findall(PAGE.read_text()))
    assert len(examples) == PAGE.read_text().count("```yaml") >= 5
    (tmp_path / "groundplan.yaml").write_text("name: acme\n")
    for folder in ("infrastructures", "applications"):
        (tmp_path / folder).mkdir()
    (tmp_path / "infrastructures" / "staging.yaml").write_text(
        "apiVersion: groundplan.dev/v1\nname: staging\nkubernetes: {existing: {name: old}}\n"
        'cloud: {provider: aws, region: eu-central-1, account: "111122223333"}\n'
        "addons: {argocd: {}}\n"
    )
    for name, text in examples.items():
        (tmp_path / name).write_text(text)
    repository = load_repository(tmp_path)
    applications = repository.infrastructures["staging"].applications
    assert {f"applications/{name}.yaml" for name in applications} == set(examples)
    assert checks.problems(repository) == []
