"""Which values messages may show. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

SECRET = re.compile(
    r"secret|passw|pwd|token|credential|(private|api|access|ssh|signing|_)_?key$", re.IGNORECASE
)
HARMLESS = {"secret_recovery"}
LONGEST_VALUE = 60
MOST_LISTED = 12


def shown(value: Any, path: Iterable[str]) -> str | None:
    """A scalar as text, cut; None for what may be a secret by the keys on the way to it."""
    if value is None or isinstance(value, dict | list):
        return None
    if any(SECRET.search(part) and part not in HARMLESS for part in path):
        return None
    return shorten(str(value).lower() if isinstance(value, bool) else str(value))


def shorten(text: str) -> str:
    """The beginning of a text, fit to stand in a message: printable, in one line."""
    cut = text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
    return cut if cut.isprintable() else ascii(cut)[1:-1]


def listed(names: Iterable[object]) -> str:
    """Names in a sentence: sorted, the first few."""
    known = sorted(str(name) for name in names)
    more = ", …" if len(known) > MOST_LISTED else ""
    return ", ".join(known[:MOST_LISTED]) + more if known else "none"
