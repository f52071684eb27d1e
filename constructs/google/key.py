"""An encryption key in Cloud KMS that turns by itself."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.kms_crypto_key import KmsCryptoKey
from cdktf_cdktf_provider_google.kms_crypto_key_iam_member import KmsCryptoKeyIamMember
from cdktf_cdktf_provider_google.kms_key_ring import KmsKeyRing
from constructs import Construct
from constructs.google.drawn import drawn, kept
from constructs.shared.lifecycle import protection
from constructs.shared.references import attribute

DAY = 24 * 60 * 60
ROTATION_SECONDS = 90 * DAY
DELETION_SECONDS = 30 * DAY
"""How long a destroyed version of the key can be restored."""
RING_NAME_LIMIT = 63
ENCRYPT = "roles/cloudkms.cryptoKeyEncrypterDecrypter"


class Key(Construct):
    """A key in a ring of its own, for one service.

    Google never gives the name of a ring or a key back, not even of a destroyed one. So the ring's
    name ends in random characters, drawn once: what is destroyed and deployed again gets a new key.
    https://cloud.google.com/kms/docs/resource-hierarchy#retain
    """

    id: str
    """`projects/…/cryptoKeys/…`."""
    grant: ITerraformDependable
    """Who encrypts with the key waits for it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        location: str,
        user: str,
        protected: bool,
        after: Sequence[ITerraformDependable],
    ) -> None:
        """`name` begins the ring's; `user` is the IAM member that encrypts with the key."""
        super().__init__(scope, id_)
        ring = KmsKeyRing(
            self,
            "ring",
            name=drawn(name, limit=RING_NAME_LIMIT),
            location=location,
            lifecycle=kept("name"),
            depends_on=list(after),
        )
        key = KmsCryptoKey(
            self,
            "Default",
            name="key",
            key_ring=attribute("google_kms_key_ring", ring.friendly_unique_id, "id"),
            rotation_period=f"{ROTATION_SECONDS}s",
            destroy_scheduled_duration=f"{DELETION_SECONDS}s",
            lifecycle=protection(protected),
        )
        self.id = attribute("google_kms_crypto_key", key.friendly_unique_id, "id")
        self.grant = KmsCryptoKeyIamMember(
            self, "user", crypto_key_id=self.id, role=ENCRYPT, member=user
        )
