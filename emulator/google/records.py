"""What the emulated provider of Google has made, as far as the APIs here must know it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Records:
    """The folder of `providers/objects.py`."""

    folder: Path

    def buckets(self) -> set[str]:
        """The names of the buckets that exist."""
        return {one["name"] for one in self._all("google_storage_bucket")}

    def secrets(self) -> dict[str, dict[str, Any]]:
        """The secrets that exist, by full name."""
        return {
            f"projects/{one['project']}/secrets/{one['secret_id']}": one
            for one in self._all("google_secret_manager_secret")
        }

    def _all(self, type_: str) -> Iterator[dict[str, Any]]:
        for file in sorted(self.folder.glob(f"*/*/{type_}/*.json")):
            yield json.loads(file.read_text())
