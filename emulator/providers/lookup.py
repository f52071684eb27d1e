"""Finds recorded objects: by what an import names them, or by what a data source asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.providers.objects import Record, Server
from emulator.providers.refusal import Refusal
from emulator.providers.schema import Attribute, Object
from emulator.providers.values import Value, from_json, to_json


class Lookup:
    """A search among the objects of a server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def by_import_id(self, type_: str, id_: str) -> Record:
        """The one object that `terraform import` means.

        Providers put an id together from parts in ways of their own: realm/uuid, namespace/name,
        projects/x/topics/y. So: the object with this id, else the one of which every part is a
        value, words of the address (`projects`) apart. Raises Refusal if there is none, or several.
        """
        objects = list(self._server.all(type_))
        found = [one for one in objects if one.get("id") == id_]
        parts = set(id_.split("/"))
        found = found or [one for one in objects if parts <= _texts(one)]
        if not found:
            raise Refusal(
                "Cannot import non-existent remote object",
                f"There is no {type_} {id_!r} on this emulated server.",
            )
        return _one(found, f"{type_} {id_!r}")

    def by_values(self, type_: str, searched: Mapping[str, Any]) -> Record | None:
        """The one object that has all these values; None if there is none. Raises Refusal."""
        found = [
            one
            for one in self._server.all(type_)
            if all(one.get(name) == value for name, value in searched.items())
        ]
        return _one(found, f"{type_} with this {', '.join(searched)}") if found else None


def searched(recorded: Object, config: Mapping[str, Value]) -> Record:
    """What a data source asks for, as far as objects of its resource type are recorded with it."""
    attributes = recorded.attributes
    return {
        name: to_json(attributes[name].type, value)
        for name, value in config.items()
        if value is not None and name in attributes and not attributes[name].sensitive
    }


def shared(
    recorded: Object, schema: Object, config: Mapping[str, Value], record: Record
) -> dict[str, Value]:
    """What a data source has not been told and the record of the object knows.

    What is a block of a resource is an attribute of its data source.
    """
    return {
        name: from_json(one.type, record.get(name))
        for name, one in schema.attributes.items()
        if one.computed and config[name] is None and _fits(recorded, name, one)
    }


def _fits(recorded: Object, name: str, attribute: Attribute) -> bool:
    if name in recorded.blocks:
        mode = recorded.blocks[name].nested.mode
        return isinstance(attribute.type, list) and attribute.type[0] == mode
    return name in recorded.attributes and recorded.attributes[name].type == attribute.type


def _texts(record: Record) -> set[str]:
    """The texts of an object; of an id that is a path, its parts."""
    texts = {value for value in record.values() if isinstance(value, str)}
    return texts | set(str(record.get("id")).split("/"))


def _one(found: list[Record], what: str) -> Record:
    if len(found) > 1:
        raise Refusal("Ambiguous", f"There are {len(found)} objects that could be {what}.")
    return found[0]
