"""Section `backend`: storage for state, configs and secrets. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from manifest.section import Finding, Section, about, form

BUCKET = r"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$"
IMMEDIATELY = 0
SHORTEST_RECOVERY = 7
"""Days; the least AWS Secrets Manager keeps a deleted secret, if it keeps it at all."""
Bucket = Annotated[str, form(BUCKET, "3 to 63 lower-case letters, digits and hyphens")]


class Backend(Section):
    """One bucket, one key, one prefix in the secret store. The defaults are meant to be kept."""

    bucket: Bucket | None = about(
        "The bucket's name. Default: made of organization, infrastructure, account and region.",
        None,
        change="immutable",
    )
    old_versions: int = about(
        "How long old versions of state and configs are kept.", 90, unit="days", ge=1, le=3650
    )
    secret_recovery: int = about(
        "How long a deleted secret can be restored; 0: it is gone at once. 0, or 7 to 30. On "
        "Google Cloud it always is.",
        SHORTEST_RECOVERY,
        unit="days",
        ge=IMMEDIATELY,
        le=30,
    )

    def check(self) -> Iterator[Finding]:
        if IMMEDIATELY < self.secret_recovery < SHORTEST_RECOVERY:
            yield Finding(
                "is a time the secret store does not offer.",
                "Write 0, or 7 to 30 days.",
                at="secret_recovery",
            )
