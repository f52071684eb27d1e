"""An OpenID Connect issuer that an EKS cluster trusts: people sign in to its API with Keycloak.

A cluster takes one. AWS looks the issuer up on the internet and needs a quarter of an hour, so it
is associated by the stage that has seen the issuer answer.
https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
"""

from __future__ import annotations

from cdktf_cdktf_provider_aws.eks_identity_provider_config import (
    EksIdentityProviderConfig,
    EksIdentityProviderConfigOidc,
)
from constructs import Construct
from constructs.shared.stages import IssuerConfig, PeopleAccess

PREFIX = "oidc:"
"""Before the names of people and groups in Kubernetes: none can be taken for one of its own."""


class ClusterIssuer(Construct):
    """The association. A change of any part of it makes it anew: nobody signs in meanwhile."""

    access: PeopleAccess

    def __init__(self, scope: Construct, id_: str, *, cluster: str, config: IssuerConfig) -> None:
        super().__init__(scope, id_)
        EksIdentityProviderConfig(
            self,
            "Default",
            cluster_name=cluster,
            oidc=EksIdentityProviderConfigOidc(
                identity_provider_config_name=config.name,
                issuer_url=config.url,
                client_id=config.client_id,
                username_claim="preferred_username",
                username_prefix=PREFIX,
                groups_claim="groups",
                groups_prefix=PREFIX,
            ),
        )
        self.access = PeopleAccess(
            subjects={group: f"{PREFIX}{group}" for group in config.groups},
            token_arguments=("oidc", "--issuer", config.url, "--client", config.client_id),
            takes_tokens_of_issuer=True,
        )
