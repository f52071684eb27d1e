"""A zone's key-signing key: a real ECDSA key of KMS, and records computed from it as the RFCs say.

RFC 4034 (DNSKEY, key tag), RFC 6605 (ECDSA P-256), RFC 4509 (DS with SHA-256). A resolver would
accept the DS record for the DNSKEY. No zone is signed: nobody serves it.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

FLAGS = 257
"""Zone key, secure entry point."""
PROTOCOL = 3
ECDSA_P256_SHA256 = 13
SHA256 = 2
COORDINATE = 32
"""Bytes."""


@dataclass(frozen=True)
class DnsKey:
    """The public half of a key-signing key."""

    zone: str
    public: bytes
    """Both coordinates, one after the other."""

    @classmethod
    def of(cls, zone: str, der: bytes) -> DnsKey:
        """From a public key as KMS gives it. Raises ValueError for another kind of key."""
        key = load_der_public_key(der)
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise ValueError("the key is not ECC_NIST_P256")
        numbers = key.public_numbers()
        coordinates = (numbers.x, numbers.y)
        return cls(zone, b"".join(one.to_bytes(COORDINATE, "big") for one in coordinates))

    @property
    def text(self) -> str:
        """The public key in base64."""
        return base64.b64encode(self.public).decode()

    @property
    def rdata(self) -> bytes:
        """The DNSKEY record's data on the wire."""
        return struct.pack("!HBB", FLAGS, PROTOCOL, ECDSA_P256_SHA256) + self.public

    @property
    def tag(self) -> int:
        """The key tag: RFC 4034, appendix B."""
        total = sum(byte << 8 if index % 2 == 0 else byte for index, byte in enumerate(self.rdata))
        return (total + (total >> 16)) & 0xFFFF

    @property
    def digest(self) -> str:
        """The digest of the DS record."""
        return hashlib.sha256(_wire(self.zone) + self.rdata).hexdigest().upper()

    @property
    def ds_record(self) -> str:
        """The DS record's value."""
        return f"{self.tag} {ECDSA_P256_SHA256} {SHA256} {self.digest}"

    @property
    def dnskey_record(self) -> str:
        """The DNSKEY record's value."""
        return f"{FLAGS} {PROTOCOL} {ECDSA_P256_SHA256} {self.text}"


def _wire(name: str) -> bytes:
    """A name as DNS writes it, in lower case: RFC 4034, section 6.2."""
    labels = [label.encode() for label in name.lower().rstrip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
