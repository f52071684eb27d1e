"""The CDKTF CLI on the same project: what it deploys is what our own rollout would."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bindings import installed
from emulator import Emulator
from tests.conftest import ROOT
from tests.deployment.conftest import LONGEST, Project

CLI = ROOT / "tools" / "cdktf" / "node_modules" / ".bin" / "cdktf"
pytestmark = [
    pytest.mark.terraform,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not CLI.exists() and "CI" not in os.environ, reason="`make cdktf` installs the CDKTF CLI"
    ),
]
STAGES = ("vpc", "domain", "kubernetes", "addons", "applications")
Cdktf = Callable[..., str]


@pytest.fixture
def cdktf(project: Project, tmp_path: Path) -> Cdktf:
    """Runs the CDKTF CLI in the project's root, with an output folder of its own."""
    node = installed.node()
    assert node
    binaries = f"{ROOT / '.venv' / 'bin'}:{node.parent}"
    environment = {
        **project.environment,
        "PATH": f"{binaries}:{project.environment['PATH']}",
        "GROUNDPLAN_REPOSITORY": str(project.repository),
        "GROUNDPLAN_INFRASTRUCTURES": "staging",
        "DISABLE_VERSION_CHECK": "1",
        "CI": "true",
    }

    def run(*arguments: str) -> str:
        ended = subprocess.run(
            [str(CLI), *arguments, "--output", str(tmp_path / "cli")],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    return run


def test_it_lists_what_the_manifest_describes(cdktf: Cdktf) -> None:
    listed = cdktf("list")
    for stage in ("backend", *STAGES):
        assert f"staging-{stage}" in listed
    assert "production" not in listed


def test_it_deploys_and_destroys(cdktf: Cdktf, project: Project, cloud: Emulator) -> None:
    """The state's bucket is ours to make (docs/decisions/0004); the rest is plain CDKTF."""
    stacks = [f"staging-{stage}" for stage in STAGES]
    # Locking providers for other platforms would ask the registry.
    approved = ["--auto-approve", "--skip-provider-lock"]
    project.run("deploy", "staging", "--stage", "backend", "--yes")
    cdktf("deploy", "staging-backend", *stacks, *approved)
    assert set(project.outcomes("plan", "staging").values()) == {"unchanged"}
    assert "No changes" in cdktf("diff", "staging-vpc", "--skip-provider-lock")
    cdktf("destroy", *stacks, *approved)
    gone = project.outcomes("destroy", "staging", "--yes")
    assert gone == {"staging-backend": "destroyed", **dict.fromkeys(stacks, "absent")}
    assert cloud.leftovers() == []
