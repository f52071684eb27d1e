"""Where a module comes from: the addresses that Terraform knows. Pure.

https://developer.hashicorp.com/terraform/language/modules/sources
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import parse_qs, urlsplit

REGISTRY = re.compile(
    r"((?P<host>[a-z0-9.-]+\.[a-z]{2,}(:\d+)?)/)?"
    r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+/[a-z0-9]+(//[^?]+)?"
)
SCP = re.compile(r"git::[^@/:\s]+@(?P<host>[^@/:\s]+):(?P<path>\S+)")
"""`git::git@github.com:acme/media.git`, which git takes for SSH."""
ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")
SHORTHANDS = ("github.com/", "bitbucket.org/", "git@", "hg::", "gcs::", "http:", "file:")
PUBLIC_REGISTRY = "registry.terraform.io"
PINNED_VERSION = re.compile(r"=?\s*v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


class Unknown(Exception):
    """A source that is none of the kinds known here: what is wrong with it, and what to write."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True)
class Local:
    """A folder of the repository."""

    path: PurePosixPath
    """Seen from the repository; never leaves it."""


@dataclass(frozen=True)
class Remote:
    """What terraform downloads."""

    kind: Literal["git", "registry", "archive"]
    scheme: str
    host: str
    pin: str | None
    """What makes it the same for ever: a ref, a version, a checksum; None: it floats."""


Address = Local | Remote


def parse(source: str, version: str | None = None) -> Address:
    """The address that `source` and, for a registry's module, `version` mean.

    Raises Unknown.
    """
    if source.startswith(("./", "../")) or source in {".", ".."}:
        return _local(source)
    if source.startswith("/"):
        raise Unknown("is a path of one machine.", "Write it as ./modules/media.")
    if source.startswith("git::"):
        return _git(source)
    if source.startswith("s3::"):
        return _archive(source.removeprefix("s3::"), "s3")
    if source.startswith("https:"):
        return _archive(source, "https")
    if source.startswith(SHORTHANDS):
        raise Unknown(
            "is an address of another kind.",
            "Write it as git::https://…?ref=…, a registry's address, or https://….zip.",
        )
    found = REGISTRY.fullmatch(source)
    if not found:
        raise Unknown(
            "is no address of a module.",
            "Write ./folder, git::https://…?ref=…, a registry's address, or https://….zip.",
        )
    pinned = version if version and PINNED_VERSION.fullmatch(version.strip()) else None
    return Remote("registry", "https", found["host"] or PUBLIC_REGISTRY, pinned)


def _local(source: str) -> Local:
    parts: list[str] = []
    for part in PurePosixPath(source).parts:
        if part == "..":
            raise Unknown(
                "leads upwards.",
                "Local modules are named from the repository's folder, as ./modules/media.",
            )
        if part != ".":
            parts.append(part)
    if not parts:
        raise Unknown("is the repository itself.", "Name a folder in it, as ./modules/media.")
    return Local(PurePosixPath(*parts))


def _git(source: str) -> Remote:
    rest, _, query = source.partition("?")
    ref = parse_qs(query).get("ref", [None])[-1]
    if found := SCP.fullmatch(rest):
        return Remote("git", "ssh", found["host"].lower(), ref)
    parts = urlsplit(rest.removeprefix("git::"))
    if parts.scheme not in {"https", "ssh"} or not parts.hostname:
        raise Unknown(
            "is a git address of another kind.", "Write git::https://… or git::ssh://git@…."
        )
    if parts.scheme == "https" and "@" in parts.netloc:
        raise Unknown("carries credentials.", "Let git's own credential helper know them.")
    return Remote("git", parts.scheme, parts.hostname, ref)


def _archive(address: str, scheme: str) -> Remote:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        raise Unknown("is no address of an archive.", "Write it as https://….zip.")
    if "@" in parts.netloc:
        raise Unknown("carries credentials.", "Put it where the network or a ~/.netrc lets you in.")
    query = parse_qs(parts.query)
    archive = parts.path.partition("//")[0]
    if not archive.endswith(ARCHIVES) and "archive" not in query:
        raise Unknown(
            "is no archive by its name.", f"Name one that ends in {', '.join(ARCHIVES[:3])} or so."
        )
    return Remote("archive", scheme, parts.hostname, query.get("checksum", [None])[-1])
