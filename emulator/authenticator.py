"""Answers the TokenReviews of an API server: the webhook that EKS runs beside its own.

The call that a token stands for is made to the STS of this emulated cloud, which checks its
signature; the caller becomes a user of Kubernetes by the cluster's access entries. Runs in the
server process of the emulated cloud, over TLS.
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
"""

from __future__ import annotations

import datetime
import http.client
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any
from xml.etree import ElementTree

from werkzeug.serving import make_server

from emulator.access_entries import Identity, Unknown, user
from emulator.completions.eks_store import ClusterParts, stores
from emulator.eks_token import CLUSTER_HEADER, BadToken, IdentityCall, read

LONGEST = 10  # seconds for a call of STS
STS_XML = "{https://sts.amazonaws.com/doc/2011-06-15/}"


class Authenticator:
    """The webhook of one cluster's API server, a WSGI application."""

    def __init__(self, cluster: str, emulated: str) -> None:
        """`emulated` is the host and port of the emulated cloud."""
        self._cluster = cluster
        self._emulated = emulated

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answers one TokenReview."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        review = json.loads(environ["wsgi.input"].read(length))
        status = self.review(review["spec"].get("token", ""))
        body = {"apiVersion": review["apiVersion"], "kind": "TokenReview", "status": status}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def review(self, token: str) -> dict[str, Any]:
        """The status of a TokenReview."""
        try:
            call = read(token, self._emulated, datetime.datetime.now(datetime.UTC))
            return {"authenticated": True, "user": user(self._parts(), self._identity(call))}
        except (BadToken, Unknown) as refused:
            return {"authenticated": False, "error": f"The token is refused: {refused}."}

    def _parts(self) -> ClusterParts:
        """The cluster, in whatever account and region it is. Raises Unknown."""
        found = [
            store.clusters[self._cluster]
            for regions in list(stores.values())
            for store in list(regions.values())
            if self._cluster in store.clusters
        ]
        if len(found) != 1:
            raise Unknown(f"there are {len(found)} clusters with the name {self._cluster}")
        return found[0]

    def _identity(self, call: IdentityCall) -> Identity:
        """Asks STS. The header is this cluster's name: signed for another, it does not match.

        Raises BadToken with what STS says.
        """
        connection = http.client.HTTPConnection(self._emulated, timeout=LONGEST)
        try:
            headers = {"Host": call.host, CLUSTER_HEADER: self._cluster}
            connection.request("GET", f"/?{call.query}", headers=headers)
            answer = connection.getresponse()
            document = ElementTree.fromstring(answer.read())  # noqa: S314  # our own STS
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise BadToken(f"STS says {_text(document, 'Code')}: {_text(document, 'Message')}")
        return Identity(*(_text(document, name) for name in ("Arn", "Account", "UserId")))


def serve(cluster: str, emulated: str, port: int, certificate: str, key: str) -> None:
    """Serves the webhook of a cluster on a loopback port from now on, in a thread."""
    server = make_server(
        "127.0.0.1",
        port,
        Authenticator(cluster, emulated),
        threaded=True,
        ssl_context=(certificate, key),
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _text(document: ElementTree.Element, name: str) -> str:
    return document.findtext(f".//{STS_XML}{name}") or ""
