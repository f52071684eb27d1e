"""Where modules may come from, by the policy of the repository."""

from __future__ import annotations

import pytest

from manifest.definitions import Module
from manifest.settings import Policy
from modules.policy import findings

GIT = "git::https://git.acme.example/media.git"
STRICT = Policy(source_schemes=("https",), source_hosts=("git.acme.example",))


def told(source: str, policy: Policy, version: str | None = None) -> list[str]:
    return [one.message for one in findings(Module(source=source, version=version), policy)]


@pytest.mark.parametrize(
    ("source", "version", "messages"),
    [
        (f"{GIT}?ref=v1", None, []),
        ("./anywhere", None, []),
        (GIT, None, ["floats: it may be another module tomorrow."]),
        (
            "git::ssh://git@git.acme.example/media.git?ref=v1",
            None,
            ["comes by ssh, which the policy does not allow."],
        ),
        (
            "s3::https://elsewhere.example/media.zip",
            None,
            [
                "comes by s3, which the policy does not allow.",
                "is at elsewhere.example, which the policy does not allow.",
                "floats: it may be another module tomorrow.",
            ],
        ),
        (
            "terraform-aws-modules/sqs/aws",
            "4.2.1",
            ["is at registry.terraform.io, which the policy does not allow."],
        ),
        (f"{GIT}?ref=v1", "1.0.0", ["is for a registry's module only."]),
        ("./anywhere", "1.0.0", ["is for a registry's module only."]),
    ],
)
def test_what_a_strict_policy_refuses(
    source: str, version: str | None, messages: list[str]
) -> None:
    assert told(source, STRICT, version) == messages


def test_a_range_of_versions_floats() -> None:
    for version in (None, "~> 4.2", ">= 4.2.1", "4.2", "4.2.1, 4.2.2"):
        assert told("a/b/aws", Policy(), version) == ["floats: it may be another module tomorrow."]
    assert told("a/b/aws", Policy(), "4.2.1") == []


def test_what_floats_may_be_allowed() -> None:
    assert told(GIT, Policy(floating_sources=True)) == []
    assert told("a/b/aws", Policy(floating_sources=True), "~> 4.2") == []


def test_a_password_is_in_no_message() -> None:
    source = "git::https://user:hunter2@git.acme.example/media.git?ref=v1"
    found = list(findings(Module(source=source), Policy()))
    assert found and "hunter2" not in repr(found)
