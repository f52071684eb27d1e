"""The manifest: a user's YAML, read, checked and typed.

Pure: no cloud, no CDKTF, no network; files of the user's repository are read and nothing is
written. Callers: `stacks/` and `cli/`. The way of the data:

    files → document (a tree with places) → merging (defaults, definitions) → templates → models

`load_repository` is that way; `support.unsupported` says what later stages will bring.
"""

from manifest.infrastructure import Infrastructure
from manifest.repository import Repository, infrastructure_names, load_repository
from manifest.support import unsupported

__all__ = [
    "Infrastructure",
    "Repository",
    "infrastructure_names",
    "load_repository",
    "unsupported",
]
