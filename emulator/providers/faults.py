"""Faults and delays on request, for tests of whoever drives terraform.

    GROUNDPLAN_EMULATED_FAULTS='keycloak_user/ada:create:1, helm_release:update:always'
    GROUNDPLAN_EMULATED_DELAYS='helm_release:create:2.5, *:read:0.1'

A rule names a type or a pattern, after a slash the name of an object (its id, or any of the
attributes in NAMES), the action, and how often it fails or how many seconds it takes. A fourth
part `after` makes an action fail after it was done: the object is there, and terraform does not
know.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from emulator.providers.refusal import Refusal

FAULTS, DELAYS = "GROUNDPLAN_EMULATED_FAULTS", "GROUNDPLAN_EMULATED_DELAYS"
ACTIONS = ("create", "read", "update", "delete", "plan", "configure", "*")
NAMES = ("id", "name", "alias", "username", "client_id", "realm")
ALWAYS = "always"
COUNTS = ".faults"
"""In the folder of objects: how often each rule has struck, over all terraform commands."""


@dataclass(frozen=True)
class Rule:
    """One rule as it was written, in its parts."""

    text: str
    type: str
    name: str
    action: str
    amount: str
    after: bool

    def matches(self, type_: str, action: str, value: Mapping[str, Any]) -> bool:
        """Whether it is about this action on this object."""
        names = (value.get(one) for one in NAMES)
        return (
            fnmatchcase(type_, self.type)
            and self.action in {action, "*"}
            and (not self.name or self.name in names)
        )


class Faults:
    """The rules of one run."""

    def __init__(self, faults: str, delays: str, counts: Path | None) -> None:
        """Raises Refusal for a rule that can't be read."""
        self._faults = list(_rules(FAULTS, faults))
        self._delays = list(_rules(DELAYS, delays))
        self._counts = counts
        self._stop = threading.Event()
        limited = [rule.text for rule in self._faults if rule.amount != ALWAYS]
        if limited and not counts:
            raise Refusal(
                f"{FAULTS} needs a folder",
                f"How often {limited[0]!r} has struck is counted in the folder that "
                "GROUNDPLAN_EMULATED_OBJECTS names. Set it, or let the rule strike always.",
            )

    @classmethod
    def of(cls, environment: Mapping[str, str], folder: Path | None) -> Faults:
        """The rules in the environment; `folder` is that of the objects."""
        faults, delays = environment.get(FAULTS, ""), environment.get(DELAYS, "")
        return cls(faults, delays, folder / COUNTS if folder else None)

    def before(self, type_: str, action: str, value: Mapping[str, Any]) -> None:
        """Waits, and raises Refusal, as the rules say for what is about to be done."""
        for rule in self._delays:
            if rule.matches(type_, action, value) and self._stop.wait(float(rule.amount)):
                raise Refusal("Stopped", f"{action} of {type_} was interrupted.")
        self._strike(type_, action, value, after=False)

    def after(self, type_: str, action: str, value: Mapping[str, Any]) -> None:
        """Raises Refusal if what was done is to be reported as failed."""
        self._strike(type_, action, value, after=True)

    def stop(self) -> None:
        """Ends every delay."""
        self._stop.set()

    def _strike(self, type_: str, action: str, value: Mapping[str, Any], after: bool) -> None:
        for rule in self._faults:
            if rule.after == after and rule.matches(type_, action, value) and self._due(rule):
                raise Refusal(
                    "Emulated fault",
                    f"{action} of {type_} fails {'after it was done ' if after else ''}because "
                    f"{FAULTS} says so: {rule.text}",
                )

    def _due(self, rule: Rule) -> bool:
        """Counts a strike, if one is left. Safe among processes: making a file is atomic."""
        if rule.amount == ALWAYS or self._counts is None:
            return True
        self._counts.mkdir(parents=True, exist_ok=True)
        name = rule.text.replace("/", "%2F")
        for number in range(int(rule.amount)):
            try:
                os.close(os.open(self._counts / f"{name}.{number}", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            return True
        return False


def _rules(variable: str, text: str) -> Iterator[Rule]:
    for one in filter(None, (part.strip() for part in text.split(","))):
        parts = one.split(":")
        if not _sound(parts, variable):
            raise Refusal(
                f"{variable} can't be read",
                f"{one!r} is not TYPE[/NAME]:ACTION:"
                + ("TIMES[:after]" if variable == FAULTS else "SECONDS")
                + f", with an action of {', '.join(ACTIONS)}"
                + (f" and a number or {ALWAYS!r}." if variable == FAULTS else "."),
            )
        type_, _, name = parts[0].partition("/")
        yield Rule(one, type_, name, parts[1], parts[2], after=len(parts) == 4)  # noqa: PLR2004


def _sound(parts: list[str], variable: str) -> bool:
    if len(parts) not in {3, 4} or parts[1] not in ACTIONS or parts[3:] not in ([], ["after"]):
        return False
    if variable == FAULTS:
        return parts[2] == ALWAYS or parts[2].isdecimal()
    return len(parts) == 3 and parts[2].replace(".", "", 1).isdecimal()  # noqa: PLR2004
