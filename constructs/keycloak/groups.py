"""Groups, and the one of administrators. Rights in Kubernetes and ArgoCD go by their full paths."""

from __future__ import annotations

from collections.abc import Iterable

from constructs import Construct
from constructs.keycloak.resource import Data, Resource
from constructs.shared.block import Block


class Group(Block):
    """A group of a realm, at its root or below another one."""

    id: str
    path: str
    realm: str
    """The realm's id, through the group: see `Administrators`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        realm: str,
        name: str,
        parent: Group | None = None,
        address: str | None = None,
    ) -> None:
        """`address` is what Terraform calls it, if not by its name, which may be another's, too."""
        super().__init__(scope, id_)
        group = Resource(
            self,
            "group",
            address or name,
            {"realm_id": realm, "name": name, "parent_id": parent.id if parent else None},
        )
        self.id = group.reference()
        self.path = group.reference("path")
        self.realm = group.reference("realm_id")


class Administrators(Block):
    """May do everything in the realm, and must give a one-time code to sign in.

    Roles are looked up by the group's `realm_id`: by the realm's own, each change of the realm
    would put the lookups off until apply, and plan a change of roles that is none.
    """

    management: str
    """The id of the client whose roles are the rights in the realm."""

    def __init__(self, scope: Construct, id_: str, *, group: Group, mfa_role: str) -> None:
        """`mfa_role` is an id."""
        super().__init__(scope, id_)
        management = Data(
            self,
            "openid_client",
            "realm-management",
            {"realm_id": group.realm, "client_id": "realm-management"},
        )
        self.management = management.reference()
        admin = Data(
            self,
            "role",
            "realm-admin",
            {
                "realm_id": group.realm,
                "client_id": self.management,
                "name": "realm-admin",
            },
        )
        Resource(
            self,
            "group_roles",
            "administrators",
            {
                "realm_id": group.realm,
                "group_id": group.id,
                "role_ids": [admin.reference(), mfa_role],
                # Roles given by hand stay.
                "exhaustive": False,
            },
        )


class Membership(Block):
    """A person's groups: these, and those they were given elsewhere."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, realm: str, user: str, groups: Iterable[str]
    ) -> None:
        """`name` is the resource's; `user` and `groups` are ids."""
        super().__init__(scope, id_)
        Resource(
            self,
            "user_groups",
            name,
            {
                "realm_id": realm,
                "user_id": user,
                "group_ids": list(groups),
                # Else those from external providers and by hand would be taken away.
                "exhaustive": False,
            },
        )
