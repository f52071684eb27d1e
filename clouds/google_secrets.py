"""How entries of the secret store are called in Secret Manager. Pure.

Callers: `clouds/google.py`, which reads and sets them, and `constructs/google/backend.py`, which
makes them: the one rule that both must share.
"""

from __future__ import annotations

import hashlib
import re

ENTRY = "groundplan-entry"
"""The annotation with the entry's own name."""
LIMIT = 255
"""Letters, digits, hyphens and underscores: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create"""
HASH_LENGTH = 16


def secret_id(prefix: str, entry: str) -> str:
    """The id of an entry's secret; two entries never share one.

    Letters, digits and hyphens stay; any other character becomes `_` and its code, as `_2f` for a
    slash. What gets too long ends in a hash of the whole.
    """
    written = re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):02x}", entry)
    name = f"{prefix}{written}"
    if len(name) <= LIMIT:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:HASH_LENGTH]
    return f"{name[: LIMIT - HASH_LENGTH - 2]}__{digest}"
