"""Versions of Kubernetes that EKS offers.

Believable, and written down rather than computed: tests must not depend on the day.
https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from emulator.completions.eks_store import Shape, Store, first, invalid, page

DEFAULT = "1.34"
STANDARD, EXTENDED = "STANDARD_SUPPORT", "EXTENDED_SUPPORT"
VERSIONS = {
    "1.36": (STANDARD, "2026-06-03", "2027-08-03", "2028-08-03"),
    "1.35": (STANDARD, "2026-01-27", "2027-03-27", "2028-03-27"),
    "1.34": (STANDARD, "2025-10-02", "2026-12-02", "2027-12-02"),
    "1.33": (STANDARD, "2025-05-29", "2026-07-29", "2027-07-29"),
    "1.32": (EXTENDED, "2025-01-23", "2026-03-23", "2027-03-23"),
    "1.31": (EXTENDED, "2024-09-26", "2025-11-26", "2026-11-26"),
}
"""Version → support, release, end of standard support, end of extended support."""


def list_(store: Store, body: Shape) -> Shape:
    """DescribeClusterVersions."""
    wanted = body.get("clusterVersions") or list(VERSIONS)
    status = first(body, "versionStatus") or first(body, "status")
    default_only = first(body, "defaultOnly") == "true"
    found = [
        _shape(version)
        for version in VERSIONS
        if version in wanted
        and (not default_only or version == DEFAULT)
        and (not status or VERSIONS[version][0] == status.upper())
    ]
    return page(body, "clusterVersions", found)


def check(version: str) -> None:
    """Raises Fault for a version that EKS does not offer."""
    if version not in VERSIONS:
        raise invalid(f"unsupported Kubernetes version {version}")


def _shape(version: str) -> Shape:
    status, *dates = VERSIONS[version]
    released, end_of_standard, end_of_extended = (
        datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp() for date in dates
    )
    return {
        "clusterVersion": version,
        "clusterType": "eks",
        "defaultPlatformVersion": "eks.1",
        "defaultVersion": version == DEFAULT,
        "releaseDate": released,
        "endOfStandardSupportDate": end_of_standard,
        "endOfExtendedSupportDate": end_of_extended,
        "status": status.lower(),
        "versionStatus": status,
        "kubernetesPatchVersion": f"{version}.1",
    }
