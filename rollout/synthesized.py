"""What a synth has written: CDKTF's `manifest.json` and our `groundplan.json`. Only reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from clouds import Cloud, Place, open_cloud
from errors import GroundplanError

VERSION = 3


@dataclass(frozen=True)
class Bootstrap:
    """The bucket that keeps all state: its address in the stack that makes it, its import id."""

    address: str
    id: str


@dataclass(frozen=True)
class SecretUse:
    """A Terraform variable that gets an entry of the secret store."""

    variable: str
    entry: str
    generated: bool = False
    """A value is made where there is none."""
    revision: str | None = None
    """A second variable, which gets a number for the value's version."""
    store: str | None = None
    """The infrastructure whose store it is in; None: its own."""


@dataclass(frozen=True)
class Person:
    """Somebody whose account a stack makes."""

    address: str
    username: str
    password: str | None
    """The entry of the secret store with the first password; None: they get none."""


@dataclass(frozen=True)
class KeycloakUse:
    """The Keycloak that a stack works in; see `stacks.stage.KeycloakUse`."""

    url: str
    realm: str
    login_realm: str
    client_id: str
    entry: str
    bootstrap: str | None
    people: tuple[Person, ...] = ()

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> KeycloakUse:
        """From the contract's JSON."""
        people = tuple(Person(**one) for one in content["people"])
        return cls(**{**content, "people": people})


@dataclass(frozen=True)
class Stack:
    """One stack: a folder with Terraform JSON, and what it stands for."""

    id: str
    infrastructure: str
    stage: str
    folder: Path
    dependencies: tuple[str, ...]
    """Stacks that must be deployed before, whether or not they are selected."""
    after: frozenset[str] = frozenset()
    """The dependencies, theirs, and so on."""
    bootstrap: Bootstrap | None = None
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Stage → the outputs of it that this stack reads."""
    secrets: tuple[SecretUse, ...] = ()
    """What its variables get from the secret store."""
    keycloak: KeycloakUse | None = None
    """The Keycloak that it works in."""


@dataclass(frozen=True)
class Synthesized:
    """The stacks of an output folder, in the order of deployment."""

    stacks: Mapping[str, Stack]
    protection: Mapping[str, str]
    """Infrastructure → `never`, `confirm` or `allow`."""
    places: Mapping[str, Place]
    """Infrastructure → where its states and secrets are; also of neighbours without stacks."""

    @classmethod
    def read(cls, folder: Path) -> Synthesized:
        """Reads an output folder.

        Raises GroundplanError for one that no synth of ours has written, or a cycle in it.
        """
        ours, theirs = _json(folder / "groundplan.json"), _json(folder / "manifest.json")
        if ours.get("version") != VERSION:
            raise GroundplanError(
                f"{folder}/groundplan.json has version {ours.get('version')}, and {VERSION} is "
                "what this program reads: synthesize again."
            )
        try:
            stacks = {
                id_: _stack(id_, ours["stacks"][id_], theirs["stacks"][id_], folder)
                for id_ in [*theirs["stacks"], *ours["stacks"]]
            }
            infrastructures = ours["infrastructures"].items()
            protection = {name: one["protection"] for name, one in infrastructures}
            places = {name: Place.read(one) for name, one in ours["neighbours"].items()}
            places |= {name: Place.read(one["place"]) for name, one in infrastructures}
        except (KeyError, TypeError, AttributeError) as error:
            raise GroundplanError(
                f"{folder} is not what a synth of ours has written ({error!r}): synthesize again."
            ) from None
        return cls(_ordered(stacks), protection, places)

    def cloud(self, infrastructure: str) -> Cloud:
        """The cloud of an infrastructure, to be asked without terraform."""
        return open_cloud(self.places[infrastructure])

    def select(self, infrastructures: Iterable[str], stages: Iterable[str]) -> list[Stack]:
        """The stacks of some infrastructures (none: all) and stages (none: all), in order.

        Raises GroundplanError for a name that there is not.
        """
        wanted, staged = set(infrastructures), set(stages)
        self._known(wanted, {one.infrastructure for one in self.stacks.values()}, "infrastructure")
        self._known(staged, {one.stage for one in self.stacks.values()}, "stage")
        return [
            stack
            for stack in self.stacks.values()
            if (not wanted or stack.infrastructure in wanted)
            and (not staged or stack.stage in staged)
        ]

    @staticmethod
    def _known(wanted: set[str], known: set[str], what: str) -> None:
        unknown = sorted(wanted - known)
        if unknown:
            raise GroundplanError(
                f"There is no {what} {', '.join(unknown)}; there is {', '.join(sorted(known))}."
            )


def _stack(id_: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], folder: Path) -> Stack:
    bootstrap = ours["bootstrap"]
    return Stack(
        id=id_,
        infrastructure=ours["infrastructure"],
        stage=ours["stage"],
        folder=(folder / theirs["workingDirectory"]).resolve(),
        dependencies=tuple(theirs["dependencies"]),
        bootstrap=Bootstrap(bootstrap["address"], bootstrap["id"]) if bootstrap else None,
        reads={stage: tuple(outputs) for stage, outputs in ours["reads"].items()},
        keycloak=KeycloakUse.read(ours["keycloak"]) if ours["keycloak"] else None,
        secrets=tuple(SecretUse(name, **use) for name, use in ours["secrets"].items()),
    )


def _ordered(stacks: Mapping[str, Stack]) -> dict[str, Stack]:
    """The stacks in the order of deployment, each with all that comes before it."""
    for stack in stacks.values():
        for missing in sorted(set(stack.dependencies) - stacks.keys()):
            raise GroundplanError(
                f"{stack.id} depends on {missing}, which was not synthesized: synthesize again."
            )
    sorter = TopologicalSorter({id_: stack.dependencies for id_, stack in stacks.items()})
    ordered: dict[str, Stack] = {}
    try:
        for id_ in sorter.static_order():
            direct = stacks[id_].dependencies
            after = frozenset(direct).union(*(ordered[one].after for one in direct))
            ordered[id_] = replace(stacks[id_], after=after)
    except CycleError as error:
        cycle = " → ".join(error.args[1])
        raise GroundplanError(f"The stacks depend on each other in a circle: {cycle}.") from None
    return ordered


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        raise GroundplanError(
            f"{path} is missing or unreadable: synthesize again (`main.py synth`)."
        ) from None
    return content
