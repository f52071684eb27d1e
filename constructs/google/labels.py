"""Labels of Google Cloud, which knows neither dots nor slashes in their keys. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def labels(
    own: Mapping[str, str], *, organization: str, infrastructure: str, stage: str
) -> dict[str, str]:
    """The user's labels and Groundplan's.

    Lower-case letters, digits, hyphens and underscores, 63 at most:
    https://cloud.google.com/resource-manager/docs/labels-overview#requirements
    """
    return {
        **own,
        "groundplan-organization": organization,
        "groundplan-infrastructure": infrastructure,
        "groundplan-stage": stage,
    }
