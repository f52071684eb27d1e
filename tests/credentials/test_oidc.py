"""People sign in once a session: by a browser, by a code, and by what is kept."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask, Response, jsonify, request

from credentials.oidc import SignIn
from errors import GroundplanError
from tests.credentials.servers import https
from tests.lab.certificates import Authority

CLIENT = "staging-kubernetes"


class Issuer:
    """Answers as an issuer does, strictly: every part of a request is checked."""

    def __init__(self, authority: Authority) -> None:
        app = Flask(__name__)
        app.get("/.well-known/openid-configuration")(self.discovery)
        app.post("/token")(self.token)
        app.post("/device")(self.device)
        self.server = https(app, authority, "issuer")
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        self.challenges: dict[str, str] = {}
        """Code → the challenge it was asked for with."""
        self.grants: list[str] = []
        """How tokens were got, in order."""
        self.lifetime = 300.0
        self.pending = 1
        """How often a device is told to wait."""
        self.session = True

    def discovery(self) -> Response:
        return jsonify(
            issuer=self.url,
            authorization_endpoint=f"{self.url}/auth",
            token_endpoint=f"{self.url}/token",
            device_authorization_endpoint=f"{self.url}/device",
        )

    def device(self) -> Any:
        form = request.form
        assert form["client_id"] == CLIENT and form["code_challenge_method"] == "S256"
        self.challenges["device"] = form["code_challenge"]
        return jsonify(
            device_code="device",
            user_code="ABCD-EFGH",
            verification_uri=f"{self.url}/go",
            expires_in=60,
            interval=0.01,
        )

    def token(self) -> Any:
        form = request.form
        assert form["client_id"] == CLIENT
        grant = form["grant_type"].rpartition(":")[2]
        if grant == "refresh_token" and not self.session:
            return jsonify(error="invalid_grant", error_description="Session not active"), 400
        if grant == "device_code" and self.pending:
            self.pending -= 1
            return jsonify(error="authorization_pending"), 400
        code = form.get("code") or form.get("device_code")
        if code:
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            assert self.challenges.pop(code) == challenge
        self.grants.append(grant)
        return jsonify(id_token=self.made(), refresh_token="refresh", access_token="unused")

    def made(self) -> str:
        claims = json.dumps({"exp": time.time() + self.lifetime, "n": len(self.grants)})
        return f"e30.{base64.urlsafe_b64encode(claims.encode()).decode().rstrip('=')}.signature"

    def browse(self, address: str, **other: str) -> bool:
        """A browser with somebody before it: it comes back with a code."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["response_type"] == "code" and query["client_id"] == CLIENT
        self.challenges["code"] = query["code_challenge"]
        back = {"code": "code", "state": query["state"], **other}

        def come_back() -> None:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            opener.open(f"{query['redirect_uri']}/?{urlencode(back)}", timeout=10).close()

        threading.Thread(target=come_back, daemon=True).start()
        return True


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[Issuer]:
    made = Issuer(Authority(tmp_path / "certificates"))
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()


@pytest.fixture
def sign_in(issuer: Issuer, tmp_path: Path) -> SignIn:
    authority = str(tmp_path / "certificates" / "authority.crt")
    return SignIn(issuer.url, CLIENT, tmp_path / "cache", lambda text: None, authority)


def nobody(address: str) -> bool:
    raise AssertionError("nobody is to be asked")


pytestmark = pytest.mark.xdist_group("ports 8000 and 18000")


def test_a_browser_signs_in_and_nobody_is_asked_again(issuer: Issuer, sign_in: SignIn) -> None:
    first = sign_in.token(device=False, browser=issuer.browse)
    assert issuer.grants == ["authorization_code"]
    assert sign_in.token(device=False, browser=nobody) == first
    assert issuer.grants == ["authorization_code"]


def test_a_token_that_ends_is_renewed(issuer: Issuer, sign_in: SignIn) -> None:
    issuer.lifetime = 31
    first = sign_in.token(device=False, browser=issuer.browse)
    time.sleep(1.2)
    assert sign_in.token(device=False, browser=nobody).value != first.value
    assert issuer.grants == ["authorization_code", "refresh_token"]


def test_after_the_session_people_are_asked(issuer: Issuer, sign_in: SignIn) -> None:
    issuer.lifetime = 31
    sign_in.token(device=False, browser=issuer.browse)
    time.sleep(1.2)
    issuer.session = False
    sign_in.token(device=False, browser=issuer.browse)
    assert issuer.grants == ["authorization_code", "authorization_code"]


def test_a_code_is_typed_in_elsewhere(issuer: Issuer, sign_in: SignIn, tmp_path: Path) -> None:
    told: list[str] = []
    telling = SignIn(sign_in.issuer, CLIENT, sign_in.cache, told.append, sign_in.authority)
    telling.token(device=True, browser=nobody)
    assert told == [f"Open {issuer.url}/go on any machine and type ABCD-EFGH."]
    assert issuer.grants == ["device_code"]


def test_an_answer_to_another_question_is_refused(issuer: Issuer, sign_in: SignIn) -> None:
    with pytest.raises(GroundplanError, match="did not succeed"):
        sign_in.token(device=False, browser=lambda address: issuer.browse(address, state="another"))
    assert issuer.grants == []


def test_what_is_kept_is_its_owners_alone(issuer: Issuer, sign_in: SignIn) -> None:
    sign_in.token(device=False, browser=issuer.browse)
    (file,) = sign_in.cache.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert sign_in.cache.stat().st_mode & 0o777 == 0o700


def test_nothing_is_sent_in_the_clear(tmp_path: Path) -> None:
    plain = SignIn("http://127.0.0.1:1", CLIENT, tmp_path, lambda text: None)
    with pytest.raises(GroundplanError, match="is no https address"):
        plain.token(device=True, browser=nobody)


def test_who_does_not_answer_is_named(tmp_path: Path) -> None:
    lonely = SignIn("https://127.0.0.1:1", CLIENT, tmp_path, lambda text: None)
    with pytest.raises(GroundplanError, match=r"https://127\.0\.0\.1:1/.* does not answer"):
        lonely.token(device=True, browser=nobody)
