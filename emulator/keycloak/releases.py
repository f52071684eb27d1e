"""Which Keycloaks are up: those whose release the emulated helm provider has recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

CHART = "keycloakx"
HOSTNAME = "KC_HOSTNAME"


def urls(objects: Path) -> set[str]:
    """The public addresses that the recorded releases give."""
    found = set()
    for file in objects.glob("*/*/helm_release/*.json"):
        try:
            record = json.loads(file.read_text())
        except (OSError, ValueError):
            continue  # it goes in this moment
        if record.get("chart") == CHART:
            found |= {_hostname(json.loads(text)) for text in record.get("values") or ()}
    return found - {""}


def _hostname(values: dict[str, Any]) -> str:
    """The chart takes variables as YAML in a text."""
    variables = yaml.safe_load(values.get("extraEnv", "")) or []
    return next((str(one["value"]) for one in variables if one["name"] == HOSTNAME), "")
