"""The emulated APIs of Google Cloud: strict about what they know, and in step with the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from emulator.google import GoogleServer

BUCKET, SECRET = "states", "acme_staging_one"
PART = "--x\r\nContent-Type: application/json\r\n\r\n"


class Google:
    """A server, with a bucket and a secret that terraform would have made."""

    def __init__(self, server: GoogleServer, objects: Path) -> None:
        self.url = server.endpoint
        self.objects = objects / "google" / "google"
        self.record("google_storage_bucket", BUCKET, {"name": BUCKET})
        secret = {"project": "acme", "secret_id": SECRET, "annotations": None}
        self.record("google_secret_manager_secret", SECRET, secret)

    def record(self, type_: str, name: str, content: object) -> Path:
        file = self.objects / type_ / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
        return file

    def upload(self, name: str, content: str = "{}", **parameters: str) -> requests.Response:
        return requests.post(
            f"{self.url}/upload/storage/v1/b/{BUCKET}/o",
            params={"uploadType": "multipart", **parameters},
            data=f'{PART}{{"name": "{name}"}}\r\n{PART}{content}\r\n--x--\r\n',
            headers={"Content-Type": "multipart/related; boundary=x"},
            timeout=10,
        )

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=10)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Google]:
    with GoogleServer.start(tmp_path) as server:
        yield Google(server, tmp_path)


def test_what_is_written_is_read_by_both_apis(google: Google) -> None:
    generation = google.upload("state/a b/default.tfstate", '{"serial": 1}').json()["generation"]
    by_json = google.get(f"/storage/v1/b/{BUCKET}/o/state%2Fa%20b%2Fdefault.tfstate?alt=media")
    by_xml = google.get(f"/{BUCKET}/state/a%20b/default.tfstate")
    assert by_json.json() == by_xml.json() == {"serial": 1}
    assert by_xml.headers["X-Goog-Generation"] == generation


@pytest.mark.parametrize("path", ["/compute/v1/projects/acme", "/storage/v1/b", "/v1/projects"])
def test_what_is_not_emulated_is_refused(google: Google, path: str) -> None:
    answer = google.get(path)
    assert answer.status_code in {404, 405}
    assert path in answer.json()["error"]["message"]


def test_an_upload_in_pieces_is_refused(google: Google) -> None:
    assert google.upload("one", uploadType="resumable").status_code == 501


def test_of_many_that_take_a_lock_one_gets_it(google: Google) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(
            pool.map(lambda _: google.upload("lock", ifGenerationMatch="0").status_code, range(16))
        )
    assert sorted(codes) == [200, *[412] * 15]


def test_a_lock_is_taken_off_by_its_generation_only(google: Google) -> None:
    generation = google.upload("lock").json()["generation"]
    url = f"{google.url}/storage/v1/b/{BUCKET}/o/lock"
    wrong = requests.delete(url, params={"ifGenerationMatch": "1"}, timeout=10)
    right = requests.delete(url, params={"ifGenerationMatch": generation}, timeout=10)
    assert (wrong.status_code, right.status_code) == (412, 204)


def test_objects_go_with_their_bucket(google: Google) -> None:
    google.upload("state")
    bucket = google.objects / "google_storage_bucket" / f"{BUCKET}.json"
    content = bucket.read_text()
    bucket.unlink()
    assert google.upload("other").status_code == 404
    bucket.write_text(content)
    assert google.get(f"/storage/v1/b/{BUCKET}/o").json() == {}, "it was another bucket before"


def test_values_go_with_their_secret(google: Google) -> None:
    url = f"/v1/projects/acme/secrets/{SECRET}"
    added = requests.post(
        f"{google.url}{url}:addVersion", json={"payload": {"data": "Zmlyc3Q="}}, timeout=10
    )
    assert added.ok
    assert google.get(f"{url}/versions/latest:access").json()["payload"]["data"] == "Zmlyc3Q="
    file = google.objects / "google_secret_manager_secret" / f"{SECRET}.json"
    content = file.read_text()
    file.unlink()
    assert google.get(f"{url}/versions/latest:access").status_code == 404
    file.write_text(content)
    assert google.get(f"{url}/versions/latest:access").status_code == 404
