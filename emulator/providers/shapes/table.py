"""The form of a provider's tables, and how they are read. Pure.

Types are named by patterns (`*` is all); the first table that knows a path wins, so the special
ones stand first. A path is dotted: `metadata.revision`. Data sources are `data.TYPE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Protocol

MISSING: Any = object()
"""Nothing is known: not even that it is null."""


class Facts(Protocol):
    """What a computed value may be made of."""

    prior: Mapping[str, Any] | None
    """The object as it was; None if it is new."""

    def __getitem__(self, name: str) -> Any:
        """An attribute of the object, else of the provider's configuration, else ''.

        Besides, made from the object's identity and the path: `uuid`, `hex` (8 digits), `secret`
        (32), `digits` (12), `octet` (1 to 254); `certificate` is a CA's, as PEM.
        """

    def find(self, type_: str, id_: str) -> Mapping[str, Any] | None:
        """Another object of the same server, if it is recorded."""

    def every(self, type_: str) -> list[Mapping[str, Any]]:
        """All objects of a type on the same server that are recorded."""


Maker = Callable[[Facts], Any]
"""A text with `{name}` of Facts, a list of such texts, a function of Facts, or a constant."""
Paths = Mapping[str, str | Maker | Any]


@dataclass(frozen=True)
class Shapes:
    """All tables of one provider."""

    server: tuple[str, ...] = ()
    """What in the provider's configuration says which server it is: each has its own objects."""
    identities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Type → attributes that no two objects of a server share; left out: `id`."""
    replaced_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Type → attributes whose change makes another object."""
    changing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Type → computed attributes that every change makes anew."""
    defaults: Mapping[str, Paths] = field(default_factory=dict)
    """Type → path → what an unset attribute is; known at plan time already."""
    computed: Mapping[str, Paths] = field(default_factory=dict)
    """Type → path → what a computed value is."""
    filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Type → blocks of which there is one even if none is configured: older providers do that."""
    must_exist: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Data source → the only names of it that are built in: all others must have been made."""

    kept: tuple[str, ...] = ()
    """Types of what is everybody's: making it again, and removing it, changes nothing."""

    def server_of(self, configuration: Mapping[str, Any]) -> list[Any]:
        """What the configuration says about the server; it may be unknown yet."""
        return [_reached(configuration, path) for path in self.server]

    def identity(self, type_: str) -> tuple[str, ...]:
        """The attributes by which objects of a type are told apart."""
        return next(_matching(self.identities, type_), ("id",))

    def built_in(self, type_: str, configuration: Mapping[str, Any]) -> bool:
        """Whether a data source may find what nobody has made."""
        names = self.must_exist.get(type_)
        return names is None or any(value in names for value in _texts(configuration))

    def replacing(self, type_: str) -> list[str]:
        """The attributes whose change replaces an object of a type."""
        return sorted({name for names in _matching(self.replaced_by, type_) for name in names})

    def is_kept(self, type_: str) -> bool:
        """Whether an object is there for everybody, however often it is made and removed."""
        return any(fnmatchcase(type_, pattern) for pattern in self.kept)

    def recomputed(self, type_: str) -> list[str]:
        """The computed attributes that a change makes anew."""
        return sorted({name for names in _matching(self.changing, type_) for name in names})

    def filled_blocks(self, type_: str) -> list[str]:
        """The blocks of which there is one even if none is configured."""
        return sorted({name for names in _matching(self.filled, type_) for name in names})

    def default(self, type_: str, path: str) -> Any:
        """What an unset attribute is, or MISSING."""
        return _at(self.defaults, type_, path)

    def maker(self, type_: str, path: str) -> Any:
        """How a computed value is made, or MISSING."""
        return _at(self.computed, type_, path)


PLAIN = Shapes()


def _reached(value: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return value
        value = value.get(name)
    return value


def _texts(configuration: Mapping[str, Any]) -> Iterator[str]:
    return (value for value in configuration.values() if isinstance(value, str))


def _matching(tables: Mapping[str, Any], type_: str) -> Iterator[Any]:
    return (table for pattern, table in tables.items() if fnmatchcase(type_, pattern))


def _at(tables: Mapping[str, Paths], type_: str, path: str) -> Any:
    found = (table[path] for table in _matching(tables, type_) if path in table)
    return next(found, MISSING)
