"""The documentation is true: its examples are run, its links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_manifest_in_the_readme_is_the_examples() -> None:
    readme = (ROOT / "README.md").read_text()
    manifest = (ROOT / "examples" / "acme" / "infrastructures" / "staging.yaml").read_text()
    assert f"```yaml\n{manifest}```" in readme


def test_the_mistakes_in_the_readme_are_told_so(tmp_path: Path) -> None:
    """The example with two mistakes made in it."""
    example = ROOT / "examples" / "acme"
    (tmp_path / "infrastructures").mkdir()
    (tmp_path / "groundplan.yaml").write_text((example / "groundplan.yaml").read_text())
    manifest = (example / "infrastructures" / "staging.yaml").read_text()
    manifest = manifest.replace("zones: 2", "zones: 7")
    manifest = manifest.replace("    node_groups:", "    version: 1.30\n    node_groups:")
    (tmp_path / "infrastructures" / "staging.yaml").write_text(manifest)
    ended = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "validate", "-r", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout + ended.stderr in (ROOT / "README.md").read_text()


def test_every_make_target_of_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        for named in re.findall(r"`make ([a-z-]+)", page.read_text()):
            assert named in targets, f"{page.name}: make {named}"


def test_every_command_of_the_pages_exists() -> None:
    from cli.main import groundplan

    for page in PAGES:
        for named in re.findall(r"main\.py ([a-z]+)\b", page.read_text()):
            assert named in groundplan.commands, f"{page.name}: main.py {named}"


def test_no_lock_file_names_an_index() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        assert "http" not in file.read_text(), file.name
    for lock in (ROOT / "tools" / "cdktf", ROOT / "benchmarks"):
        for file in lock.glob("package-lock.json"):
            assert '"resolved"' not in file.read_text(), str(file)


def test_the_table_of_addons_is_true() -> None:
    """Every chart that is pinned stands in it, with its version."""
    from constructs.aws import charts as aws
    from constructs.kubernetes import charts
    from constructs.shared.charts import Chart

    page = (ROOT / "docs" / "addons.md").read_text()
    for one in (*vars(charts).values(), *vars(aws).values()):
        if isinstance(one, Chart):
            assert f"| {one.name} | {one.version} |" in page, one.name


def test_the_manifests_of_the_addons_page_are_valid(tmp_path: Path) -> None:
    """Each example, put into the example infrastructure."""
    from checks import problems
    from manifest import load_repository

    page = (ROOT / "docs" / "addons.md").read_text()
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 3
    for number, example in enumerate(examples):
        folder = tmp_path / str(number)
        (folder / "infrastructures").mkdir(parents=True)
        acme = ROOT / "examples" / "acme"
        shutil.copy(acme / "groundplan.yaml", folder)
        # Whose Keycloak the other one shares.
        shutil.copy(acme / "infrastructures" / "production.yaml", folder / "infrastructures")
        manifest = yaml.safe_load((acme / "infrastructures" / "staging.yaml").read_text())
        manifest = {**manifest, **yaml.safe_load(example)}
        (folder / "infrastructures" / "staging.yaml").write_text(yaml.safe_dump(manifest))
        repository = load_repository(folder)
        assert problems(repository) == []


IDENTITY = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "identity.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("example", IDENTITY, ids=range(len(IDENTITY)))
def test_the_manifests_of_the_identity_page_are_valid(example: str, tmp_path: Path) -> None:
    """Each example, put into the infrastructure of the example repository that it speaks of."""
    from checks import problems
    from manifest import load_repository

    acme = ROOT / "examples" / "acme"
    shutil.copytree(acme, tmp_path / "acme")
    section = yaml.safe_load(example)
    name = "production" if "install" in section["identity"]["keycloak"] else "staging"
    file = tmp_path / "acme" / "infrastructures" / f"{name}.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), **section}))
    repository = load_repository(tmp_path / "acme")
    assert problems(repository) == []


def test_the_identity_page_has_examples() -> None:
    assert len(IDENTITY) >= 5
