"""Commands of ours that terraform's providers call: the exec plugin that gives cluster tokens."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

BIN = Path(__file__).resolve().parents[1] / "bin"


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables with which terraform finds `groundplan` before any other, on this very Python."""
    path = environment.get("PATH", os.defpath)
    return {"PATH": f"{BIN}{os.pathsep}{path}", "GROUNDPLAN_PYTHON": sys.executable}
