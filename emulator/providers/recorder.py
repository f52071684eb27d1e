"""Keeps the record of a server in step with what terraform does, and refuses what it contradicts.

Called by `provider.py`. Without a server (no folder for objects, or an address that is not known
yet) nothing is recorded, and all that terraform believes is taken as true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from emulator.providers.objects import Exists, Gone, Record, Server
from emulator.providers.refusal import Refusal
from emulator.providers.schema import Object
from emulator.providers.sensitive import with_sensitive, without_sensitive
from emulator.providers.shapes.table import Shapes
from emulator.providers.values import Value, from_json, to_json


class Recorder:
    """The record of one server."""

    def __init__(self, server: Server | None, name: str, shapes: Shapes) -> None:
        self.server = server
        self._name = name
        self._shapes = shapes

    def create(self, type_: str, schema: Object, make: Callable[[int], Value]) -> Value:
        """The new object; `make` makes it, and another one for each number.

        An older object that was changed since may have the id that is made of this configuration:
        then another one is made. An equal one, or one with a name of its own, is a conflict.
        Raises Refusal.
        """
        tried: set[str] = set()
        for attempt in count():
            made = make(attempt)
            identity, record = self._identity(type_, made), _record(schema, made)
            try:
                if self.server:
                    self.server.create(type_, identity, record)
            except Exists as exists:
                if self._shapes.is_kept(type_):
                    break
                if identity in tried or exists.record == record:
                    raise self._conflict(type_, identity, "already exists") from None
                tried.add(identity)
            else:
                break
        return made

    def update(self, type_: str, schema: Object, made: Value) -> None:
        """Records an object as it is now. Raises Refusal if it is gone."""
        identity = self._identity(type_, made)
        try:
            if self.server:
                self.server.update(type_, identity, _record(schema, made))
        except Gone:
            raise self._conflict(type_, identity, "does not exist") from None

    def delete(self, type_: str, prior: Value) -> None:
        """Removes an object; one that is gone already is no error."""
        if self.server and not self._shapes.is_kept(type_):
            self.server.delete(type_, self._identity(type_, prior))

    def read(self, type_: str, schema: Object, current: Value) -> Value:
        """The object as it is recorded, with the secrets that terraform knows; None if gone."""
        if not self.server:
            return current
        record = self.server.read(type_, self._identity(type_, current))
        if record is None:
            return None
        return with_sensitive(schema, from_json(schema.type, record), current)

    def find(self, type_: str, id_: str) -> Mapping[str, Any] | None:
        """An object by its id, if it is recorded."""
        return self.server.read(type_, id_) if self.server else None

    def every(self, type_: str) -> list[Mapping[str, Any]]:
        """All objects of a type that are recorded."""
        return list(self.server.all(type_)) if self.server else []

    def _identity(self, type_: str, value: Mapping[str, Value]) -> str:
        return "/".join(str(value.get(name)) for name in self._shapes.identity(type_))

    def _conflict(self, type_: str, identity: str, how: str) -> Refusal:
        return Refusal("Conflict", f"{type_} {identity} {how} on {self._name}.")


def _record(schema: Object, value: Value) -> Record:
    record: Record = to_json(schema.type, without_sensitive(schema, value))
    return record
