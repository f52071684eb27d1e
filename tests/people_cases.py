"""What is expected of two infrastructures that share a Keycloak, whichever Keycloak it is.

Imported by the modules that say which: they define the fixture `people`, deployed. The tests run in
the order of this file: the last ones destroy.
"""

from __future__ import annotations

from typing import Any

from keycloak import Connection
from keycloak.admin import Admin
from tests.people import People

REALM = "platform"


def _without_dan(identity: dict[str, Any]) -> None:
    del identity["users"]["dan"]


def _other_realm(identity: dict[str, Any]) -> None:
    identity["keycloak"] = {"install": {"realm": "other"}}


def _auditors_read_argocd(identity: dict[str, Any]) -> None:
    identity["users"]["ada"]["last_name"] = "King"


def test_a_second_plan_is_empty(people: People) -> None:
    assert people.outcomes("plan") == {"production": "unchanged", "staging": "unchanged"}


def test_the_bootstrap_client_is_gone(people: People) -> None:
    assert "groundplan-bootstrap" not in people.admin().clients("master")
    connection = Connection(people.url, people.environment)
    secret = people.secret("production", "keycloak/bootstrap")
    assert Admin.login(connection, "master", "groundplan-bootstrap", secret) is None


def test_people_have_first_passwords_and_keep_what_they_have(people: People) -> None:
    admin = people.admin()
    before = people.secret("production", "keycloak/first-passwords/admin")
    for username in ("admin", "ada", "dan"):
        account = admin.account(REALM, username)
        assert account and admin.has_way_in(REALM, account), username
    people.events.clear()
    assert people.outcomes("deploy", "production") == {"production": "unchanged"}
    assert people.events == []
    assert people.secret("production", "keycloak/first-passwords/admin") == before


def test_a_change_of_a_person_is_a_change_in_place(people: People) -> None:
    people.synthesize(production=_auditors_read_argocd)
    found = people.run("deploy", "production")["production"]
    assert str(found.changes) == "~1", found.reason
    people.synthesize()
    assert people.outcomes("deploy") == {"production": "changed", "staging": "unchanged"}


def test_who_leaves_the_manifest_is_disabled_and_not_deleted(people: People) -> None:
    people.synthesize(production=_without_dan)
    planned = people.run("plan", "production")["production"]
    assert planned.changes.forgotten == ("keycloak_user.dan",)
    account = people.admin().account(REALM, "dan")
    assert account and account.enabled, "a plan changes nothing"
    found = people.run("deploy", "production")["production"]
    assert found.notes == ("dan is disabled, having left the manifest.",), found.reason
    left = people.admin().account(REALM, "dan")
    assert left and not left.enabled and left.id == account.id
    assert people.outcomes("plan", "production") == {"production": "unchanged"}


def test_who_comes_back_has_the_same_account(people: People) -> None:
    before = people.admin().account(REALM, "dan")
    people.synthesize()
    assert people.outcomes("deploy", "production") == {"production": "changed"}
    after = people.admin().account(REALM, "dan")
    assert before and after and after.enabled and after.id == before.id
    assert people.outcomes("plan", "production") == {"production": "unchanged"}


def test_no_deployment_deletes_a_realm(people: People) -> None:
    people.synthesize(production=_other_realm)
    found = people.run("deploy", "production")["production"]
    assert found.outcome == "failed"
    assert "prevent_destroy" in found.diagnostics[0].detail, found.diagnostics
    assert people.admin().account(REALM, "admin")
    people.synthesize()
    assert people.outcomes("plan") == {"production": "unchanged", "staging": "unchanged"}


def test_no_secret_stands_in_a_file_or_a_state(people: People) -> None:
    """Each value of the secret stores, looked for in all that was written."""
    values = {
        people.secret(name, entry.name)
        for name in ("production", "staging")
        for entry in people.store(name).secrets()
        if entry.has_value
    }
    assert len(values) >= 8
    written = {
        str(file): file.read_bytes()
        for folder in (people.folder, people.cloud.folder)
        for file in folder.rglob("*")
        if file.is_file() and ".terraform" not in file.parts
    }
    for name in ("production", "staging"):
        bucket = f"acme-{name}-111122223333-eu-central-1"
        for found in people.client("s3").list_objects_v2(Bucket=bucket)["Contents"]:
            body = people.client("s3").get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            written[f"{bucket}/{found['Key']}"] = body
    assert any(name.endswith("identity.tfstate") for name in written)
    for name, content in written.items():
        # moto logs no bodies; a secret in one would be a leak of ours all the same.
        assert not any(value.encode() in content for value in values), name


def test_the_owner_is_not_destroyed_while_others_share(people: People) -> None:
    found = people.outcomes("destroy", "production")
    assert found == {
        "production": "failed: production keeps the Keycloak of staging: destroy it first, or let "
        "it keep its own."
    }
    assert people.outcomes("plan") == {"production": "unchanged", "staging": "unchanged"}


def test_a_guest_goes_without_a_trace(people: People) -> None:
    assert people.outcomes("destroy", "staging") == {"staging": "destroyed"}
    clients = people.admin().clients(REALM)
    assert not any(one.startswith("staging-") for one in clients)
    assert people.admin().account(REALM, "ada")
    assert people.outcomes("plan", "production") == {"production": "unchanged"}


def test_then_the_owner_can_go(people: People) -> None:
    assert people.outcomes("destroy", "production") == {"production": "destroyed"}
    assert people.admin().account(REALM, "admin") is None, "with the realm"
