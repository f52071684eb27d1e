"""The real terraform drives emulated providers through everything it does with a provider."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.schemas import files
from tests.emulator.providers.conftest import Json, Work

pytestmark = pytest.mark.terraform

SECRET = "correct horse battery staple"
KEYCLOAK = {"keycloak": {"url": "https://sso.example.org", "realm": "master"}}


def realm(**attributes: Any) -> Json:
    return {"realm": "people", "enabled": True, "password_policy": "length(12)", **attributes}


def directory(**attributes: Any) -> Json:
    """A realm, a group in a group, a user in it, a client with its secret."""
    of_realm = {"realm_id": "${keycloak_realm.people.id}"}
    user = {"username": "ada", "initial_password": {"value": SECRET, "temporary": True}}
    client = {"client_id": "shop", "access_type": "CONFIDENTIAL"}
    written = {"client_secret_wo": SECRET, "client_secret_wo_version": 1}
    nested = {"name": "backend", "parent_id": "${keycloak_group.staff.id}"}
    return {
        "keycloak_realm": {"people": realm(**attributes)},
        "keycloak_group": {"staff": {**of_realm, "name": "staff"}, "backend": of_realm | nested},
        "keycloak_user": {"ada": of_realm | user},
        "keycloak_openid_client": {"shop": of_realm | client | written},
    }


def release(**attributes: Any) -> Json:
    shop = {"name": "shop", "chart": "shop", "version": "1.4.0", **attributes}
    return {"helm_release": {"shop": shop}}


@pytest.mark.parametrize("file", files(), ids=lambda file: file.type)
def test_terraform_reads_the_schema_that_the_real_provider_printed(work: Work, file: Any) -> None:
    """Every attribute of every type goes through the protocol and comes out as it was."""
    source = file.address.removeprefix("registry.terraform.io/")
    required = {file.type: {"source": source, "version": file.version}}
    (work.folder / "main.tf.json").write_text(
        json.dumps({"terraform": {"required_providers": required}})
    )
    work.init()
    printed = json.loads(work.raw("providers", "schema", "-json"))["provider_schemas"]
    assert without_descriptions(printed[file.address]) == file.document()


def without_descriptions(value: Any) -> Any:
    """terraform adds the kind of a description even where there is none."""
    if not isinstance(value, dict):
        return value
    return {
        name: without_descriptions(one)
        for name, one in value.items()
        if name != "description_kind" or isinstance(one, dict)
    }


def test_a_directory_lives(work: Work) -> None:
    """Created, planned empty, changed in place, destroyed; secrets are nowhere they may not be."""
    group = {"value": "${keycloak_group.backend.path}"}
    work.write(provider=KEYCLOAK, resource=directory(), output={"group": group})
    work.init()
    assert set(work.plan()["keycloak_group.backend"]["after_unknown"]) == {
        "id",
        "parent_id",
        "path",
        "realm_id",
    }
    work.apply()
    assert json.loads(work.raw("output", "-json"))["group"]["value"] == "/staff/backend"
    state = work.state()
    assert state["keycloak_openid_client.shop"]["client_secret_wo"] is None
    assert state["keycloak_user.ada"]["initial_password"][0]["value"] == SECRET
    assert len(work.recorded()) == 5
    assert SECRET not in json.dumps(work.recorded())
    assert work.plan() == {}

    work.write(provider=KEYCLOAK, resource=directory(password_policy="length(14)"))
    (address, change), *others = work.plan().items()
    assert (address, change["actions"], others) == ("keycloak_realm.people", ["update"], [])
    work.apply()
    assert work.state()["keycloak_realm.people"]["password_policy"] == "length(14)"
    assert "length(14)" in json.dumps(work.recorded())

    work.destroy()
    assert work.recorded() == []


def test_a_release_lives(work: Work) -> None:
    """Its revision grows with each change, a rename replaces it, write-only values stay out."""
    provider = {"helm": {"kubernetes": {"host": "https://cluster.example.org"}}}
    settings = {"set_wo": [{"name": "password", "value": SECRET}], "set_wo_revision": 1}
    work.write(provider=provider, resource=release(**settings))
    work.init()
    work.apply()
    first = work.state()["helm_release.shop"]
    assert (first["status"], first["namespace"], first["set_wo"]) == ("deployed", "default", None)
    assert first["metadata"]["revision"] == 1
    assert SECRET not in (work.folder / "terraform.tfstate").read_text()
    assert work.plan() == {}

    work.write(provider=provider, resource=release(**settings, values=["replicas: 2"]))
    work.apply()
    second = work.state()["helm_release.shop"]
    assert (second["metadata"]["revision"], second["id"]) == (2, first["id"])

    work.write(provider=provider, resource=release(name="store"))
    assert work.plan()["helm_release.shop"]["actions"] == ["delete", "create"]
    work.apply()
    assert [one["name"] for one in work.recorded()] == ["store"]


def test_a_cluster_of_google_has_the_blocks_that_the_real_one_fills_in(work: Work) -> None:
    """They are unknown before, and no reason for a change afterwards."""
    cluster = {"google_container_cluster": {"main": {"name": "main", "location": "europe-west1"}}}
    authority = "google_container_cluster.main.master_auth[0].cluster_ca_certificate"
    output = {"authority": {"value": f"${{base64decode({authority})}}"}}
    work.write(provider={"google": {"project": "acme"}}, resource=cluster, output=output)
    work.init()
    assert work.plan()["google_container_cluster.main"]["after_unknown"]["master_auth"] is True
    work.apply()
    said = json.loads(work.raw("output", "-json"))["authority"]["value"]
    assert said.startswith("-----BEGIN CERTIFICATE-----")
    assert work.plan() == {}
    work.write(
        provider={"google": {"project": "acme"}},
        resource={
            "google_container_cluster": {
                "main": {
                    "name": "main",
                    "location": "europe-west1",
                    "resource_labels": {"team": "x"},
                }
            }
        },
    )
    assert work.plan()["google_container_cluster.main"]["actions"] == ["update"]
    work.apply()
    assert work.plan() == {}


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (
            {"keycloak_realm": {"x": realm(realms="y")}},
            'No argument or block type is named "realms"',
        ),
        ({"keycloak_realm": {"x": {"enabled": True}}}, '"realm" is required'),
        ({"keycloak_realm": {"x": realm(realm=None)}}, '"realm" is required'),
        ({"keycloak_realm": {"x": realm(enabled="perhaps")}}, "a bool is required"),
        ({"keycloak_realms": {"x": realm()}}, "Invalid resource type"),
        (
            {"keycloak_group": {"x": {"realm_id": "x", "name": "x", "path": "/x"}}},
            '"path" is decided by the provider',
        ),
    ],
    ids=["unknown", "required", "null", "wrong type", "unknown type", "read-only"],
)
def test_what_the_schema_forbids_is_refused(work: Work, resource: Json, said: str) -> None:
    work.write(provider=KEYCLOAK, resource=resource)
    work.init()
    assert said in work.run("validate", "-no-color", fails=True)


def test_what_is_unknown_stays_unknown_for_dependants(work: Work) -> None:
    provider = {**KEYCLOAK, "helm": {}}
    path = {"name": "group", "value": "${keycloak_group.staff.path}"}
    work.write(provider=provider, resource=directory() | release(set=[path]))
    work.init()
    change = work.plan()["helm_release.shop"]
    assert change["after_unknown"]["set"] == [{"type": True, "value": True}]
    work.apply()
    assert work.state()["helm_release.shop"]["set"][0]["value"] == "/staff"


def test_a_fault_strikes_as_often_as_it_is_told_to(work: Work) -> None:
    """Then the same command goes on where it stopped."""
    work.write(provider=KEYCLOAK, resource=directory())
    work.init()
    work.extra = {"GROUNDPLAN_EMULATED_FAULTS": "keycloak_user/ada:create:1"}
    said = work.apply(fails=True)
    assert "Emulated fault" in said and "keycloak_user.ada" in said
    assert "keycloak_user.ada" not in work.state()
    assert "keycloak_group.staff" in work.state()
    work.apply()
    assert "keycloak_user.ada" in work.state()


def test_a_fault_after_the_deed_leaves_an_object_that_terraform_does_not_know(work: Work) -> None:
    """It is refused as a conflict from then on, and importing it is the way out."""
    work.write(provider=KEYCLOAK, resource={"keycloak_realm": {"people": realm()}})
    work.init()
    work.extra = {"GROUNDPLAN_EMULATED_FAULTS": "keycloak_realm:create:1:after"}
    work.apply(fails=True)
    assert "already exists" in work.apply(fails=True)
    work.run("import", "-no-color", "keycloak_realm.people", "people")
    assert work.plan() == {}


def test_what_was_never_made_is_not_imported(work: Work) -> None:
    work.write(provider=KEYCLOAK, resource={"keycloak_realm": {"people": realm()}})
    work.init()
    said = work.run("import", "-no-color", "keycloak_realm.people", "people", fails=True)
    assert "non-existent remote object" in said


def test_a_delay_is_waited_for(work: Work) -> None:
    work.write(provider=KEYCLOAK, resource={"keycloak_realm": {"people": realm()}})
    work.init()
    work.extra = {"GROUNDPLAN_EMULATED_DELAYS": "keycloak_*:create:2"}
    began = time.monotonic()
    work.apply()
    assert time.monotonic() - began > 2


def test_what_was_deleted_or_changed_behind_terraform_is_seen(work: Work) -> None:
    work.write(provider=KEYCLOAK, resource=directory())
    work.init()
    work.apply()
    (user,) = work.objects.glob("*/*/keycloak_user/*.json")
    user.unlink()
    (people,) = work.objects.glob("*/*/keycloak_realm/*.json")
    people.write_text(people.read_text().replace("length(12)", "length(1)"))
    changes = work.plan()
    assert changes["keycloak_user.ada"]["actions"] == ["create"]
    assert changes["keycloak_realm.people"]["actions"] == ["update"]


def test_a_data_source_finds_what_was_made_and_what_is_built_in(work: Work) -> None:
    data = {
        "keycloak_realm": {"people": {"realm": "people", "depends_on": ["keycloak_realm.people"]}},
        "keycloak_openid_client": {
            "management": {
                "realm_id": "${keycloak_realm.people.id}",
                "client_id": "realm-management",
            },
        },
    }
    output = {
        "policy": {"value": "${data.keycloak_realm.people.password_policy}"},
        "client": {"value": "${data.keycloak_openid_client.management.id}"},
    }
    resource = {"keycloak_realm": {"people": realm()}}
    work.write(provider=KEYCLOAK, resource=resource, data=data, output=output)
    work.init()
    work.apply()
    found = json.loads(work.raw("output", "-json"))
    assert found["policy"]["value"] == "length(12)"
    assert len(found["client"]["value"].split("-")) == 5
    assert work.plan() == {}


def test_a_data_source_does_not_find_what_nobody_made(work: Work) -> None:
    work.write(provider=KEYCLOAK, data={"keycloak_realm": {"people": {"realm": "people"}}})
    work.init()
    assert "There is no keycloak_realm" in work.run("plan", "-no-color", fails=True)


def test_the_same_configuration_gets_the_same_values(work: Work, tmp_path: Path) -> None:
    work.write(provider=KEYCLOAK, resource=directory())
    work.init()
    work.apply()
    first = work.state()
    work.destroy()
    work.apply()
    assert work.state() == first


def test_what_takes_an_old_name_is_another_object(work: Work) -> None:
    """Ids are made of configurations, and a group that was renamed keeps its id."""
    group = {"realm_id": "people", "name": "staff"}
    work.write(provider=KEYCLOAK, resource={"keycloak_group": {"first": group}})
    work.init()
    work.apply()
    renamed = {"first": group | {"name": "people"}}
    work.write(provider=KEYCLOAK, resource={"keycloak_group": renamed})
    work.apply()
    work.write(provider=KEYCLOAK, resource={"keycloak_group": {**renamed, "second": group}})
    work.apply()
    assert sorted(one["name"] for one in work.recorded()) == ["people", "staff"]
    twice = {**renamed, "second": group, "third": group}
    work.write(provider=KEYCLOAK, resource={"keycloak_group": twice})
    assert "already exists" in work.apply(fails=True)


def test_a_provider_ends_when_terraform_is_killed(work: Work) -> None:
    """Otherwise killed runs would leave one behind each."""
    work.write(provider=KEYCLOAK, resource={"keycloak_realm": {"people": realm()}})
    work.init()
    work.extra = {"GROUNDPLAN_EMULATED_DELAYS": "keycloak_realm:create:300"}
    process = work.start("apply", "-auto-approve", "-no-color")
    until(lambda: "Creating..." in (work.folder / "said").read_text())
    providers = children(process.pid)
    assert providers
    process.kill()
    process.wait()
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in providers))


def test_a_delay_ends_when_terraform_is_interrupted(work: Work) -> None:
    work.write(provider=KEYCLOAK, resource={"keycloak_realm": {"people": realm()}})
    work.init()
    work.extra = {"GROUNDPLAN_EMULATED_DELAYS": "keycloak_realm:create:300"}
    process = work.start("apply", "-auto-approve", "-no-color")
    until(lambda: "Creating..." in (work.folder / "said").read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 1
    assert "was interrupted" in " ".join((work.folder / "said").read_text().split())
    assert work.recorded() == []


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(parent: int) -> list[str]:
    """The processes that a process has started."""
    threads = Path(f"/proc/{parent}/task").glob("*/children")
    return [one for file in threads for one in file.read_text().split()]


def test_two_servers_have_objects_of_their_own(work: Work) -> None:
    first = {"url": "https://a.example.org"}
    second = {"url": "https://b.example.org", "alias": "second"}
    people = {"a": realm(), "b": realm(provider="keycloak.second")}
    work.write(provider={"keycloak": [first, second]}, resource={"keycloak_realm": people})
    work.init()
    work.apply()
    assert [one["realm"] for one in work.recorded()] == ["people", "people"]


def test_a_data_source_is_not_read_from_a_server_that_is_not_known_yet(work: Work) -> None:
    """What it would find could be anything."""
    work.write(
        provider={"helm": {}, "keycloak": {"url": "https://${helm_release.shop.status}"}},
        resource=release(),
        data={"keycloak_realm": {"people": {"realm": "people"}}},
    )
    work.init()
    assert "The server is not known yet" in work.run("plan", "-no-color", fails=True)


def test_moving_to_another_type_is_refused(work: Work) -> None:
    work.write(provider=KEYCLOAK, resource={"keycloak_realm": {"people": realm()}})
    work.init()
    work.apply()
    work.write(
        provider=KEYCLOAK,
        resource={"keycloak_group": {"people": {"realm_id": "x", "name": "x"}}},
        moved=[{"from": "keycloak_realm.people", "to": "keycloak_group.people"}],
    )
    assert "does not support moved operations" in work.run("plan", "-no-color", fails=True)
