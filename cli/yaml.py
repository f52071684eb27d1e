"""Data → YAML that YAML 1.1 and 1.2 readers read alike. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9/._-]*")
"""Texts that nobody takes for something else; PyYAML quotes `yes` and its like itself."""
WIDE = 1_000_000
"""Characters a line: folded text is hard to compare."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """No anchors: kubectl takes them, people do not."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if PLAIN.fullmatch(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text)
    # A text as 1e3 is a number to some readers.
    style = "|" if "\n" in text and text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def documents(values: Iterable[Any]) -> str:
    """A stream of documents, each behind `---`."""
    return "".join(
        "---\n" + yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDE)
        for value in values
    )
