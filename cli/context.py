"""Where the program itself is, and what its cdktf.json says."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of main.py and cdktf.json."""
CONTEXT = "groundplan:repository"


def configured_repository() -> Path | None:
    """The repository that cdktf.json names, if any."""
    context = json.loads((ROOT / "cdktf.json").read_text()).get("context", {})
    return ROOT / context[CONTEXT] if CONTEXT in context else None
