"""Google Cloud, asked by the program itself: against the emulated APIs, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from clouds import Place, open_cloud
from clouds.google import Google
from clouds.google_secrets import ENTRY, secret_id
from emulator.google import GoogleServer
from errors import GroundplanError

PART = "--x\r\nContent-Type: application/json\r\n\r\n"
PLACE = Place("google", "europe-west3", "acme-platform", "states", "state/", "acme_staging_")


class Made:
    """What terraform would have made, and a program's way to it."""

    def __init__(self, objects: Path, server: GoogleServer) -> None:
        self.server = server
        self._folder = objects / "google" / "server"

    def record(self, type_: str, name: str, content: dict[str, Any]) -> None:
        file = self._folder / type_ / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))

    def entry(self, entry: str, prefix: str = PLACE.secret_prefix) -> None:
        """As terraform makes it: without a value."""
        id_ = secret_id(prefix, entry)
        content = {"project": PLACE.account, "secret_id": id_, "annotations": {ENTRY: entry}}
        self.record("google_secret_manager_secret", id_, content)

    def upload(self, name: str, content: str = "{}", **conditions: str) -> int:
        answer = requests.post(
            f"{self.server.endpoint}/upload/storage/v1/b/states/o",
            params={"uploadType": "multipart", "name": name, **conditions},
            data=f"{PART}{{}}\r\n{PART}{content}\r\n--x--\r\n",
            headers={"Content-Type": "multipart/related; boundary=x"},
            timeout=10,
        )
        return int(answer.status_code)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    with GoogleServer.start(tmp_path) as server:
        for name, value in server.variables().items():
            monkeypatch.setenv(name, value)
        yield Made(tmp_path, server)


@pytest.fixture
def cloud(made: Made) -> Google:
    found = open_cloud(PLACE)
    assert isinstance(found, Google)
    return found


def test_an_entry_has_no_value_until_one_is_set(cloud: Google, made: Made) -> None:
    made.entry("argocd/git")
    assert cloud.secret("argocd/git") is None
    assert [(one.name, one.has_value) for one in cloud.secrets()] == [("argocd/git", False)]
    cloud.set_secret("argocd/git", "first")
    cloud.set_secret("argocd/git", "second")
    found = cloud.secret("argocd/git")
    assert found and found.value == "second"
    (entry,) = cloud.secrets()
    assert (entry.name, entry.has_value) == ("argocd/git", True)
    assert entry.changed and entry.changed.tzinfo


def test_the_version_changes_with_the_value_only(cloud: Google, made: Made) -> None:
    made.entry("one")
    versions = []
    for value in ("a", None, "b"):
        if value:
            cloud.set_secret("one", value)
        found = cloud.secret("one")
        assert found
        versions.append(found.version)
    assert versions[0] == versions[1] != versions[2]


def test_only_terraform_makes_entries(cloud: Google) -> None:
    with pytest.raises(GroundplanError, match="There is no entry one yet"):
        cloud.set_secret("one", "s3cret")
    assert cloud.secret("one") is None


def test_entries_of_others_are_not_listed(cloud: Google, made: Made) -> None:
    made.entry("ours")
    for prefix in ("acme_staging-2_", "acme_production_", "other-acme_staging_"):
        made.entry("theirs", prefix)
    assert [one.name for one in cloud.secrets()] == ["ours"]


def test_a_long_list_is_read_to_its_end(cloud: Google, made: Made) -> None:
    names = sorted(f"entry-{number:02}" for number in range(60))
    for name in names:
        made.entry(name)
    assert [one.name for one in cloud.secrets()] == names


def test_what_has_a_state_in_the_bucket_is_deployed(cloud: Google, made: Made) -> None:
    assert cloud.stages() == frozenset()
    made.record("google_storage_bucket", "states", {"name": "states"})
    assert cloud.stages() == frozenset()
    for key in ("vpc/default.tfstate", "module-media/default.tfstate", "vpc/default.tflock"):
        assert made.upload(f"state/{key}") == 200
    assert made.upload("config/kubeconfig") == 200
    assert cloud.stages() == {"vpc", "module-media"}


def test_outputs_are_read_but_sensitive_ones(cloud: Google, made: Made) -> None:
    assert cloud.outputs("vpc") == {}
    made.record("google_storage_bucket", "states", {"name": "states"})
    assert cloud.outputs("vpc") == {}
    outputs = {"cidr": {"value": "10.0.0.0/16"}, "key": {"value": "s3cret", "sensitive": True}}
    made.upload("state/vpc/default.tfstate", json.dumps({"outputs": outputs}))
    assert cloud.outputs("vpc") == {"cidr": "10.0.0.0/16"}


def test_an_object_is_made_once_only_where_that_is_asked(made: Made) -> None:
    """The condition by which terraform locks a state."""
    made.record("google_storage_bucket", "states", {"name": "states"})
    assert made.upload("state/vpc/default.tflock", ifGenerationMatch="0") == 200
    assert made.upload("state/vpc/default.tflock", ifGenerationMatch="0") == 412


def test_what_exists_is_found_by_its_name(cloud: Google, made: Made) -> None:
    id_ = secret_id(PLACE.secret_prefix, "one")
    kind, arguments = "google_secret_manager_secret", {"secret_id": id_}
    assert cloud.import_id(kind, arguments) is None
    made.entry("one")
    assert cloud.import_id(kind, arguments) == f"projects/acme-platform/secrets/{id_}"
    assert cloud.import_id("google_compute_network", {"name": "acme"}) is None


def test_a_refusal_is_one_sentence_with_google_s_own_words(
    cloud: Google, monkeypatch: pytest.MonkeyPatch, made: Made
) -> None:
    monkeypatch.setenv(
        "GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT", f"{made.server.endpoint}/storage/v1/b/none/o"
    )
    made.record("google_storage_bucket", "none", {"name": "none"})
    words = r"set the secret one \(project acme-platform, europe-west3\): POST .*Method Not Allowed"
    with pytest.raises(GroundplanError, match=words) as raised:
        cloud.set_secret("one", "s3cret")
    assert "s3cret" not in str(raised.value)


def test_a_server_that_can_not_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "emulated")
    monkeypatch.setenv("GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT", "http://127.0.0.1:1/v1/")
    monkeypatch.setattr("clouds.google.SLOW_DOWN", 0)
    with pytest.raises(GroundplanError, match="Google does not let us read the secret one"):
        Google(PLACE).secret("one")
