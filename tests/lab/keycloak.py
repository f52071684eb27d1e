"""A Keycloak of its own distribution, with its data in memory, on loopback.

The distribution comes once, and is kept beside the programs of the laboratory. Needs Java 17 or
newer.
https://www.keycloak.org/server/configuration-production
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.lab import maven
from tests.lab.certificates import Authority
from tests.lab.control_plane import answers
from tests.lab.ports import free
from tests.lab.processes import Processes

VERSION = "26.4.0"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
SHA256 = "1b6a11a2726ac8a8dc9c91d5fafe989a75ce4f1622d7f7b45c21d5bc16629c0a"
BOOTSTRAP_CLIENT = "groundplan-bootstrap"
DATABASE = "--db=dev-mem"


@dataclass(frozen=True)
class Keycloak:
    """A running Keycloak, which knows one client: that of a new one."""

    url: str
    bootstrap: str
    """The secret of that client."""

    @classmethod
    def start(cls, processes: Processes, authority: Authority, folder: Path) -> Keycloak:
        """Starts it; it ends with `processes`. Raises GroundplanError."""
        home = distribution()
        port, management = free(2)
        url = f"https://127.0.0.1:{port}"
        pair = authority.server("keycloak", ["127.0.0.1"])
        bootstrap = "the secret of a client that is soon removed"
        processes.start(
            "keycloak",
            [
                str(home / "bin" / "kc.sh"),
                "start",
                "--optimized",
                f"--hostname={url}",
                "--http-host=127.0.0.1",
                f"--https-port={port}",
                f"--http-management-port={management}",
                f"--https-certificate-file={pair.certificate}",
                f"--https-certificate-key-file={_as_java_reads(pair.key)}",
                # For other realms of its own, and for directories.
                f"--truststore-paths={authority.certificate}",
                # A second one, of another test, is not its fellow.
                "--cache=local",
            ],
            environment={
                **{name: os.environ[name] for name in ("PATH", "JAVA_HOME") if name in os.environ},
                "HOME": str(folder),
                "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
                "KC_BOOTSTRAP_ADMIN_CLIENT_ID": BOOTSTRAP_CLIENT,
                "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET": bootstrap,
            },
            ready=answers(
                f"{url}/realms/master/.well-known/openid-configuration", authority.certificate
            ),
        )
        return cls(url, bootstrap)


def distribution() -> Path:
    """Its folder, made ready for a database in memory. Raises GroundplanError."""
    home = maven.cache() / f"keycloak-{VERSION}-{SHA256[:8]}"
    if home.is_dir():
        return home
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as work:
        archive = maven.fetch(ARTIFACT, SHA256, Path(work))
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(work)
        unpacked = Path(work) / f"keycloak-{VERSION}"
        program = unpacked / "bin" / "kc.sh"
        program.chmod(0o755)
        maven.run(str(program), "build", DATABASE, "--health-enabled=false")
        shutil.move(unpacked, home)
    return home


def _as_java_reads(key: Path) -> Path:
    """The key in PKCS 8."""
    loaded = load_pem_private_key(key.read_bytes(), None)
    file = key.with_suffix(".pkcs8")
    file.touch(0o600)
    file.write_bytes(loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file
