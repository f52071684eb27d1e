"""Reading a token for EKS: what is not a signed GetCallerIdentity is never sent to STS."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.eks_token import LONGEST, BadToken, read
from tests.emulator.tokens import presign, token, wrap

EMULATED = "127.0.0.1:4566"
HOST = f"http://{EMULATED}"


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def refused(text: str, why: str, at: datetime.datetime | None = None) -> None:
    with pytest.raises(BadToken, match=why):
        read(text, EMULATED, at or now())


def test_the_call_is_as_it_was_signed() -> None:
    url = presign("staging", HOST)
    call = read(wrap(url), EMULATED, now())
    assert (call.host, call.query) == (EMULATED, urlsplit(url).query)


@pytest.mark.parametrize(
    "host",
    [
        "https://sts.amazonaws.com",
        "https://sts.eu-central-1.amazonaws.com",
        "https://sts.cn-north-1.amazonaws.com.cn",
    ],
)
def test_the_hosts_of_sts_are_known(host: str) -> None:
    assert read(token("staging", host), EMULATED, now()).host == urlsplit(host).netloc


@pytest.mark.parametrize(
    "host",
    [
        "https://example.org",
        "https://sts.amazonaws.com.example.org",
        "https://sts.amazonaws.com:8443",
        "http://sts.amazonaws.com",
        "http://127.0.0.1:1",
        "https://stsxamazonaws.com",
        "https://127.0.0.1:4566",
    ],
)
def test_no_other_host_is_called(host: str) -> None:
    refused(token("staging", host), "is not STS")


def test_credentials_in_the_url_are_refused() -> None:
    url = presign("staging", HOST).replace("http://", "http://me@")
    refused(wrap(url), "no URL of STS")


def test_no_other_action_is_called() -> None:
    refused(token("staging", HOST, action="GetSessionToken"), "other than GetCallerIdentity")


def test_no_other_path_is_called() -> None:
    refused(wrap(presign("staging", HOST).replace("/?", "/bucket?")), "path")


def test_the_name_of_the_cluster_must_be_signed() -> None:
    refused(token("staging", HOST, header="x-else"), "x-k8s-aws-id")


def test_it_lasts_fifteen_minutes_whatever_it_says() -> None:
    text, made = token("staging", HOST, expires=60), now()
    read(text, EMULATED, made + datetime.timedelta(minutes=14))
    refused(text, "expired", made + datetime.timedelta(minutes=15, seconds=1))


def test_it_may_not_ask_for_longer() -> None:
    refused(token("staging", HOST, expires=901), "X-Amz-Expires")


@pytest.mark.parametrize("extra", ["&PolicyArns=x", "&action=GetSessionToken", "&x-amz-date=1"])
def test_nothing_is_slipped_in(extra: str) -> None:
    refused(wrap(presign("staging", HOST) + extra), "parameter")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("k8s-aws-v2.abc", "does not begin"),
        ("k8s-aws-v1.", "not base64url"),
        ("k8s-aws-v1.!!", "not base64url"),
        ("k8s-aws-v1._w", "not base64url of text"),
        ("k8s-aws-v1." + "a" * LONGEST, "longer"),
    ],
    ids=["prefix", "empty", "alphabet", "bytes", "length"],
)
def test_its_form_is_strict(text: str, why: str) -> None:
    refused(text, why)


@given(st.text(max_size=200))
def test_anything_else_is_refused_and_not_a_surprise(text: str) -> None:
    for one in (text, f"k8s-aws-v1.{text}", wrap(text), wrap(f"{HOST}/?{text}")):
        with pytest.raises(BadToken):
            read(one, EMULATED, now())
