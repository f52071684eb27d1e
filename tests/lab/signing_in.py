"""The example's people in a real Keycloak, put there by our stage with the real provider.

The provider is taken from a mirror (`GROUNDPLAN_PLUGIN_MIRROR`); without one these tests are
skipped. Emulated: AWS, and the Helm releases.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emulator import Emulator
from emulator.mirror import REGISTRY, mirrors, providers
from tests.lab.certificates import Authority
from tests.lab.keycloak import Keycloak
from tests.people import People

PROVIDER = f"{REGISTRY}/keycloak/keycloak"
FOUND = [mirror for mirror in mirrors() if PROVIDER in providers(mirror)]
REAL_PROVIDER = pytest.mark.skipif(
    not FOUND, reason="no plugin mirror has the provider keycloak/keycloak"
)


@contextmanager
def people_in(keycloak: Keycloak, authority: Authority, folder: Path) -> Iterator[People]:
    """Nothing is deployed yet. The process's environment is that of the emulated cloud."""
    own = folder / "mirror"
    # Alone: other providers of that mirror are emulated here.
    shutil.copytree(FOUND[0] / PROVIDER, own / PROVIDER)
    (folder / "people").mkdir()
    with pytest.MonkeyPatch.context() as patch, Emulator.start() as cloud:
        patch.setenv("GROUNDPLAN_PLUGIN_MIRROR", str(own))
        environment = {
            **cloud.environment(),
            "SSL_CERT_FILE": str(authority.certificate),
            "GROUNDPLAN_CA_FILE": str(authority.certificate),
            "GROUNDPLAN_CONNECT_TO": "",
        }
        for name in set(os.environ) - set(environment):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        yield People(
            cloud,
            folder / "people",
            environment,
            url=keycloak.url,
            bootstrap=keycloak.bootstrap,
        )
