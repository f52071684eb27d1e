"""What comes from where `mvn` gets things: Maven Central, or a mirror of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from errors import GroundplanError

LONGEST = 900  # seconds


def cache() -> Path:
    """Where what was fetched is kept, beside the programs of the laboratory."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return base / "groundplan" / "lab"


def fetch(artifact: str, sha256: str, folder: Path) -> Path:
    """The file of `group:name:version:kind`, in `folder`.

    Raises GroundplanError if it can't be had, or is not the one with that hash.
    """
    run(
        "mvn",
        *("-q", "-B", "dependency:copy", f"-Dartifact={artifact}"),
        f"-DoutputDirectory={folder}",
    )
    _, name, version, kind = artifact.split(":")
    file = folder / f"{name}-{version}.{kind}"
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != sha256:
        raise GroundplanError(f"{artifact} is {found}, and {sha256} was expected.")
    return file


def run(*command: str) -> None:
    """Raises GroundplanError if it is not there, or fails."""
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except FileNotFoundError:
        raise GroundplanError(f"{command[0]} is missing: install Maven and Java 17.") from None
    if ended.returncode:
        raise GroundplanError(f"{command[0]} failed: {(ended.stdout + ended.stderr)[-2000:]}")
