"""A person. Passwords are not Terraform's: they would stand in its state."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from constructs import Construct
from constructs.keycloak.resource import Resource
from constructs.shared.block import Block


@dataclass(frozen=True)
class UserConfig:
    """One person; texts are escaped."""

    username: str
    email: str
    first_name: str = ""
    last_name: str = ""
    enabled: bool = True


class User(Block):
    """A person's account.

    Required actions are the person's own business: Keycloak adds and removes them as people set
    passwords and codes up. So is a name that the manifest leaves out: people are asked for it.
    """

    id: str
    address: str
    resource: Resource

    def __init__(self, scope: Construct, id_: str, *, realm: str, config: UserConfig) -> None:
        super().__init__(scope, id_)
        user = Resource(
            self,
            "user",
            resource_name(config.username),
            {
                "realm_id": realm,
                "username": config.username,
                "email": config.email,
                # Whoever reviewed the manifest vouches for it.
                "email_verified": True,
                "first_name": config.first_name or None,
                "last_name": config.last_name or None,
                "enabled": config.enabled,
            },
            lifecycle=TerraformResourceLifecycle(
                ignore_changes=[
                    "required_actions",
                    *([] if config.first_name else ["first_name"]),
                    *([] if config.last_name else ["last_name"]),
                ]
            ),
        )
        self.id = user.reference()
        self.resource = user
        self.address = user.address


def resource_name(username: str) -> str:
    """The Terraform name of a person; names that differ in punctuation only stay apart."""
    plain = re.sub(r"[^a-z0-9-]", "_", username)
    name = plain if plain[0].isalpha() else f"_{plain}"
    if name == username:
        return name
    return f"{name}_{hashlib.sha256(username.encode()).hexdigest()[:6]}"
