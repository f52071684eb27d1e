"""Workforce identity federation: people of an issuer reach the API of a GKE cluster.

The API itself takes Google's tokens only. A pool of the organization trusts the issuer; Google's
Security Token Service changes a token of the issuer for one of Google's; the cluster's RBAC names
the pool's groups. https://cloud.google.com/iam/docs/workforce-identity-federation
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.iam_workforce_pool import IamWorkforcePool
from cdktf_cdktf_provider_google.iam_workforce_pool_provider import (
    IamWorkforcePoolProvider,
    IamWorkforcePoolProviderOidc,
    IamWorkforcePoolProviderOidcWebSsoConfig,
)
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember
from constructs import Construct
from constructs.google.apis import enable
from constructs.google.drawn import drawn, kept
from constructs.google.rights import FIND_CLUSTERS, USE_PROJECT
from constructs.shared.references import attribute
from constructs.shared.stages import IssuerConfig, PeopleAccess

APIS = ("iam", "sts")
LOCATION = "global"
PROVIDER = "keycloak"
POOL_ID_LIMIT = 63
PEOPLE = "principalSet://iam.googleapis.com/locations/global/workforcePools"


class Workforce(Construct):
    """A pool for one cluster's people: those in a group that has rights there, and nobody else.

    An id of a pool is unique in the world and blocked for 30 days after it was deleted, so it ends
    in random characters, drawn once.
    """

    access: PeopleAccess

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        organization_id: str,
        project: str,
        config: IssuerConfig,
    ) -> None:
        """`name` begins the pool's id; `organization_id` is the number of Google's organization."""
        super().__init__(scope, id_)
        groups = {path: _group(path) for path in config.groups}
        api = enable(self, *APIS)
        pool = self._pool(name, organization_id, after=[api])
        self._provider(pool, config, groups)
        for role_id, role in (("finds", FIND_CLUSTERS), ("uses", USE_PROJECT)):
            ProjectIamMember(self, role_id, project=project, role=role, member=f"{PEOPLE}/{pool}/*")
        self.access = PeopleAccess(
            subjects={path: f"{PEOPLE}/{pool}/group/{group}" for path, group in groups.items()},
            token_arguments=_token_arguments(config, pool, project),
            takes_tokens_of_issuer=False,
        )

    def _pool(
        self, name: str, organization_id: str, *, after: Sequence[ITerraformDependable]
    ) -> str:
        """Makes the pool; gives its id."""
        pool = IamWorkforcePool(
            self,
            "Default",
            parent=f"organizations/{organization_id}",
            location=LOCATION,
            workforce_pool_id=drawn("groundplan", name, limit=POOL_ID_LIMIT),
            description=f"People on the cluster of {name}",
            lifecycle=kept("workforce_pool_id"),
            depends_on=list(after),
        )
        return attribute("google_iam_workforce_pool", pool.friendly_unique_id, "workforce_pool_id")

    def _provider(self, pool: str, config: IssuerConfig, groups: Mapping[str, str]) -> None:
        IamWorkforcePoolProvider(
            self,
            "issuer",
            workforce_pool_id=pool,
            location=LOCATION,
            provider_id=PROVIDER,
            attribute_mapping={
                "google.subject": "assertion.preferred_username",
                "google.groups": mapping(groups),
            },
            attribute_condition=condition(groups.values()),
            oidc=IamWorkforcePoolProviderOidc(
                issuer_uri=config.url,
                client_id=config.client_id,
                # For Google's console, which Google insists on. Keycloak's client does not offer
                # this flow: nobody comes in that way.
                web_sso_config=IamWorkforcePoolProviderOidcWebSsoConfig(
                    response_type="ID_TOKEN",
                    assertion_claims_behavior="ONLY_ID_TOKEN_CLAIMS",
                ),
            ),
        )


def mapping(groups: Mapping[str, str]) -> str:
    """The CEL expression for which of `groups` (path → name) somebody is in.

    Others of the realm are left out: they have no rights here, and Google need not know them.
    https://cloud.google.com/iam/docs/workforce-identity-federation#attribute-mappings
    """
    return " + ".join(
        f"({json.dumps(path)} in assertion.groups ? [{json.dumps(name)}] : [])"
        for path, name in groups.items()
    )


def condition(groups: Iterable[str]) -> str:
    """The CEL expression that is true for whoever is in one of `groups` at least."""
    return " || ".join(f"{json.dumps(name)} in google.groups" for name in groups)


def _group(path: str) -> str:
    """A group's name at Google, where a slash would be taken for the end of it."""
    return path.removeprefix("/").replace("/", ":")


def _token_arguments(config: IssuerConfig, pool: str, project: str) -> Sequence[str]:
    return (
        "workforce",
        *("--issuer", config.url),
        *("--client", config.client_id),
        *("--pool", pool),
        *("--provider", PROVIDER),
        *("--project", project),
    )
