"""The record of what exists on emulated servers, and how objects are found in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.providers.lookup import Lookup
from emulator.providers.objects import Exists, Server, everything
from emulator.providers.refusal import Refusal

USER = {"id": "0c-1", "realm_id": "people", "username": "ada"}


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server.of(tmp_path, "keycloak", "https://sso.example.org")


def test_an_object_lives(server: Server, tmp_path: Path) -> None:
    server.create("keycloak_user", "0c-1", USER)
    assert server.read("keycloak_user", "0c-1") == USER
    assert list(everything(tmp_path)) == [("keycloak_user", "0c-1")]
    server.update("keycloak_user", "0c-1", USER | {"email": "ada@example.org"})
    assert (server.read("keycloak_user", "0c-1") or {})["email"] == "ada@example.org"
    server.delete("keycloak_user", "0c-1")
    server.delete("keycloak_user", "0c-1")
    assert server.read("keycloak_user", "0c-1") is None
    assert list(everything(tmp_path)) == []


def test_nothing_is_written_over(server: Server) -> None:
    server.create("keycloak_user", "0c-1", USER)
    with pytest.raises(Exists):
        server.create("keycloak_user", "0c-1", {})
    assert server.read("keycloak_user", "0c-1") == USER


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.text(max_size=20), identity=st.text(min_size=1, max_size=20))
def test_no_name_leads_out_of_the_folder(
    tmp_path_factory: pytest.TempPathFactory, name: str, identity: str
) -> None:
    folder = tmp_path_factory.mktemp("objects")
    Server.of(folder, "keycloak", name).create("keycloak_user", identity, USER)
    assert list(everything(folder)) == [("keycloak_user", identity)]


@pytest.mark.parametrize("id_", ["0c-1", "people/0c-1", "people/ada"])
def test_an_import_names_an_object_as_its_provider_does(server: Server, id_: str) -> None:
    server.create("keycloak_user", "0c-1", USER)
    server.create("keycloak_user", "0c-2", USER | {"id": "0c-2", "username": "bob"})
    assert Lookup(server).by_import_id("keycloak_user", id_) == USER


@pytest.mark.parametrize(
    ("id_", "said"), [("people", "2 objects"), ("people/eve", "There is no keycloak_user")]
)
def test_an_import_of_none_or_several_is_refused(server: Server, id_: str, said: str) -> None:
    server.create("keycloak_user", "0c-1", USER)
    server.create("keycloak_user", "0c-2", USER | {"id": "0c-2", "username": "bob"})
    with pytest.raises(Refusal, match=said):
        Lookup(server).by_import_id("keycloak_user", id_)


def test_a_search_needs_every_value(server: Server) -> None:
    server.create("keycloak_user", "0c-1", USER)
    lookup = Lookup(server)
    assert lookup.by_values("keycloak_user", {"realm_id": "people", "username": "ada"}) == USER
    assert lookup.by_values("keycloak_user", {"realm_id": "others", "username": "ada"}) is None
