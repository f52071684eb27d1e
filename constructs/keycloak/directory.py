"""An LDAP directory whose people sign in with the passwords they have there. Only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.keycloak.resource import Resource
from constructs.shared.block import Block

TIMEOUT = "5s"
"""A directory that does not answer must not hold up those who are not in it."""


@dataclass(frozen=True)
class Vendor:
    """How a kind of directory names things."""

    id: str
    username: str
    rdn: str
    uuid: str
    classes: Sequence[str]


VENDORS = {
    "active_directory": Vendor(
        "AD", "sAMAccountName", "cn", "objectGUID", ("person", "organizationalPerson", "user")
    ),
    "other": Vendor("OTHER", "uid", "uid", "entryUUID", ("inetOrgPerson", "organizationalPerson")),
}


@dataclass(frozen=True)
class DirectoryConfig:
    """One directory; texts are escaped."""

    name: str
    vendor: Vendor
    url: str
    bind_dn: str
    bind_password: str
    """A reference to a variable. It stands in the state: the provider has no other way for it."""
    users_dn: str
    groups: Sequence[str] = ()
    """The names of the groups that everybody from there joins, without their paths' slash."""
    groups_dn: str | None = None
    """Where groups stand; whoever is in one of the name of ours joins ours."""
    known_groups: Sequence[str] = ()
    """The names of ours that may be joined so."""


class Directory(Block):
    """A federation of the realm with the directory: people are imported, nothing is written."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        realm: str,
        config: DirectoryConfig,
        after: Sequence[ITerraformDependable] = (),
    ) -> None:
        super().__init__(scope, id_)
        vendor = config.vendor
        federation = Resource(
            self,
            "ldap_user_federation",
            config.name,
            {
                "realm_id": realm,
                "name": config.name,
                "enabled": True,
                "vendor": vendor.id,
                "connection_url": config.url,
                "bind_dn": config.bind_dn,
                "bind_credential": config.bind_password,
                "users_dn": config.users_dn,
                "search_scope": "SUBTREE",
                "username_ldap_attribute": vendor.username,
                "rdn_ldap_attribute": vendor.rdn,
                "uuid_ldap_attribute": vendor.uuid,
                "user_object_classes": list(vendor.classes),
                "edit_mode": "READ_ONLY",
                "import_enabled": True,
                "sync_registrations": False,
                "connection_timeout": TIMEOUT,
                "read_timeout": TIMEOUT,
            },
            after=after,
        )
        self._realm, self._id = realm, federation.reference()
        for index, group in enumerate(config.groups):
            Resource(
                self,
                "ldap_hardcoded_group_mapper",
                f"{config.name}-everybody-{index}",
                {**self._named(f"everybody-{index}"), "group": group},
            )
        if config.groups_dn:
            self._by_name(config, config.groups_dn)

    def _by_name(self, config: DirectoryConfig, groups_dn: str) -> None:
        names = "".join(f"(cn={name})" for name in config.known_groups)
        Resource(
            self,
            "ldap_group_mapper",
            f"{config.name}-groups",
            {
                **self._named("groups"),
                "ldap_groups_dn": groups_dn,
                "group_name_ldap_attribute": "cn",
                "group_object_classes": ["group" if config.vendor.id == "AD" else "groupOfNames"],
                "membership_ldap_attribute": "member",
                "membership_attribute_type": "DN",
                "membership_user_ldap_attribute": config.vendor.username,
                # Others would be made here, all of the company's.
                "groups_ldap_filter": f"(|{names})",
                "preserve_group_inheritance": False,
                "ignore_missing_groups": True,
                "mode": "READ_ONLY",
                "user_roles_retrieve_strategy": "LOAD_GROUPS_BY_MEMBER_ATTRIBUTE",
                "drop_non_existing_groups_during_sync": False,
            },
        )

    def _named(self, name: str) -> dict[str, str]:
        return {"realm_id": self._realm, "ldap_user_federation_id": self._id, "name": name}
