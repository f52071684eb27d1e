"""Values for what is known after apply only: the same ones for the same type and configuration.

The id is made from what is known of the object, everything else from the id; so a data source
that finds the id has the same values.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from emulator.providers import guesses
from emulator.providers.certificate import certificate
from emulator.providers.schema import Attribute, Nested, Object
from emulator.providers.sensitive import without_sensitive
from emulator.providers.shapes.table import MISSING, Shapes
from emulator.providers.values import UNKNOWN, Unknown, Value, gathered, objects

Find = Callable[[str, str], Mapping[str, Any] | None]
Every = Callable[[str], list[Mapping[str, Any]]]


class Maker:
    """Fills in one object of a server."""

    def __init__(
        self,
        type_: str,
        schema: Object,
        shapes: Shapes,
        *,
        server: str = "server",
        configuration: Mapping[str, Value] | None = None,
        prior: Mapping[str, Value] | None = None,
        find: Find = lambda type_, id_: None,
        every: Every = lambda type_: [],
        attempt: int = 0,
    ) -> None:
        """`attempt` above 0 gives another id to what could be taken for the same object."""
        self._type = type_
        self._schema = schema
        self._shapes = shapes
        self._configuration = configuration or {}
        self._value: dict[str, Value] = {}
        self._busy: set[str] = set()
        self._server = server
        self._attempt = attempt
        self.prior = prior
        self.find = find
        self.every = every

    def filled(self, value: Value) -> Value:
        """The object with every unknown value in it replaced."""
        known = json.dumps(without_sensitive(self._schema, value), sort_keys=True, default=repr)
        self._seed = self._hash(f"{known}{self._attempt or ''}")
        self._value = dict(value)
        if "id" in value:
            self._seed = self._hash(str(self.attribute("id")))
        for name in self._schema.attributes:
            self.attribute(name)
        for name, block in self._schema.blocks.items():
            self._value[name] = self._nested(block.nested, value[name], name, name)
        return self._value

    def attribute(self, name: str) -> Value:
        """One attribute of the object, made if it is not yet; '' if its making needs itself."""
        if name in self._busy:
            return ""
        self._busy.add(name)
        attribute = self._schema.attributes[name]
        self._value[name] = self._made(attribute, self._value[name], name, name)
        self._busy.remove(name)
        return self._value[name]

    def _object(self, schema: Object, value: Value, path: str, place: str) -> Value:
        made = {
            name: self._made(one, value[name], f"{path}.{name}", f"{place}.{name}")
            for name, one in schema.attributes.items()
        }
        for name, block in schema.blocks.items():
            made[name] = self._nested(
                block.nested, value[name], f"{path}.{name}", f"{place}.{name}"
            )
        return made

    def _made(self, attribute: Attribute, value: Value, path: str, place: str) -> Value:
        if attribute.nested:
            return self._nested(attribute.nested, value, path, place)
        if not isinstance(value, Unknown):
            return value
        template = self._shapes.maker(self._type, path)
        if template is MISSING:
            template = guesses.template(attribute)
        return _Facts(self, place).rendered(template)

    def _nested(self, nested: Nested, value: Value, path: str, place: str) -> Value:
        if isinstance(value, Unknown):
            one = _all_unknown(nested.object)
            many = [one] if path in self._shapes.filled_blocks(self._type) else []
            value = {"single": one, "group": one, "map": {}}.get(nested.mode, many)
        made = {
            key: one if one is None else self._object(nested.object, one, path, f"{place}.{key}")
            for key, one in objects(nested, value)
        }
        return None if value is None else gathered(nested, made)

    def digest(self, place: str) -> bytes:
        """32 bytes that only this object has at this place."""
        return hashlib.sha256(f"{self._seed}\0{place}".encode()).digest()

    def _hash(self, identity: str) -> str:
        parts = json.dumps([self._server, self._type.removeprefix("data."), identity])
        return hashlib.sha256(parts.encode()).hexdigest()

    def known(self, name: str) -> Value:
        """An attribute of the object, else of the provider's configuration, else ''."""
        # `project` of an object may be computed from the provider's: no circle.
        here = None if name in self._busy else self._named(name)
        if here in (None, ""):
            here = self._configuration.get(name)
        return "" if here is None or isinstance(here, Unknown) else here

    def _named(self, name: str) -> Value:
        return self.attribute(name) if name in self._schema.attributes else None


class _Facts:
    """`shapes.table.Facts` at one place of an object."""

    def __init__(self, maker: Maker, place: str) -> None:
        self._maker = maker
        self._digest = maker.digest(place)
        self.prior = maker.prior
        self.find = maker.find
        self.every = maker.every

    def rendered(self, template: Any) -> Value:
        if callable(template):
            return template(self)
        if isinstance(template, list):
            return [self.rendered(one) for one in template]
        return template.format_map(self) if isinstance(template, str) else template

    def __getitem__(self, name: str) -> Any:
        made: dict[str, Callable[[bytes], Any]] = {
            "uuid": lambda digest: str(uuid.UUID(bytes=digest[:16], version=4)),
            "hex": lambda digest: digest.hex()[:8],
            "secret": lambda digest: digest.hex()[:32],
            "digits": lambda digest: str(10**11 + int.from_bytes(digest[:8]) % (9 * 10**11)),
            "octet": lambda digest: 1 + digest[0] % 254,
            "certificate": certificate,
        }
        return made[name](self._digest) if name in made else self._maker.known(name)


def _all_unknown(schema: Object) -> Value:
    unset: dict[str, Value] = {
        name: UNKNOWN if attribute.computed else None
        for name, attribute in schema.attributes.items()
    }
    empty: dict[str, Value] = {
        name: {} if block.nested.mode == "map" else []
        for name, block in schema.blocks.items()
        if block.nested.mode not in {"single", "group"}
    }
    return unset | dict.fromkeys(schema.blocks) | empty
