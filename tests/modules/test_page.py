"""The examples of docs/modules.md: each is taken as it stands there, and becomes a stack."""

from __future__ import annotations

import re
from pathlib import Path

import checks
from manifest import load_repository
from tests.conftest import ROOT
from tests.stacks.conftest import synthesize

PAGE = ROOT / "docs" / "modules.md"
EXAMPLE = re.compile(r"```(?:yaml|hcl)\n# (modules/[\w./-]+)\n(.*?)```", re.DOTALL)


def test_every_example_is_taken(tmp_path: Path) -> None:
    text = PAGE.read_text()
    examples = dict(EXAMPLE.findall(text))
    assert len(examples) == text.count("```yaml") + text.count("```hcl") >= 5
    for name, example in examples.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(example)
    (tmp_path / "groundplan.yaml").write_text("name: acme\n")
    (tmp_path / "infrastructures").mkdir()
    (tmp_path / "infrastructures" / "staging.yaml").write_text(
        'apiVersion: groundplan.dev/v1\nname: staging\nlabels: {media: "yes"}\n'
        'cloud: {provider: aws, region: eu-central-1, account: "111122223333"}\n'
        "vpc: {create: {}}\nkubernetes: {existing: {name: old}}\n"
    )
    repository = load_repository(tmp_path)
    assert checks.problems(repository) == []
    stacks = synthesize(tmp_path, tmp_path / "cdktf.out")
    made = {name.removeprefix("staging-module-") for name in stacks if "-module-" in name}
    assert made == {"media", "queue", "api-public", "api-internal", "collector"}
    read = stacks["staging-module-collector"]["module"]["this"]["endpoint"]
    assert "module-api-public-state" in read
