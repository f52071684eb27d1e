"""Serves Google's APIs on loopback, in a thread of this process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from emulator.google.answers import error as refused
from emulator.google.records import Records
from emulator.google.secrets import Secrets
from emulator.google.storage import Storage

TOKEN = "emulated"  # noqa: S105


class _Quiet(WSGIRequestHandler):
    """Logs no requests: the terminal is the user's."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        logging.getLogger(__name__).debug(message, *args)


@dataclass(frozen=True)
class GoogleServer:
    """A running server."""

    endpoint: str

    @classmethod
    @contextmanager
    def start(cls, objects: Path) -> Iterator[GoogleServer]:
        """Serves for as long as the block lasts; `objects` is where providers record theirs."""
        server = make_server(
            "127.0.0.1", 0, _Application(Records(objects)), threaded=True, request_handler=_Quiet
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield cls(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def variables(self) -> dict[str, str]:
        """With which variables terraform, its gcs backend and `clouds/` come here."""
        return {
            "GOOGLE_OAUTH_ACCESS_TOKEN": TOKEN,
            "GOOGLE_STORAGE_CUSTOM_ENDPOINT": f"{self.endpoint}/storage/v1/",
            "GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT": f"{self.endpoint}/v1/",
        }


class _Application:
    """Takes each request to the API that its path belongs to."""

    def __init__(self, records: Records) -> None:
        apis = (Secrets(records), Storage(records))
        self._routes = Map([route for api in apis for route in api.routes()], merge_slashes=False)
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        request = Request(environ)
        try:
            answer, arguments = self._routes.bind_to_environ(environ).match()
            # One after the other: conditions and what they are about must not drift apart.
            with self._lock:
                response = answer(request, **arguments)
        except HTTPException as error:
            response = refused(error.code or 500, f"{request.method} {request.path}: {error.name}")
        whole: Iterator[bytes] = iter(response(environ, start))
        return whole
