"""What a module's source means, and which sources are none."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.address import Address, Local, Remote, Unknown, parse

GOOD: dict[tuple[str, str | None], Address] = {
    ("./modules/media", None): Local(PurePosixPath("modules/media")),
    ("./modules/./media/", None): Local(PurePosixPath("modules/media")),
    ("git::https://git.acme.example/a/media.git//bucket?ref=v1.4.0", None): Remote(
        "git", "https", "git.acme.example", "v1.4.0"
    ),
    ("git::https://git.acme.example/media.git?depth=1", None): Remote(
        "git", "https", "git.acme.example", None
    ),
    ("git::ssh://git@GIT.acme.example:2222/media.git?ref=abc", None): Remote(
        "git", "ssh", "git.acme.example", "abc"
    ),
    ("git::git@github.com:acme/media.git?ref=v1", None): Remote("git", "ssh", "github.com", "v1"),
    ("terraform-aws-modules/sqs/aws", "4.2.1"): Remote(
        "registry", "https", "registry.terraform.io", "4.2.1"
    ),
    ("terraform-aws-modules/iam/aws//modules/user", "= 5.0.0-rc.1"): Remote(
        "registry", "https", "registry.terraform.io", "= 5.0.0-rc.1"
    ),
    ("modules.acme.example/platform/media/aws", "~> 1.4"): Remote(
        "registry", "https", "modules.acme.example", None
    ),
    ("terraform-aws-modules/sqs/aws", None): Remote(
        "registry", "https", "registry.terraform.io", None
    ),
    ("https://files.acme.example/media-1.2.zip?checksum=sha256:00ff", None): Remote(
        "archive", "https", "files.acme.example", "sha256:00ff"
    ),
    ("https://files.acme.example/media?archive=zip", None): Remote(
        "archive", "https", "files.acme.example", None
    ),
    ("https://files.acme.example/media.tar.gz//bucket", None): Remote(
        "archive", "https", "files.acme.example", None
    ),
    ("s3::https://s3.eu-central-1.amazonaws.com/acme/media.zip", None): Remote(
        "archive", "s3", "s3.eu-central-1.amazonaws.com", None
    ),
}

BAD = {
    "/etc/terraform": "is a path of one machine.",
    "../media": "leads upwards.",
    "./a/../../b": "leads upwards.",
    "./": "is the repository itself.",
    "git::https://user:word@git.acme.example/a.git?ref=v1": "carries credentials.",
    "https://token@files.acme.example/a.zip": "carries credentials.",
    "git::file:///srv/a.git?ref=v1": "is a git address of another kind.",
    "git::http://git.acme.example/a.git?ref=v1": "is a git address of another kind.",
    "http://files.acme.example/a.zip": "is an address of another kind.",
    "github.com/acme/media": "is an address of another kind.",
    "hg::https://hg.acme.example/media": "is an address of another kind.",
    "https://files.acme.example/media": "is no archive by its name.",
    "s3::http://s3.acme.example/media.zip": "is no address of an archive.",
    "media": "is no address of a module.",
    "": "is no address of a module.",
    "a/b": "is no address of a module.",
}


@pytest.mark.parametrize(("given_", "meant"), GOOD.items(), ids=lambda one: str(one)[:60])
def test_sources_that_terraform_knows(given_: tuple[str, str | None], meant: Address) -> None:
    assert parse(*given_) == meant


@pytest.mark.parametrize(("source", "message"), BAD.items())
def test_sources_that_are_none(source: str, message: str) -> None:
    with pytest.raises(Unknown) as told:
        parse(source)
    assert told.value.message == message
    assert told.value.remedy.endswith(".")


@given(st.lists(st.sampled_from(["..", ".", "a", "b", "...", "a b"]), max_size=8))
def test_no_way_in_the_repository_leaves_it(parts: list[str]) -> None:
    try:
        address = parse("./" + "/".join(parts))
    except Unknown:
        return
    assert isinstance(address, Local)
    assert ".." not in address.path.parts and not address.path.is_absolute()


@given(st.text(alphabet="git:s3htps@/.?=ref&#% \n\\", max_size=40) | st.text(max_size=30))
def test_any_text_is_an_address_or_told_why_not(text: str) -> None:
    try:
        parse(text, "1.0.0")
    except Unknown as error:
        assert error.remedy
