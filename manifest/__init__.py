"""The manifest: a user's YAML, read, checked and typed.

Pure: no cloud, no CDKTF, no network; files of the user's repository are read and nothing is
written. Callers: `stacks/` and `cli/`. The way of the data:

    sources, files → document (a tree with places) → merging (defaults, definitions)
      → iteration, valuefiles → templates → models → problems, neighbours

`load_repository` is that way; then `uncarried` says which values would not reach Terraform, and
`unsupported` what later stages will bring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from manifest.carried import uncarried
from manifest.infrastructure import Infrastructure
from manifest.repository import Repository, infrastructure_names, load_repository
from manifest.support import unsupported

if TYPE_CHECKING:
    from manifest.jsonschema import Kind

__all__ = [
    "Infrastructure",
    "Repository",
    "infrastructure_names",
    "load_repository",
    "schema",
    "uncarried",
    "unsupported",
]


def schema(kind: Kind = "infrastructure") -> dict[str, Any]:
    """The JSON Schema of one kind of file, for editors."""
    from manifest import jsonschema

    return jsonschema.schema_of(kind)
