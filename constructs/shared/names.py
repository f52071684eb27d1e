"""Names of cloud resources: one helper, so that every name is bounded and repeatable. Pure."""

from __future__ import annotations

import hashlib

HASH_LENGTH = 8


def join(*parts: str, limit: int) -> str:
    """Joins `parts` with hyphens into a name of at most `limit` characters.

    A name that would be longer is cut and ends in a hash of the whole, so that two long names
    that begin alike stay apart. The same parts always give the same name.

    Raises ValueError for a `limit` that has no room for the hash, or for no parts.
    """
    name = "-".join(parts)
    if not name or limit <= HASH_LENGTH + 1:
        raise ValueError(f"no name of at most {limit} characters can be made of {parts!r}")
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:HASH_LENGTH]
    return f"{name[: limit - HASH_LENGTH - 1].rstrip('-')}-{digest}"
