"""A person's token is changed for Google's, and what Google refuses is said in one sentence."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask, jsonify, request

from credentials.token import Token
from credentials.workforce import Exchange
from errors import GroundplanError
from tests.credentials.servers import https
from tests.lab.certificates import Authority

POOL = "groundplan-acme-europe-1b2c3d4e"
PERSON = Token("e30.ada.signature", datetime(2026, 11, 23, tzinfo=UTC))
OUTSIDER = Token("e30.eve.signature", datetime(2026, 11, 23, tzinfo=UTC))


class SecurityTokenService:
    """Answers as Google's does, strictly: a request that differs in anything fails the test.

    https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
    """

    def __init__(self, authority: Authority) -> None:
        app = Flask(__name__)
        app.post("/v1/token")(self.token)
        self.server = https(app, authority, "sts")
        self.url = f"https://127.0.0.1:{self.server.server_port}/v1/token"

    def token(self) -> Any:
        form = dict(request.form)
        person = form.pop("subject_token")
        # google-auth quotes them once more than a form does.
        assert json.loads(unquote(form.pop("options"))) == {"userProject": "acme-platform"}
        assert form == {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "audience": f"//iam.googleapis.com/locations/global/workforcePools/{POOL}"
            "/providers/keycloak",
            "scope": "https://www.googleapis.com/auth/cloud-platform",
            "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        }
        if person != PERSON.value:
            why = "The given credential is rejected by the attribute condition."
            return jsonify(error="unauthorized_client", error_description=why), 400
        return jsonify(
            access_token="ya29.d.ada",
            issued_token_type="urn:ietf:params:oauth:token-type:access_token",
            token_type="Bearer",
            expires_in=3600,
        )


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    service = SecurityTokenService(Authority(tmp_path))
    threading.Thread(target=service.server.serve_forever, daemon=True).start()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.crt"))
    yield Exchange(POOL, "keycloak", "acme-platform", service.url)
    service.server.shutdown()


def test_a_token_of_keycloak_becomes_one_of_google(exchange: Exchange) -> None:
    made = exchange.token(PERSON)
    assert made.value == "ya29.d.ada"
    left = made.expires - datetime.now(UTC)
    assert timedelta(minutes=58) < left <= timedelta(hours=1)


def test_who_is_in_no_group_with_rights_is_told_so(exchange: Exchange) -> None:
    with pytest.raises(GroundplanError, match="rejected by the attribute condition") as raised:
        exchange.token(OUTSIDER)
    assert "in no group with rights" in str(raised.value)
    assert OUTSIDER.value not in str(raised.value)


def test_who_does_not_answer_is_told(exchange: Exchange) -> None:
    lonely = Exchange(POOL, "keycloak", "acme-platform", "https://127.0.0.1:1/v1/token")
    with pytest.raises(GroundplanError, match=r"https://127\.0\.0\.1:1/v1/token does not answer"):
        lonely.token(PERSON)
