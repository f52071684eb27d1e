"""The commands: what they print where, and their exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import ROOT

ACME = str(ROOT / "examples" / "acme")
BAD = ROOT / "tests" / "manifest" / "bad"
STAGES = ("backend", "vpc", "domain", "kubernetes", "addons", "identity", "applications")
STAGING = {f"staging-{stage}" for stage in STAGES}


def test_validate_tells_what_it_checked(run: Run) -> None:
    ended = run("validate", "-r", ACME)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "2 infrastructures checked: production, staging.\n"


def test_validate_tells_every_problem_of_a_folder_of_bad_manifests(run: Run) -> None:
    ended = run("validate", "-r", str(BAD))
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    assert len(lines) >= 40
    assert ended.stderr == f"{len(lines)} problems.\n"
    place = re.compile(r"[\w./-]+(:\d+:\d+)?: ")
    assert all(place.match(line) for line in lines)


def test_validate_speaks_json(run: Run) -> None:
    ended = run("validate", "-r", str(BAD), "--json")
    problems = json.loads(ended.stdout)["problems"]
    assert len(problems) >= 40
    assert set(problems[0]) == {*("file", "line", "column", "path", "value", "message", "remedy")}


def test_what_is_not_built_yet_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "groundplan.yaml").write_text("name: acme\n")
    (tmp_path / "infrastructures").mkdir()
    (tmp_path / "infrastructures" / "g.yaml").write_text(
        "apiVersion: groundplan.dev/v1\nname: g\n"
        "cloud: {provider: google, region: europe-west3, project: acme-platform}\n"
        "domain: {delegated: {label: g, base: clusters.acme.example}}\n"
    )
    for command in ("validate", "synth", "plan"):
        ended = run(command, "-r", str(tmp_path))
        assert ended.returncode == 1
        assert "is not supported yet" in ended.stdout + ended.stderr


def test_an_unknown_infrastructure_is_refused_and_the_known_are_named(run: Run) -> None:
    ended = run("plan", "-r", ACME, "stagging")
    assert ended.returncode == 1
    assert "stagging" in ended.stderr and "production, staging" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_that_is_no_repository_is_one_sentence(run: Run, tmp_path: Path) -> None:
    ended = run("validate", "-r", str(tmp_path))
    assert ended.returncode == 1
    assert "is no Groundplan repository" in ended.stderr
    assert len(ended.stderr.splitlines()) <= 2


def test_wrong_usage_is_exit_code_2(run: Run) -> None:
    assert run("validate", "--nonsense").returncode == 2
    assert run("nonsense").returncode == 2
    assert run("destroy").returncode == 2


def test_every_command_has_help_with_examples(run: Run) -> None:
    listed = run("--help").stdout
    commands = re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)
    assert set(commands) == {
        *("validate", "graph", "synth", "render", "plan", "deploy", "outputs", "destroy"),
        *("access", "secret", "token", "schema", "demo"),
    }
    for command in commands:
        assert "Examples:" in run(command, "--help").stdout, command


def test_synth_says_what_it_wrote(run: Run, tmp_path: Path) -> None:
    ended = run("synth", "-r", ACME, "staging", "--json")
    files = json.loads(ended.stdout)
    assert set(files) == STAGING
    assert all(Path(file).is_file() for file in files.values())


def test_a_second_synth_leaves_nothing_stale(run: Run, tmp_path: Path) -> None:
    run("synth", "-r", ACME)
    run("synth", "-r", ACME, "staging")
    left = {path.parent.name for path in (tmp_path / "cdktf.out").glob("stacks/*/cdk.tf.json")}
    assert left == STAGING


def test_without_arguments_it_is_the_cdktf_app(run: Run, tmp_path: Path) -> None:
    ended = run(GROUNDPLAN_REPOSITORY=ACME, GROUNDPLAN_INFRASTRUCTURES="production")
    assert (ended.returncode, ended.stdout) == (0, "")
    stacks = json.loads((tmp_path / "cdktf.out" / "manifest.json").read_text())["stacks"]
    assert set(stacks) == {f"production-{s}" for s in (*STAGES, "module-audit-bucket")}


def test_as_the_cdktf_app_it_says_problems_as_the_command_line_does(run: Run) -> None:
    ended = run(GROUNDPLAN_REPOSITORY=str(BAD))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert re.search(r"\d+ problems\.$", ended.stderr.strip())


def test_graph_shows_who_reads_what(run: Run) -> None:
    text = run("graph", "-r", ACME, "staging").stdout
    assert "kubernetes    reads" in text and "vpc: private_subnet_ids" in text
    mermaid = run("graph", "-r", ACME, "staging", "--format", "mermaid").stdout
    assert mermaid.startswith("graph LR\n") and "staging-vpc --> staging-kubernetes" in mermaid
    assert (
        '"staging-vpc" -> "staging-kubernetes"'
        in run("graph", "-r", ACME, "staging", "--format", "dot").stdout
    )
    stacks = json.loads(run("graph", "-r", ACME, "--format", "json").stdout)
    assert stacks["staging-kubernetes"]["reads"]["domain"] == ["zone_id"]


def test_schemas_are_written_for_editors(run: Run, tmp_path: Path) -> None:
    (tmp_path / "groundplan.yaml").write_text("name: acme\n")
    assert run("schema", "-r", str(tmp_path), "--write").returncode == 0
    written = tmp_path / ".groundplan" / "infrastructure.schema.json"
    assert json.loads(written.read_text()) == json.loads(run("schema").stdout)
    assert (tmp_path / ".groundplan" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("command", ["plan", "deploy", "destroy"])
def test_an_old_terraform_is_one_sentence(run: Run, tmp_path: Path, command: str) -> None:
    program = tmp_path / "terraform"
    program.write_text('#!/bin/sh\necho \'{"terraform_version": "1.5.7"}\'\n')
    program.chmod(0o755)
    ended = run(command, "-r", ACME, "staging", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert ended.returncode == 1
    assert ended.stderr == "terraform 1.5.7 is too old: install 1.11 or newer.\n"


def test_nobody_is_asked_where_nobody_can_answer(run: Run) -> None:
    ended = run("deploy", "-r", ACME, "staging")
    assert ended.returncode == 1
    assert "add --yes" in ended.stderr


@pytest.mark.parametrize(
    ("protection", "arguments", "message"),
    [
        ("never", ["--confirm", "one", "--yes"], "is protected"),
        ("confirm", ["--yes"], "add --confirm one"),
        ("confirm", ["--confirm", "two", "--yes"], "add --confirm one"),
    ],
    ids=["never", "not typed", "another name"],
)
def test_what_is_protected_is_not_destroyed(
    run: Run, tmp_path: Path, protection: str, arguments: list[str], message: str
) -> None:
    (tmp_path / "groundplan.yaml").write_text("name: acme\n")
    (tmp_path / "infrastructures").mkdir()
    (tmp_path / "infrastructures" / "one.yaml").write_text(
        "apiVersion: groundplan.dev/v1\nname: one\n"
        'cloud: {provider: aws, region: eu-central-1, account: "111122223333"}\n'
        f"protection: {{destroy: {protection}}}\n"
    )
    ended = run("destroy", "-r", str(tmp_path), "one", *arguments)
    assert ended.returncode == 1
    assert message in ended.stderr


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)], ids=str)
def test_no_color_is_respected(
    monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    """Asked on a terminal of its own: elsewhere there is no colour anyway."""
    program = (
        "import click; from cli.main import groundplan\n"
        "@groundplan.command()\n"
        "def show(): click.echo(click.style('red', fg='red'))\n"
        "groundplan.main(['show'])"
    )
    monkeypatch.setenv("NO_COLOR", no_color)
    controller, terminal = pty.openpty()
    subprocess.run([sys.executable, "-c", program], stdout=terminal, cwd=ROOT, check=True)
    os.close(terminal)
    shown = os.read(controller, 4096)
    os.close(controller)
    assert (b"\x1b[31m" in shown, b"red" in shown) == (coloured, True)
