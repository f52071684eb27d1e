"""What would exist on the servers: one JSON file an object, in a folder that tests can read.

Terraform's state is what Terraform believes; this is the other side. Objects that are deleted here
are gone for terraform, changes made here are drift, and what is left here was left behind. No
value that a schema marks sensitive is recorded. Used by the servicer and by `emulator/cloud.py`.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

VARIABLE = "GROUNDPLAN_EMULATED_OBJECTS"
"""The folder; without it nothing is recorded, and everything in state counts as existing."""
Record = dict[str, Any]


class Exists(Exception):
    """An object with this identity is there already: the record of it."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record = record


class Gone(Exception):
    """There is no object with this identity."""


@dataclass(frozen=True)
class Server:
    """The objects of one server of one provider: a folder a type, in it a file an object."""

    folder: Path

    @classmethod
    def of(cls, folder: Path, provider: str, name: str) -> Server:
        """The server of that name, as the provider's configuration points to it."""
        return cls(folder / provider / _file_name(name))

    def create(self, type_: str, identity: str, record: Mapping[str, Any]) -> None:
        """Records a new object. Raises Exists."""
        file = self._file(type_, identity)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = _written(file.parent, record)
        try:
            # Whole or not at all, and never over another one.
            os.link(whole, file)
        except FileExistsError:
            raise Exists(self.read(type_, identity) or {}) from None
        finally:
            whole.unlink()

    def read(self, type_: str, identity: str) -> Record | None:
        """The object as it is recorded; None if it is not."""
        try:
            found: Record = json.loads(self._file(type_, identity).read_text())
        except FileNotFoundError:
            return None
        return found

    def update(self, type_: str, identity: str, record: Mapping[str, Any]) -> None:
        """Records an object as it is now. Raises Gone."""
        file = self._file(type_, identity)
        if not file.is_file():
            raise Gone(identity)
        _written(file.parent, record).replace(file)

    def delete(self, type_: str, identity: str) -> None:
        """Removes an object; one that is gone already is no error."""
        self._file(type_, identity).unlink(missing_ok=True)

    def all(self, type_: str) -> Iterator[Record]:
        """The objects of a type, in the order of their identities."""
        for file in sorted((self.folder / type_).glob("*.json")):
            yield json.loads(file.read_text())

    def _file(self, type_: str, identity: str) -> Path:
        return self.folder / type_ / f"{_file_name(identity)}.json"


def everything(folder: Path) -> Iterator[tuple[str, str]]:
    """Type and identity of every object of every server."""
    for file in sorted(folder.glob("*/*/*/*.json")):
        yield file.parent.name, unquote(file.stem)


def _file_name(text: str) -> str:
    # A leading dot would hide it, or lead upwards.
    return quote(text, safe="").replace(".", "%2E") or "%00"


def _written(folder: Path, record: Mapping[str, Any]) -> Path:
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", delete=False) as file:
        json.dump(record, file, indent=2, sort_keys=True)
    return Path(file.name)
