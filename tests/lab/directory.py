"""An LDAP directory in memory, by TLS on loopback: UnboundID's, from Maven.

https://docs.ldap.com/ldap-sdk/docs/in-memory-directory-server.html
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate

from tests.lab import maven
from tests.lab.certificates import Authority
from tests.lab.ports import free
from tests.lab.processes import Processes

VERSION = "7.0.3"
ARTIFACT = f"com.unboundid:unboundid-ldapsdk:{VERSION}:jar"
SHA256 = "7f1b9141f2c955d3a03b3f5da2c450bd616826e921a87fc19264a3f22b35e2fb"
TOOL = "com.unboundid.ldap.listener.InMemoryDirectoryServerTool"
BASE = "dc=acme,dc=example"
BIND_DN, BIND_PASSWORD = "cn=reader", "the password of the one who looks people up"
STORE_PASSWORD = "on loopback"


@dataclass(frozen=True)
class LdapDirectory:
    """A running directory."""

    url: str
    """`ldaps://…`."""

    @classmethod
    def start(
        cls, processes: Processes, authority: Authority, folder: Path, content: str
    ) -> LdapDirectory:
        """Starts one with `content` in LDIF; it ends with `processes`. Raises GroundplanError."""
        folder.mkdir(parents=True, exist_ok=True)
        (port,) = free(1)
        ldif = folder / "content.ldif"
        ldif.write_text(content)
        processes.start(
            "directory",
            [
                "java",
                *("-Xmx128m", "-cp", str(_jar()), TOOL),
                *("--baseDN", BASE, "--port", str(port), "--ldifFile", str(ldif)),
                *("--additionalBindDN", BIND_DN, "--additionalBindPassword", BIND_PASSWORD),
                *("--useSSL", "--keyStorePath", str(_store(authority, folder))),
                *("--keyStorePassword", STORE_PASSWORD, "--keyStoreType", "PKCS12"),
                *("--accessLogToStandardOut", "--useDefaultSchema"),
            ],
            environment={
                **{name: os.environ[name] for name in ("PATH", "JAVA_HOME") if name in os.environ},
                "HOME": str(folder),
            },
            ready=lambda: _listens(port),
        )
        return cls(f"ldaps://127.0.0.1:{port}")


def _jar() -> Path:
    kept = maven.cache() / f"unboundid-ldapsdk-{VERSION}-{SHA256[:8]}.jar"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as work:
            shutil.move(maven.fetch(ARTIFACT, SHA256, Path(work)), kept)
    return kept


def _store(authority: Authority, folder: Path) -> Path:
    pair = authority.server("directory", ["127.0.0.1"])
    file = folder / "directory.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"directory",
            load_pem_private_key(pair.key.read_bytes(), None),  # type: ignore[arg-type]
            load_pem_x509_certificate(pair.certificate.read_bytes()),
            None,
            BestAvailableEncryption(STORE_PASSWORD.encode()),
        )
    )
    return file


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
