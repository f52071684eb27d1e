"""Values of the secret store on their way to terraform: by its environment, and nowhere else."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from clouds import Cloud, Secret
from errors import GroundplanError
from rollout.synthesized import SecretUse, Stack

GENERATED_BYTES = 32
EVERY_KIND = "aA0-"
"""At the end of each made value: whatever kinds of characters a password must have are in it."""
NUMBERS = 2**31
"""Revisions are below: a sum of many is exact in every program that reads JSON."""


def variables(stack: Stack, clouds: Callable[[str], Cloud], *, needed: bool) -> dict[str, str]:
    """The environment variables that give `stack` its secrets.

    `needed`: values that the program may make are made. Without it nothing is changed in the cloud,
    and an empty text stands for a value that is not there: to plan or to destroy needs none.

    Raises GroundplanError for values that only people can set.
    """
    found: dict[str, str] = {}
    missing: list[SecretUse] = []
    for use in stack.secrets:
        cloud = clouds(use.store or stack.infrastructure)
        secret = cloud.secret(use.entry)
        if secret is None and needed and use.generated:
            secret = _make(use.entry, cloud)
        if secret is None and needed:
            missing.append(use)
        found.update(_variables(use, secret or Secret("", "")))
    others = sorted({use.store for use in missing if use.store})
    if others:
        raise GroundplanError(
            f"{stack.id} has no access to the Keycloak of {', '.join(others)} yet: deploy "
            f"{', '.join(others)} first."
        )
    if missing:
        commands = ", ".join(
            f"`main.py secret set {stack.infrastructure} {use.entry}`" for use in missing
        )
        raise GroundplanError(f"{stack.id} needs secrets that have no value. Set them: {commands}.")
    return found


def made(entry: str, cloud: Cloud) -> str:
    """The value of an entry; a new one if it has none. It may be used as a password."""
    found = cloud.secret(entry) or _make(entry, cloud)
    assert found, "it was just made"
    return found.value


def _make(entry: str, cloud: Cloud) -> Secret | None:
    """A new random value, as the store keeps it: another run may have made one meanwhile."""
    cloud.set_secret(entry, f"{secrets.token_urlsafe(GENERATED_BYTES)}{EVERY_KIND}")
    return cloud.secret(entry)


def _variables(use: SecretUse, secret: Secret) -> dict[str, str]:
    found = {f"TF_VAR_{use.variable}": secret.value}
    if use.revision:
        digest = hashlib.sha256(secret.version.encode()).digest()
        found[f"TF_VAR_{use.revision}"] = str(int.from_bytes(digest[:8]) % NUMBERS)
    return found
