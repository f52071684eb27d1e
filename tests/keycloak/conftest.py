"""An emulated Keycloak, without a cloud around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from emulator.environment import AUTHORITY
from emulator.keycloak import serve
from emulator.providers.objects import Server
from keycloak import Connection

URL = "https://auth.acme.example"


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    """What emulated providers have recorded: nothing."""
    return tmp_path / "objects"


@pytest.fixture
def connection(objects: Path, tmp_path: Path) -> Connection:
    """To a Keycloak that is not installed yet."""
    port = serve(objects, tmp_path)
    return Connection(
        URL,
        {
            "GROUNDPLAN_CONNECT_TO": f"auth.acme.example=127.0.0.1:{port}",
            "GROUNDPLAN_CA_FILE": str(tmp_path / AUTHORITY),
        },
    )


@pytest.fixture
def install(objects: Path) -> Callable[[], None]:
    """Installs it, as the stage `addons` does."""

    def do() -> None:
        values = {"extraEnv": yaml.safe_dump([{"name": "KC_HOSTNAME", "value": URL}])}
        record = {"chart": "keycloakx", "values": [json.dumps(values)]}
        Server.of(objects, "helm", "cluster").create("helm_release", "keycloak", record)

    return do
