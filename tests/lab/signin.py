"""Signs people in as a browser does: follows Keycloak's pages, fills in their forms.

The authorization code flow with PKCE, a new password where one is due, one-time codes set up and
given. https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.cookiejar
import json
import secrets
import ssl
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

NEW_PASSWORD = "Kept-By-The-Person-1"
MOST_PAGES = 20  # with those that only send on
STEP = 30  # seconds that a code lives


class NotLetIn(Exception):
    """Keycloak shows a page that says no."""


@dataclass
class Person:
    """Somebody, with what they know and have."""

    username: str
    password: str
    totp: str | None = None
    """The secret in their authenticator app; None: not set up."""
    pages: list[str] = field(default_factory=list)
    """What they were asked for, in order."""


@dataclass(frozen=True)
class Client:
    """A client that people sign in to."""

    issuer: str
    id: str
    redirect: str
    authority: Path
    secret: str | None = None

    def sign_in(self, person: Person, provider: str = "") -> dict[str, Any]:
        """The tokens; `provider`: through that one. Raises NotLetIn with what the page says."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(8)
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": self.redirect,
            "scope": "openid profile email",
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **({"kc_idp_hint": provider} if provider else {}),
        }
        address = f"{self.issuer}/protocol/openid-connect/auth?{urllib.parse.urlencode(query)}"
        back = _Browser(self.authority).go(address, person, self.redirect)
        assert back["state"] == state
        fields = {
            "grant_type": "authorization_code",
            "client_id": self.id,
            "code": back["code"],
            "redirect_uri": self.redirect,
            "code_verifier": verifier,
            **({"client_secret": self.secret} if self.secret else {}),
        }
        url = f"{self.issuer}/protocol/openid-connect/token"
        request = urllib.request.Request(url, urllib.parse.urlencode(fields).encode())  # noqa: S310
        context = ssl.create_default_context(cafile=self.authority)
        with urllib.request.urlopen(request, context=context, timeout=60) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found


def claims(token: str) -> dict[str, Any]:
    """What a token says; its signature is not looked at."""
    payload = token.split(".")[1]
    whole = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    found: dict[str, Any] = json.loads(whole)
    return found


class _Browser:
    def __init__(self, authority: Path) -> None:
        context = ssl.create_default_context(cafile=authority)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _NoRedirects(),
        )

    def go(self, address: str, person: Person, redirect: str) -> dict[str, str]:
        """Answers pages until one sends back to `redirect`; what it sends along."""
        data: bytes | None = None
        for _ in range(MOST_PAGES):
            page, location = self._open(address, data)
            data = None
            if location:
                if location.startswith(redirect):
                    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
                address = location
                continue
            form = _Form.of(page)
            if form is None:
                raise NotLetIn(_said(page))
            answer = _answer(form.fields, person)
            if answer is None:
                raise NotLetIn(_said(page))
            address, data = form.action, urllib.parse.urlencode({**form.fields, **answer}).encode()
        raise NotLetIn("too many pages")

    def _open(self, address: str, data: bytes | None) -> tuple[str, str | None]:
        try:
            with self._opener.open(address, data, timeout=60) as answer:
                return answer.read().decode(), answer.headers.get("Location")
        except urllib.error.HTTPError as error:
            return error.read().decode(), error.headers.get("Location")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


@dataclass
class _Form:
    action: str
    fields: dict[str, str]

    @classmethod
    def of(cls, page: str) -> _Form | None:
        """The first form of a page that is sent, with its fields."""
        reader = _Reader()
        reader.feed(page)
        return reader.forms[0] if reader.forms else None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.forms.append(_Form(given["action"], {}))
        elif tag == "input" and self.forms and given.get("type") != "checkbox":
            self.forms[-1].fields[given.get("name", "")] = given.get("value", "")


def _answer(fields: dict[str, str], person: Person) -> dict[str, str] | None:
    """What a person writes into a form; None for one they can't answer, or were asked before."""
    if "SAMLRequest" in fields or "SAMLResponse" in fields:
        return {}  # a browser sends these by itself
    if "totpSecret" in fields:
        person.pages.append("set up codes")
        person.totp = fields["totpSecret"]
        return {"totp": _code(person.totp), "userLabel": "test"}
    if "otp" in fields:
        person.pages.append("code")
        return {"otp": _code(person.totp)} if person.totp else None
    if "password-new" in fields:
        person.pages.append("new password")
        person.password = NEW_PASSWORD
        return {"password-new": NEW_PASSWORD, "password-confirm": NEW_PASSWORD}
    if "firstName" in fields and not (fields["firstName"] and fields["lastName"]):
        person.pages.append("name")
        return {"firstName": person.username, "lastName": "Test"}
    if "username" in fields and "password" in fields and "password" not in person.pages:
        person.pages.append("password")
        return {"username": person.username, "password": person.password}
    return None


def _code(secret: str) -> str:
    """RFC 6238, as the realm has it: SHA-1, six digits, thirty seconds."""
    # A code is good once: the next one is waited for.
    counter = int(time.time()) // STEP + 1
    time.sleep(max(0.0, counter * STEP - time.time()) + 0.5)
    digest = hmac.new(secret.encode(), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def _said(page: str) -> str:
    """The text of a page, without its markup."""

    class Text(HTMLParser):
        words: list[str] = []
        hidden = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.hidden += tag in {"script", "style"}

        def handle_endtag(self, tag: str) -> None:
            self.hidden -= tag in {"script", "style"}

        def handle_data(self, data: str) -> None:
            if not self.hidden and data.strip():
                self.words.append(data.strip())

    reader = Text()
    reader.words = []
    reader.feed(page)
    return " ".join(reader.words)[-500:]
