"""Serves the emulated Keycloaks by HTTPS, each under its own name, with a certificate for it."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from emulator.keycloak import certificates, realms, releases
from emulator.keycloak.realms import MASTER, Realms

LOOK = 0.2
"""Seconds between two looks at which Keycloaks are up."""
NAMED_ROLES = {"admin"}


class Keycloaks:
    """Those that are up, by address; each is new when its release appears."""

    def __init__(self, objects: Path) -> None:
        self._objects = objects
        self._up: dict[str, Realms] = {}
        self._lock = threading.Lock()

    def look(self) -> None:
        """Forgets those whose release has gone, and starts those whose release has come."""
        urls = releases.urls(self._objects)
        with self._lock:
            self._up = {
                url: self._up.get(url) or realms.of(self._objects, url) for url in sorted(urls)
            }

    def at(self, host: str) -> Realms:
        """Answers 503 where none is up, as an ingress without pods behind it."""
        self.look()
        found = self._up.get(f"https://{host}")
        if found is None:
            abort(503)
        return found

    def watch(self) -> None:
        """Looks for as long as the process lives."""
        while True:
            self.look()
            time.sleep(LOOK)


def application(keycloaks: Keycloaks) -> Flask:
    """The routes; what is not among them is refused."""
    app = Flask(__name__)
    here: Callable[[], Realms] = lambda: keycloaks.at(request.host)  # noqa: E731

    @app.errorhandler(HTTPException)
    def said(error: HTTPException) -> tuple[Response, int]:
        if error.code == HTTPStatus.NOT_FOUND and not request.url_rule:
            return jsonify(error=f"not emulated: {request.method} {request.path}"), 501
        return jsonify(error=error.name), error.code or 500

    @app.errorhandler(KeyError)
    def unknown(error: KeyError) -> tuple[Response, int]:
        return jsonify(error=f"there is no {error}"), 404

    @app.get("/realms/<realm>/.well-known/openid-configuration")
    def discovery(realm: str) -> Response:
        here()
        return jsonify(issuer=f"https://{request.host}/realms/{realm}")

    @app.post("/realms/<realm>/protocol/openid-connect/token")
    def token(realm: str) -> Any:
        form = request.form
        if form["grant_type"] != "client_credentials":
            abort(501)
        made = here().login(realm, form["client_id"], form["client_secret"])
        if made is None:
            return jsonify(error="unauthorized_client"), 401
        return jsonify(access_token=made)

    allowed = _guard(here)
    _clients(app, allowed)
    _users(app, allowed)
    return app


def _guard(here: Callable[[], Realms]) -> Callable[[str], Realms]:
    """Who may use the admin API: tokens of the master realm everywhere, others in their own."""

    def allowed(realm: str) -> Realms:
        found = here()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in found.tokens:
            abort(401)
        client = found.tokens[token]
        if client is None and realm == MASTER:
            abort(403)
        if client is not None and "admin" not in client.roles:
            abort(403)
        if not found.has_realm(realm):
            abort(404)
        if realm not in found.realms[token]:
            abort(403)
        return found

    return allowed


def _clients(app: Flask, allowed: Callable[[str], Realms]) -> None:
    """Clients, and the roles of their accounts."""

    @app.get("/admin/realms/<realm>/clients")
    def clients(realm: str) -> Response:
        wanted = request.args.get("clientId")
        found = allowed(realm).clients(realm)
        return jsonify([one for one in found if wanted in {None, one["clientId"]}])

    @app.post(f"/admin/realms/{MASTER}/clients")
    def make_client() -> tuple[str, int, dict[str, str]]:
        id_ = allowed(MASTER).make_client(request.get_json())
        return "", 201, {"Location": f"{request.url}/{id_}"}

    @app.put(f"/admin/realms/{MASTER}/clients/<id_>")
    def change_client(id_: str) -> tuple[str, int]:
        allowed(MASTER).by_id(id_).description = request.get_json()
        return "", 204

    @app.delete(f"/admin/realms/{MASTER}/clients/<id_>")
    def remove_client(id_: str) -> tuple[str, int]:
        allowed(MASTER).remove_client(id_)
        return "", 204

    @app.get(f"/admin/realms/{MASTER}/clients/<id_>/service-account-user")
    def account(id_: str) -> Response:
        return jsonify(id=allowed(MASTER).by_id(id_).account)

    @app.get(f"/admin/realms/{MASTER}/roles/<name>")
    def role(name: str) -> Response:
        allowed(MASTER)
        if name not in NAMED_ROLES:
            abort(404)
        return jsonify(id=f"role-{name}", name=name)

    @app.post(f"/admin/realms/{MASTER}/users/<account>/role-mappings/realm")
    def give_role(account: str) -> tuple[str, int]:
        client = allowed(MASTER).of_account(account)
        if client is None:
            abort(404)
        client.roles |= {one["name"] for one in request.get_json()}
        return "", 204


def _users(app: Flask, allowed: Callable[[str], Realms]) -> None:
    """People's accounts."""

    @app.get("/admin/realms/<realm>/users")
    def users(realm: str) -> Response:
        if request.args.get("exact") != "true":
            abort(501)
        found = allowed(realm).users(realm, request.args["username"])
        return jsonify([_shown(one) for one in found])

    @app.get("/admin/realms/<realm>/users/<id_>")
    def user(realm: str, id_: str) -> Response:
        return jsonify(_shown(allowed(realm).user(id_)))

    @app.put("/admin/realms/<realm>/users/<id_>")
    def change_user(realm: str, id_: str) -> tuple[str, int]:
        found, changed = allowed(realm), request.get_json()
        if {**_shown(found.user(id_)), "enabled": changed["enabled"]} != changed:
            abort(501)
        found.change_user(id_, changed["enabled"])
        return "", 204

    @app.post("/admin/realms/<realm>/users/<id_>/logout")
    def logout(realm: str, id_: str) -> tuple[str, int]:
        allowed(realm).user(id_)
        return "", 204

    @app.get("/admin/realms/<realm>/users/<id_>/credentials")
    def credentials(realm: str, id_: str) -> Response:
        found = allowed(realm)
        found.user(id_)
        return jsonify([{"type": "password"}] if id_ in found.passwords else [])

    @app.get("/admin/realms/<realm>/users/<id_>/federated-identity")
    def federated(realm: str, id_: str) -> Response:
        allowed(realm).user(id_)
        return jsonify([])

    @app.put("/admin/realms/<realm>/users/<id_>/reset-password")
    def reset_password(realm: str, id_: str) -> tuple[str, int]:
        found = allowed(realm)
        found.user(id_)
        found.passwords[id_] = request.get_json()
        return "", 204


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["id"], "username": record["username"], "enabled": record["enabled"]}


def serve(objects: Path, folder: Path) -> int:
    """Serves from a thread of its own; returns the port. `folder` takes the authority's file."""
    keycloaks = Keycloaks(objects)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = certificates.by_name(folder)
    server = make_server("127.0.0.1", 0, application(keycloaks), threaded=True, ssl_context=context)
    threading.Thread(target=keycloaks.watch, daemon=True).start()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port
