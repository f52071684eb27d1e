"""What the running program asks a cloud for itself, beside terraform: secrets, deployed stages.

One file a cloud; none imports CDKTF. `constructs/` describes a cloud's resources, this talks to the
cloud. Callers: `rollout/` (by the protocol `Cloud`) and `cli/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from errors import GroundplanError


@dataclass(frozen=True)
class Place:
    """Where an infrastructure keeps its states and secrets, as `groundplan.json` says."""

    provider: str
    region: str
    account: str
    """The account, or the project."""
    bucket: str
    state_prefix: str
    """What the names of all state objects begin with: `state/`."""
    secret_prefix: str
    """What the names of all entries of its secret store begin with: `acme/staging/`."""

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Place:
        """From the contract's JSON. Raises KeyError for a missing part."""
        return cls(**{name: str(content[name]) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Secret:
    """A value of the secret store. It is never shown, also not by `repr`."""

    value: str = field(repr=False)
    version: str
    """Changes with the value; is no secret."""


@dataclass(frozen=True)
class Entry:
    """An entry of the secret store, without its value."""

    name: str
    has_value: bool
    changed: datetime | None
    """When the value was set last."""


class Cloud(Protocol):
    """One infrastructure's cloud. Every method raises GroundplanError if the cloud says no."""

    def secret(self, entry: str) -> Secret | None:
        """The value of an entry; None if there is no such entry, or it has no value yet."""

    def set_secret(self, entry: str, value: str) -> None:
        """Gives an existing entry a new value."""

    def secrets(self) -> list[Entry]:
        """All entries, by name."""

    def import_id(self, kind: str, arguments: Mapping[str, Any]) -> str | None:
        """By which id terraform takes an existing resource of `kind` into its state.

        None for a kind that is not found by its arguments, or where there is none.
        """

    def outputs(self, stage: str) -> dict[str, Any]:
        """The outputs in the state of a stage but sensitive ones; none if it is not deployed."""

    def stages(self) -> frozenset[str]:
        """The stages that have a state in the bucket; none if there is no bucket."""


def open_cloud(place: Place) -> Cloud:
    """The cloud of an infrastructure. Nothing is asked of it yet."""
    if place.provider == "aws":
        from clouds.aws import Aws

        return Aws(place)
    if place.provider == "google":
        from clouds.google import Google

        return Google(place)
    raise GroundplanError(f"The cloud {place.provider} is not supported.")
