"""Runs a synth as a child process, so that neither its memory nor its mistakes stay here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.context import ROOT
from errors import GroundplanError
from rollout import Synthesized

LONGEST = 600
"""Seconds; a hundred infrastructures take a few."""


class SynthFailed(GroundplanError):
    """The synth has said what is wrong itself."""


def synthesize(repository: Path, names: Sequence[str], outdir: Path) -> Synthesized:
    """Synthesizes infrastructures into `outdir` and reads what came out.

    Raises GroundplanError with the child's own words.
    """
    outdir.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "GROUNDPLAN_REPOSITORY": str(repository.resolve()),
        "GROUNDPLAN_INFRASTRUCTURES": ",".join(names),
        "CDKTF_OUTDIR": str(outdir.resolve()),
    }
    child = subprocess.run(
        [sys.executable, str(ROOT / "main.py")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if child.returncode != 0:
        raise SynthFailed(child.stderr.strip() or f"The synth ended with {child.returncode}.")
    sys.stderr.write(child.stderr)
    return Synthesized.read(outdir)
