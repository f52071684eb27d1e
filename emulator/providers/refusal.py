"""How a provider says no: one diagnostic of terraform, with a place if there is one."""

from __future__ import annotations

from errors import GroundplanError


class Refusal(GroundplanError):
    """What is refused (`summary`) and why, with what to do (`detail`)."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(f"{summary}: {detail}")
        self.summary = summary
        self.detail = detail
