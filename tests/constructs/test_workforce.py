"""What Google reads of groups fits into what Google reads."""

from __future__ import annotations

from constructs.google.workforce import condition, mapping

from manifest.google import MOST_GROUPS

LONGEST_NAME = 32
READ, CONDITION_READ = 2_048, 4_096
"""Characters of an expression that maps, and of one that decides.
https://cloud.google.com/iam/docs/reference/rest/v1/locations.workforcePools.providers"""


def longest(count: int) -> dict[str, str]:
    """So many groups with the longest paths, those of a guest, and their names at Google."""
    name = "n" * LONGEST_NAME
    groups = [f"{name}/{number:0{LONGEST_NAME}}" for number in range(count)]
    return {f"/{group}": group.replace("/", ":") for group in groups}


def test_as_many_groups_as_the_manifest_allows_are_read_whole() -> None:
    allowed = longest(MOST_GROUPS + 1)  # and the administrators
    assert len(mapping(allowed)) <= READ < len(mapping(longest(MOST_GROUPS + 2)))
    assert len(condition(allowed.values())) <= CONDITION_READ
