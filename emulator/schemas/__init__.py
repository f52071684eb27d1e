"""The schemas of the providers that can be emulated: JSON files taken from the real providers.

`TYPE-VERSION.json` is what `terraform providers schema -json` prints, without descriptions and
with the types that our stages use. `python -m emulator.schemas` makes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, order=True)
class SchemaFile:
    """The schema of one provider in one version."""

    address: str
    """As terraform writes it: registry.terraform.io/hashicorp/helm."""
    version: str
    file: Path

    @property
    def type(self) -> str:
        """The last part of the address."""
        return self.address.rpartition("/")[2]

    def document(self) -> Mapping[str, Any]:
        """What the provider says about itself."""
        found: Mapping[str, Any] = json.loads(self.file.read_text())
        document: Mapping[str, Any] = found["provider_schemas"][self.address]
        return document


@cache
def files() -> tuple[SchemaFile, ...]:
    """Every schema at hand, by address."""
    return tuple(sorted(_read(file) for file in FOLDER.glob("*.json")))


def _read(file: Path) -> SchemaFile:
    (address,) = json.loads(file.read_text())["provider_schemas"]
    return SchemaFile(address, file.stem.rpartition("-")[2], file)
