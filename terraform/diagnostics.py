"""What terraform says went wrong. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from errors import GroundplanError

LONGEST_STDERR = 2_000


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning of terraform: `severity` is `error` or `warning`."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    """The resource it is about, if any."""
    missing_output: bool = False
    """Whether another stack's state lacks an output that is read from it."""

    def __str__(self) -> str:
        about = f" ({self.address})" if self.address else ""
        detail = f"\n{self.detail}" if self.detail else ""
        return f"{self.summary}{about}{detail}"


def read(line: str) -> dict[str, Any] | None:
    """One line of a `-json` stream; None for a line that is no JSON object."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def of(messages: Iterable[Mapping[str, Any]]) -> list[Diagnostic]:
    """The diagnostics among the messages of a stream, each once."""
    found: dict[Diagnostic, None] = {}
    for message in messages:
        if message.get("type") == "diagnostic":
            given = message["diagnostic"]
            found[
                Diagnostic(
                    severity=given["severity"],
                    summary=given["summary"].strip(),
                    detail=given.get("detail", "").strip(),
                    address=given.get("address", ""),
                    missing_output=_misses_output(given),
                )
            ] = None
    return list(found)


def _misses_output(given: Mapping[str, Any]) -> bool:
    values = (given.get("snippet") or {}).get("values") or []
    read = [str(value.get("traversal", "")) for value in values]
    return given["summary"] == "Unsupported attribute" and any(
        one.startswith("data.terraform_remote_state.") and one.endswith(".outputs") for one in read
    )


class CommandError(GroundplanError):
    """A terraform command that failed: what was run, how it ended, and its diagnostics."""

    def __init__(
        self,
        command: tuple[str, ...],
        returncode: int,
        diagnostics: Iterable[Diagnostic] = (),
        stderr: str = "",
    ) -> None:
        self.command = command
        self.returncode = returncode
        self.diagnostics = [one for one in diagnostics if one.severity == "error"]
        self.stderr = stderr.strip()[-LONGEST_STDERR:]
        super().__init__(self._sentence())

    def says(self, text: str) -> bool:
        """Whether terraform's own words hold `text`."""
        return text in self.stderr or any(text in str(one) for one in self.diagnostics)

    def _sentence(self) -> str:
        if self.diagnostics:
            return "\n".join(str(one) for one in self.diagnostics)
        what = f"terraform {self.command[0] if self.command else ''}".strip()
        if self.returncode < 0:
            return f"{what} was ended by signal {-self.returncode}."
        return f"{what} failed with exit code {self.returncode}.\n{self.stderr}".strip()


class TimedOut(CommandError):
    """A terraform command that took longer than it may, and was stopped."""

    def __init__(self, command: tuple[str, ...], seconds: float) -> None:
        super().__init__(command, 0, [Diagnostic("error", f"Stopped after {seconds:.0f} s.")])


class Interrupted(CommandError):
    """A terraform command that was asked to stop, and did."""

    def __init__(self, command: tuple[str, ...]) -> None:
        super().__init__(command, 0, [Diagnostic("error", "Interrupted.")])
