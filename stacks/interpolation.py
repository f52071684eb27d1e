"""Values of the manifest on their way into Terraform: text escaped, references made expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from constructs.shared.text import literal, quoted

from manifest.references import Reference, Text

Resolve = Callable[[Reference], str]
"""Reference → Terraform interpolation."""


def interpolated(value: Any, resolve: Resolve) -> Any:
    """`value`, of whatever YAML can say, as Terraform JSON takes it.

    A reference that is a whole value keeps the type of the output it names; within text it is
    written into the text. All other text is taken as it is, also as a key of a map.
    """
    if isinstance(value, Reference):
        return resolve(value)
    if isinstance(value, Text):
        return _text(value, resolve)
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, Mapping):
        return {literal(str(key)): interpolated(item, resolve) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [interpolated(item, resolve) for item in value]
    return value


def _text(value: Text, resolve: Resolve) -> str:
    written = ""
    for part in value.parts:
        if isinstance(part, str):
            written += literal(part)
            continue
        # Dollars before an interpolation would make it text: `$${`.
        text = written.rstrip("$")
        dollars = written[len(text) :]
        written = text + (quoted(dollars) if dollars else "") + resolve(part)
    return written
