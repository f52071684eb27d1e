"""A person's token of an issuer, changed for one of Google's that a GKE cluster takes.

https://cloud.google.com/iam/docs/workforce-obtaining-short-lived-credentials
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.identity_pool import Credentials, SubjectTokenSupplier
from google.auth.transport.requests import Request

from credentials.google import said
from credentials.token import Token
from errors import GroundplanError

EXCHANGE = "https://sts.googleapis.com/v1/token"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105
SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
"""What may be done with it is IAM's and the cluster's to say."""


@dataclass(frozen=True)
class Exchange:
    """Where a person's token is changed, and on whose account."""

    pool: str
    """The id of the workforce pool."""
    provider: str
    """The id of the provider in it that trusts the issuer."""
    project: str
    """The project that asks; the person needs `serviceusage.services.use` there."""
    url: str = EXCHANGE

    def token(self, person: Token) -> Token:
        """Google's token for whoever the issuer says it is.

        Raises GroundplanError if Google does not answer, does not know the issuer, or the person
        has no rights.
        """
        found = Credentials(
            audience=(
                f"//iam.googleapis.com/locations/global/workforcePools/{self.pool}"
                f"/providers/{self.provider}"
            ),
            subject_token_type=ID_TOKEN,
            token_url=self.url,
            subject_token_supplier=_Given(person.value),
            scopes=SCOPES,
            workforce_pool_user_project=self.project,
        )
        try:
            found.refresh(Request())
        except TransportError as error:
            raise GroundplanError(f"{self.url} does not answer: {said(error)}.") from None
        except GoogleAuthError as error:
            raise GroundplanError(
                f"Google does not take the sign-in for the pool {self.pool}: {said(error)}. "
                "Somebody who is in no group with rights on the cluster is not let in."
            ) from None
        return Token(found.token, found.expiry.replace(tzinfo=UTC))


class _Given(SubjectTokenSupplier):  # type: ignore[misc]
    """The token that is at hand."""

    def __init__(self, value: str) -> None:
        self._value = value

    def get_subject_token(self, context: Any, request: Any) -> str:
        return self._value
