"""Certificates of an authority of the emulated cloud's own, for whatever name is asked for."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from emulator.environment import AUTHORITY

DAYS = 2


def by_name(folder: Path) -> Callable[[ssl.SSLObject, str | None, ssl.SSLContext], None]:
    """Makes an authority, writes its certificate into `folder`, and signs for each name once."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("emulated authority")
    root = _builder(name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    certificate = root.sign(key, hashes.SHA256())
    (folder / AUTHORITY).write_bytes(certificate.public_bytes(Encoding.PEM))

    @cache
    def context(host: str) -> ssl.SSLContext:
        own = ec.generate_private_key(ec.SECP256R1())
        leaf = _builder(_name("emulated"), name, own).add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
        )
        pair = folder / f"{host}.pem"
        pair.touch(mode=0o600)
        pair.write_bytes(
            own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + leaf.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
        )
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(pair)
        return made

    def choose(connection: ssl.SSLObject, host: str | None, default: ssl.SSLContext) -> None:
        if host:
            connection.context = context(host)

    return choose


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=DAYS))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
