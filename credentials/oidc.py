"""A token of a person: signed in with a browser, or with a code that is typed in elsewhere.

What was answered is kept in `$XDG_CACHE_HOME/groundplan/tokens`, readable by its owner only: until
the session at the issuer ends, nobody is asked again.
https://openid.net/specs/openid-connect-core-1_0.html, https://www.rfc-editor.org/rfc/rfc7636 for
PKCE, https://www.rfc-editor.org/rfc/rfc8628 for codes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from credentials.listener import Listener
from credentials.token import Token
from errors import GroundplanError

SCOPES = "openid profile email"
MARGIN = 30.0
"""Seconds before its end at which a token counts as expired."""
LONGEST = 30
"""Seconds that an answer may take."""
PENDING = {"authorization_pending", "slow_down"}
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class SignIn:
    """An issuer, and the client that people sign in with."""

    issuer: str
    client: str
    cache: Path
    tell: Tell
    """What to do is said here: standard error, as a rule."""
    authority: str | None = None
    """A PEM file to trust besides the usual ones."""

    def token(self, *, device: bool, browser: Callable[[str], bool]) -> Token:
        """A token that is kept, renewed, or signed in for; in this order.

        `device`: by a code instead of a browser on this machine. Raises GroundplanError.
        """
        kept = self._kept()
        found = _fresh(kept)
        if found is None and kept.get("refresh_token"):
            found = self._renewed(kept["refresh_token"])
        if found is None:
            answer = self._by_device() if device else self._by_browser(browser)
            found = self._keep(answer)
        return found

    def _renewed(self, refresh_token: str) -> Token | None:
        """None if the session is over."""
        try:
            fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
            return self._keep(self._ask("token_endpoint", fields))
        except _Refused:
            return None

    def _by_browser(self, browser: Callable[[str], bool]) -> Mapping[str, Any]:
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        with Listener.open() as listener:
            query = urllib.parse.urlencode(
                {
                    "response_type": "code",
                    "client_id": self.client,
                    "redirect_uri": listener.url,
                    "scope": SCOPES,
                    "state": state,
                    "code_challenge": challenge.decode().rstrip("="),
                    "code_challenge_method": "S256",
                }
            )
            address = f"{self._endpoint('authorization_endpoint')}?{query}"
            if not browser(address):
                self.tell(f"Open this in a browser on this machine:\n{address}")
            answer = listener.wait()
        if answer.get("state") != state or "code" not in answer:
            raise GroundplanError(
                f"The sign-in at {self.issuer} did not succeed: "
                f"{answer.get('error_description') or answer.get('error') or 'no answer to it'}."
            )
        return self._ask(
            "token_endpoint",
            {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": listener.url,
                "code_verifier": verifier,
            },
        )

    def _by_device(self) -> Mapping[str, Any]:
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        started = self._ask(
            "device_authorization_endpoint",
            {
                "scope": SCOPES,
                "code_challenge": challenge.decode().rstrip("="),
                "code_challenge_method": "S256",
            },
        )
        self.tell(
            f"Open {started['verification_uri']} on any machine and type {started['user_code']}."
        )
        pause = float(started.get("interval", 5))
        deadline = time.monotonic() + float(started["expires_in"])
        while time.monotonic() < deadline:
            time.sleep(pause)
            fields = {
                "grant_type": DEVICE_GRANT,
                "device_code": started["device_code"],
                "code_verifier": verifier,
            }
            try:
                return self._ask("token_endpoint", fields)
            except _Refused as refused:
                if refused.error not in PENDING:
                    raise
                pause += 5 * (refused.error == "slow_down")
        raise GroundplanError("Nobody typed the code in time: run the command again.")

    def _endpoint(self, name: str) -> str:
        found = _json(f"{self.issuer}/.well-known/openid-configuration", None, self.authority)
        if found.get("issuer") != self.issuer:
            raise GroundplanError(f"{self.issuer} calls itself {found.get('issuer')}.")
        return str(found[name])

    def _ask(self, endpoint: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
        whole = {"client_id": self.client, **fields}
        return _json(self._endpoint(endpoint), whole, self.authority)

    @property
    def _file(self) -> Path:
        digest = hashlib.sha256(f"{self.issuer}\n{self.client}".encode()).hexdigest()
        return self.cache / f"{digest[:32]}.json"

    def _kept(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _keep(self, answer: Mapping[str, Any]) -> Token:
        kept = {key: answer[key] for key in ("id_token", "refresh_token") if key in answer}
        token = _fresh(kept)
        if token is None:
            raise GroundplanError(f"{self.issuer} gives no token that is valid now.")
        self.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = self._file.with_suffix(f".{os.getpid()}")
        whole.touch(mode=0o600)
        whole.write_text(json.dumps(kept))
        whole.replace(self._file)
        return token


class _Refused(GroundplanError):
    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


def _fresh(kept: Mapping[str, Any]) -> Token | None:
    """The token, if it is valid for a while. Whether it is genuine the cluster's API checks."""
    text = kept.get("id_token")
    if not isinstance(text, str):
        return None
    payload = text.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if float(claims["exp"]) - MARGIN < time.time():
        return None
    return Token(text, datetime.fromtimestamp(float(claims["exp"]) - MARGIN, UTC))


def _json(url: str, fields: Mapping[str, str] | None, authority: str | None) -> dict[str, Any]:
    if not url.startswith("https://"):
        raise GroundplanError(f"{url} is no https address: a sign-in is not sent in the clear.")
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(authority)
    data = urllib.parse.urlencode(fields).encode() if fields is not None else None
    request = urllib.request.Request(url, data)  # noqa: S310  # checked above
    try:
        with urllib.request.urlopen(request, timeout=LONGEST, context=context) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise _refused(url, error) from None
    except (OSError, ValueError) as error:
        raise GroundplanError(f"{url} does not answer: {error}.") from None


def _refused(url: str, error: urllib.error.HTTPError) -> _Refused:
    try:
        said = json.load(error)
    except ValueError:
        said = {}
    why = said.get("error_description") or said.get("error") or error.reason
    return _Refused(str(said.get("error", "")), f"{url} answers {error.code}: {why}.")
