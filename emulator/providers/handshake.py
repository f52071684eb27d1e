"""How terraform and a provider find each other: go-plugin's handshake, then gRPC over TLS.

The provider prints one line with a socket and a certificate; terraform connects there, and ends it
by a call. The key is made for each start and never leaves the process. The socket is in a
folder of this user's own.
https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md
"""

from __future__ import annotations

import base64
import os
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent import futures
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

COOKIE = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
)
PROTOCOL = 6
WORKERS = 32
"""More than terraform's parallelism, so that emulated delays don't hold up other calls."""
LARGEST = 64 * 2**20
"""Bytes in a message; as terraform allows them."""


def serve(services: Iterable[grpc.GenericRpcHandler]) -> NoReturn:
    """Serves one terraform command with these services and go-plugin's own, and ends the process.

    It never returns: terraform waits for the process, and Python takes its time to leave.
    """
    # Ctrl-C reaches the whole process group; terraform alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stopped = threading.Event()
    options = [("grpc.max_receive_message_length", LARGEST)]
    server = grpc.server(futures.ThreadPoolExecutor(WORKERS), options=options)
    server.add_generic_rpc_handlers((*services, *_own(stopped)))
    with tempfile.TemporaryDirectory(prefix="plugin-") as folder:
        key, certificate = _identity()
        credentials = grpc.ssl_server_credentials(
            [(key, certificate.public_bytes(serialization.Encoding.PEM))]
        )
        socket = f"{folder}/socket"
        server.add_secure_port(f"unix://{socket}", credentials)
        server.start()
        print(_greeting(socket, certificate), flush=True)  # noqa: T201
        _wait(stopped)
        server.stop(grace=0.5).wait()
    os._exit(0)


def started_by_terraform(environment: Mapping[str, str]) -> bool:
    """Whether it is terraform that runs this program, and not a person."""
    return environment.get(COOKIE[0]) == COOKIE[1]


def _greeting(socket: str, certificate: x509.Certificate) -> str:
    der = certificate.public_bytes(serialization.Encoding.DER)
    # Go reads the certificate without padding.
    encoded = base64.b64encode(der).decode().rstrip("=")
    return f"1|{PROTOCOL}|unix|{socket}|grpc|{encoded}"


def _wait(stopped: threading.Event) -> None:
    parent = os.getppid()
    while not stopped.wait(1):
        # A terraform that was killed can't say goodbye.
        if os.getppid() != parent:
            return


def _identity() -> tuple[bytes, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem, certificate


def _own(stopped: threading.Event) -> Iterator[grpc.GenericRpcHandler]:
    """What go-plugin asks of every plugin: to end, and what it prints (nothing, ever)."""

    def shut_down(request: bytes, context: grpc.ServicerContext) -> bytes:
        stopped.set()
        return b""

    def prints(request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        return iter(())

    calls = {"Shutdown": grpc.unary_unary_rpc_method_handler(shut_down)}
    yield grpc.method_handlers_generic_handler("plugin.GRPCController", calls)
    streams = {"StreamStdio": grpc.unary_stream_rpc_method_handler(prints)}
    yield grpc.method_handlers_generic_handler("plugin.GRPCStdio", streams)
