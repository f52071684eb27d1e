"""The emulated Keycloak refuses what it does not know, and is up when its release is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from emulator.environment import AUTHORITY
from emulator.keycloak import releases, serve
from emulator.providers.objects import Server
from keycloak import Admin, Connection, KeycloakError

URL = "https://auth.acme.example"


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    port = serve(tmp_path / "objects", tmp_path)
    environment = {
        "GROUNDPLAN_CONNECT_TO": f"*=127.0.0.1:{port}",
        "GROUNDPLAN_CA_FILE": str(tmp_path / AUTHORITY),
    }
    return Connection(URL, environment)


def release(folder: Path) -> Server:
    values = {"extraEnv": yaml.safe_dump([{"name": "KC_HOSTNAME", "value": URL}])}
    server = Server.of(folder / "objects", "helm", "cluster")
    record = {"chart": "keycloakx", "values": [json.dumps(values)]}
    server.create("helm_release", "keycloak", record)
    return server


def entered(connection: Connection) -> Admin:
    found = Admin.login(connection, "master", "groundplan-bootstrap", "any")
    assert found
    return found


def test_it_is_up_while_its_release_is_recorded(connection: Connection, tmp_path: Path) -> None:
    server = release(tmp_path)
    assert releases.urls(tmp_path / "objects") == {URL}
    entered(connection)
    server.delete("helm_release", "keycloak")
    with pytest.raises(KeycloakError, match="503"):
        entered(connection)


def test_another_release_is_a_new_keycloak(connection: Connection, tmp_path: Path) -> None:
    server = release(tmp_path)
    admin = entered(connection)
    admin.make_client("master", {"clientId": "made", "secret": "a"})
    server.delete("helm_release", "keycloak")
    with pytest.raises(KeycloakError):
        entered(connection)
    release(tmp_path)
    assert entered(connection).clients("master") == ["groundplan-bootstrap"]


def test_what_it_does_not_know_it_refuses(connection: Connection, tmp_path: Path) -> None:
    release(tmp_path)
    with pytest.raises(KeycloakError, match=r"501 .*not emulated: GET /admin/serverinfo"):
        connection.get("/admin/serverinfo")


def test_a_client_without_roles_may_nothing(connection: Connection, tmp_path: Path) -> None:
    release(tmp_path)
    entered(connection).make_client("master", {"clientId": "made", "secret": "a"})
    made = Admin.login(connection, "master", "made", "a")
    assert made
    with pytest.raises(KeycloakError, match="403"):
        made.clients("master")
    assert Admin.login(connection, "master", "made", "b") is None


def test_a_token_is_good_for_no_younger_realm(connection: Connection, tmp_path: Path) -> None:
    release(tmp_path)
    admin = entered(connection)
    Server.of(tmp_path / "objects", "keycloak", URL).create(
        "keycloak_realm", "platform", {"realm": "platform"}
    )
    with pytest.raises(KeycloakError, match="403"):
        admin.clients("platform")
    assert entered(connection).clients("platform") == []
