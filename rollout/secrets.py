"""Values of the secret store on their way to terraform: by its environment, and nowhere else."""

from __future__ import annotations

import hashlib
import secrets

from clouds import Cloud, Secret
from errors import GroundplanError
from rollout.synthesized import SecretUse, Stack

GENERATED_BYTES = 32
NUMBERS = 2**31
"""Revisions are below: a sum of many is exact in every program that reads JSON."""


def variables(stack: Stack, cloud: Cloud, *, needed: bool) -> dict[str, str]:
    """The environment variables that give `stack` its secrets.

    `needed`: values that the program may make are made. Without it nothing is changed in the cloud,
    and an empty text stands for a value that is not there: to plan or to destroy needs none.

    Raises GroundplanError for values that only people can set.
    """
    found: dict[str, str] = {}
    missing: list[str] = []
    for use in stack.secrets:
        secret = cloud.secret(use.entry)
        if secret is None and needed and use.generated:
            secret = _make(use, cloud)
        if secret is None and needed:
            missing.append(use.entry)
        found.update(_variables(use, secret or Secret("", "")))
    if missing:
        commands = ", ".join(
            f"`main.py secret set {stack.infrastructure} {entry}`" for entry in missing
        )
        raise GroundplanError(f"{stack.id} needs secrets that have no value. Set them: {commands}.")
    return found


def _make(use: SecretUse, cloud: Cloud) -> Secret | None:
    """A new random value, as the store keeps it: another run may have made one meanwhile."""
    cloud.set_secret(use.entry, secrets.token_urlsafe(GENERATED_BYTES))
    return cloud.secret(use.entry)


def _variables(use: SecretUse, secret: Secret) -> dict[str, str]:
    found = {f"TF_VAR_{use.variable}": secret.value}
    if use.revision:
        digest = hashlib.sha256(secret.version.encode()).digest()
        found[f"TF_VAR_{use.revision}"] = str(int.from_bytes(digest[:8]) % NUMBERS)
    return found
