"""The zones of a region."""

from __future__ import annotations

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.data_google_compute_zones import DataGoogleComputeZones
from constructs import Construct


def zone_names(
    scope: Construct, zones: int | tuple[str, ...], region: str, *, after: ITerraformDependable
) -> list[str]:
    """The names given, or the first ones of those that are up."""
    if not isinstance(zones, int):
        return list(zones)
    DataGoogleComputeZones(scope, "available", region=region, status="UP", depends_on=[after])
    return [f"${{data.google_compute_zones.available.names[{index}]}}" for index in range(zones)]
