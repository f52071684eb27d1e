"""The CDKTF app: what the environment points at, synthesized. Caller: `main.py`.

GROUNDPLAN_REPOSITORY        the repository; else `groundplan:repository` of cdktf.json's context
                             (seen from cdktf.json), else the current folder
GROUNDPLAN_INFRASTRUCTURES   names, separated by commas; all if it is empty
CDKTF_OUTDIR                 where the output goes; else `cdktf.out`
"""

from __future__ import annotations

import gc
import json
import os
import shutil
from pathlib import Path

import checks
from errors import ManifestError
from manifest import Repository, load_repository

CONFIGURATION = "cdktf.json"
CONTEXT = "groundplan:repository"


def main() -> int:
    """Synthesizes; returns 0. Raises what `manifest.load_repository` raises."""
    names = [name for name in os.environ.get("GROUNDPLAN_INFRASTRUCTURES", "").split(",") if name]
    repository = load_repository(repository_folder(), names)
    problems = checks.problems(repository)
    if problems:
        raise ManifestError(problems)
    # Short-lived, and everything is needed to the end: collecting garbage only costs time.
    gc.disable()
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out"))
    _forget(outdir)
    synthesize(repository, outdir)
    return 0


def synthesize(repository: Repository, outdir: Path) -> None:
    """Writes the stacks of a checked repository, with the folders of its modules beside them."""
    from cdktf import App

    from stacks.app import build

    app = App(outdir=str(outdir))
    contract = build(app, repository)
    app.synth()
    contract.write(outdir)
    contract.copy_modules(repository.root, outdir)


def repository_folder() -> Path:
    """The repository that the environment or cdktf.json points at."""
    named = os.environ.get("GROUNDPLAN_REPOSITORY")
    if named:
        return Path(named)
    configuration = Path(CONFIGURATION)
    if configuration.is_file():
        context = json.loads(configuration.read_text()).get("context", {})
        if CONTEXT in context:
            return Path(context[CONTEXT])
    return Path()


def _forget(outdir: Path) -> None:
    """Removes stacks of an earlier synth, so that nothing stale is deployed.

    Folders stay in which terraform has been at work: they hold its providers and lock file.
    """
    for stack in (outdir / "stacks").glob("*"):
        if (stack / ".terraform").exists():
            (stack / "cdk.tf.json").unlink(missing_ok=True)
        else:
            shutil.rmtree(stack)
