"""Names are bounded, repeatable, and long names that begin alike stay apart."""

from __future__ import annotations

import re

import pytest
from constructs.aws.cloud import Aws
from constructs.shared.names import join
from hypothesis import assume, given
from hypothesis import strategies as st

name = st.from_regex(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True)
regions = st.sampled_from(["eu-central-1", "us-gov-west-1", "ap-southeast-2"])
accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)


@given(st.lists(name, min_size=1, max_size=6), st.integers(min_value=20, max_value=80))
def test_names_are_bounded_and_repeatable(parts: list[str], limit: int) -> None:
    assert len(join(*parts, limit=limit)) <= limit
    assert join(*parts, limit=limit) == join(*parts, limit=limit)


@given(name, name, name)
def test_long_names_that_begin_alike_stay_apart(one: str, other: str, prefix: str) -> None:
    assume(one != other)
    long_prefix = prefix * 40
    assert join(long_prefix, one, limit=40) != join(long_prefix, other, limit=40)


@given(name, name, regions, accounts)
def test_bucket_names_are_what_s3_takes(
    organization: str, infrastructure: str, region: str, account: str
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    bucket = Aws(organization, infrastructure, region, account).bucket_name()
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", bucket)


def test_two_organizations_never_share_a_bucket() -> None:
    one = Aws("acme", "staging", "eu-central-1", "111122223333").bucket_name()
    other = Aws("globex", "staging", "eu-central-1", "111122223333").bucket_name()
    assert one == "acme-staging-111122223333-eu-central-1"
    assert one != other


def test_account_and_region_stand_in_the_bucket_name() -> None:
    names = {
        Aws("acme", "staging", region, account).bucket_name()
        for region in ("eu-central-1", "eu-west-1")
        for account in ("111122223333", "444455556666")
    }
    assert len(names) == 4


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 5"):
        join("staging", limit=5)
