"""The real terraform in a folder, for questions about its language: no provider, no state kept."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def terraform(folder: Path, *arguments: str, check: bool = True) -> str:
    """What it prints. Raises subprocess.CalledProcessError if it fails and `check` is set."""
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        ["terraform", *arguments],  # noqa: S607
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=check,
    ).stdout
