"""Waits on this machine for a browser to come back from a sign-in."""

from __future__ import annotations

import http.server
import socketserver
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager

from errors import GroundplanError

PORTS = (8000, 18000)
"""The realm knows these two, and sends people nowhere else: see `stacks/identity.py`."""
LONGEST = 300.0
"""Seconds for the sign-in: a first one takes a new password and a one-time code."""
DONE = b"<!doctype html><title>Groundplan</title><p>Signed in. This page may be closed.</p>"


class Listener:
    """A server for one answer."""

    def __init__(self, server: socketserver.TCPServer, answers: list[dict[str, str]]) -> None:
        self._server = server
        self._answers = answers
        self.url = f"http://localhost:{server.server_address[1]}"

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Listener]:
        """Listens for as long as the block lasts. Raises GroundplanError if no port is free."""
        answers: list[dict[str, str]] = []
        for port in PORTS:
            try:
                server = http.server.HTTPServer(("127.0.0.1", port), _handler(answers))
            except OSError:
                continue
            with server:
                yield cls(server, answers)
            return
        raise GroundplanError(
            f"Ports {' and '.join(map(str, PORTS))} of this machine are taken: free one, or sign "
            "in with --device."
        )

    def wait(self) -> dict[str, str]:
        """What the browser brought. Raises GroundplanError if it does not come."""
        deadline = time.monotonic() + LONGEST
        self._server.timeout = 1
        while not self._answers:
            self._server.handle_request()
            if time.monotonic() > deadline:
                raise GroundplanError("Nobody signed in in time: run the command again.")
        return self._answers[0]


def _handler(answers: list[dict[str, str]]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            if "state" not in query:
                # A browser asks for the page's icon, too.
                self.send_error(404)
                return
            answers.append(query)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(DONE)

        def log_message(self, *arguments: object) -> None:
            """Says nothing: the address holds the code."""

    return Handler
