"""Tokens for GKE: whose they are, how long they may be kept, and what is said where none can be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from credentials import google
from errors import GroundplanError
from tests.conftest import ROOT

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "ya29.example"


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable, no home with a login, and no metadata server."""
    for name in [
        name for name in os.environ if name.startswith(("GOOGLE_", "GCLOUD_", "CLOUDSDK_"))
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


def test_a_given_token_is_handed_over_and_not_kept_long() -> None:
    made = google.token(environment={google.ACCESS_TOKEN: SECRET}, now=NOW)
    assert made.value == SECRET
    assert made.expires - NOW == timedelta(minutes=1)
    assert SECRET not in repr(made)


def test_without_credentials_one_sentence_says_what_to_do() -> None:
    with pytest.raises(GroundplanError, match="gcloud auth application-default login"):
        google.token(environment={}, now=NOW)


@pytest.mark.parametrize("name", google.CREDENTIALS)
def test_credentials_that_are_no_json_are_not_shown(name: str) -> None:
    with pytest.raises(GroundplanError, match="is no JSON") as raised:
        google.token(environment={name: '{"private_key": "s3cret'}, now=NOW)
    assert "s3cret" not in str(raised.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.json")
    with pytest.raises(GroundplanError, match=r"names a file that can.t be read: .*missing\.json"):
        google.token(environment={"GOOGLE_CREDENTIALS": missing}, now=NOW)


def test_a_key_of_a_service_account_is_taken(tmp_path: Path) -> None:
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key = {
        "type": "service_account",
        "client_email": "ci@acme-platform.iam.gserviceaccount.com",
        "private_key": pem.decode(),
        "token_uri": "https://127.0.0.1:1/token",
    }
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key))
    for given in (str(file), json.dumps(key)):
        found = google.credentials({"GOOGLE_CREDENTIALS": given})
        assert found.service_account_email == key["client_email"]


def test_other_kinds_are_sent_where_they_belong() -> None:
    other = {"GOOGLE_CREDENTIALS": json.dumps({"type": "external_account"})}
    with pytest.raises(GroundplanError, match="set GOOGLE_APPLICATION_CREDENTIALS"):
        google.credentials(other)


def test_the_command_answers_as_kubectl_asks() -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "token", "google"],
        env={**os.environ, google.ACCESS_TOKEN: SECRET},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stderr == ""
    credential = json.loads(ended.stdout)
    assert (credential["kind"], credential["status"]["token"]) == ("ExecCredential", SECRET)
