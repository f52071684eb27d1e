"""Certificates of emulated servers: valid X.509, made from bytes, so the same bytes give the same.

No server has the key: these can be read and shown, and no connection is made with them.
"""

from __future__ import annotations

from datetime import UTC, datetime

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def certificate(digest: bytes) -> str:
    """A self-signed CA certificate as PEM, from 32 bytes."""
    # Most runs need none, and the library takes a tenth of a second to load.
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    key = Ed25519PrivateKey.from_private_bytes(digest)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"emulated-{digest.hex()[:8]}")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1 + int.from_bytes(digest[:8]))
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return builder.sign(key, algorithm=None).public_bytes(Encoding.PEM).decode()
