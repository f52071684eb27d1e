"""What stands for a server of tokens: by HTTPS, on loopback."""

from __future__ import annotations

import ssl

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from tests.lab.certificates import Authority


def https(app: Flask, authority: Authority, name: str) -> BaseWSGIServer:
    """A server that is not serving yet, on a free port."""
    pair = authority.server(name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return make_server("127.0.0.1", 0, app, ssl_context=context)
