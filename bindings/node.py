"""The Node process that runs jsii's kernel, with the first requests already on their way.

Caller: `bindings.session`, `bindings.kernel`. jsii itself starts a Node that starts a second one
and copies every message between them; this starts the second one only and talks to it directly,
over a socket that it has as file descriptor 3. Its stdout and stderr are ours.
Limit: needs `posix_spawn`, so no Windows.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from bindings.installed import JsiiPackage

if TYPE_CHECKING:
    from bindings.faults import NodeEndedError

KERNEL: Final = "program.js"
# Tells the bundles' stubs (`bindings.assembly`) which entry is in use.
FOLDER_VARIABLE: Final = "GROUNDPLAN_BINDINGS_ENTRY"

_CHANNEL: Final = 3  # the file descriptor jsii's kernel talks on
_ANSWERS: Final = Path(__file__).with_name("channel.js")
_END_WITHIN = 5.0  # seconds Node may take to leave; it removes its temporary folder first


class NodeProcess:
    """A running kernel. Load requests for `packages` are sent at once, in that order.

    `place` is the cache entry with the kernel and the packages.
    """

    def __init__(self, node: Path, place: Path, packages: Sequence[JsiiPackage]) -> None:
        ours, theirs = socket.socketpair()
        try:
            self.pid = _spawn(node, place, theirs)
        finally:
            theirs.close()
        self.stopped = False
        self._channel = ours
        self._answers = cast(BinaryIO, ours.makefile("rb", buffering=1 << 16))
        for package in packages:
            self.send(
                {
                    "api": "load",
                    "name": package.name,
                    "version": package.version,
                    "tarball": str(place / f"{package.module}.tgz"),
                }
            )

    def hello(self) -> str:
        """The kernel's greeting: its name and version. To be called first, once."""
        greeting: str = json.loads(self.answer())["hello"]
        return greeting

    def send(self, request: object) -> None:
        """Sends a request. Raises NodeEndedError if Node is no longer there."""
        self.send_line(json.dumps(request).encode())

    def send_line(self, line: bytes) -> None:
        """Sends a request that is already JSON on one line."""
        try:
            self._channel.sendall(line + b"\n")
        except OSError as error:
            raise self._ended() from error

    def answer(self) -> bytes:
        """The next answer, in the order of the requests; waits for it."""
        try:
            line = self._answers.readline()
        except OSError as error:
            raise self._ended() from error
        if not line.endswith(b"\n"):
            raise self._ended()
        return line

    def stop(self) -> None:
        """Asks Node to leave and waits; kills it if it does not."""
        if self.stopped:
            return
        self.stopped = True
        self._channel.settimeout(_END_WITHIN)
        try:
            self._channel.sendall(b'{"exit":0}\n')
            while self._channel.recv(1 << 16):  # until Node's end closes the channel
                pass
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
        except OSError:
            pass  # it is gone already
        self._answers.close()
        self._channel.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _ended(self) -> NodeEndedError:
        from bindings.faults import NodeEndedError

        if self.stopped:
            return NodeEndedError("Node.js was stopped: nothing can be built after finish().")
        status = "without a word"
        with contextlib.suppress(ChildProcessError):
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            status = f"with signal {-code}" if code < 0 else f"with exit code {code}"
        self.stopped = True
        return NodeEndedError(
            f"Node.js, which runs CDKTF, ended {status} in the middle of the work. "
            "What it wrote above says why; if nothing did, it may have run out of memory."
        )


def _spawn(node: Path, place: Path, channel: socket.socket) -> int:
    environment = {
        **os.environ,
        "JSII_AGENT": f"Python/{platform.python_version()}",
        "JSII_RUNTIME_PACKAGE_CACHE": "enabled",
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(place / "packages"),
        "NODE_COMPILE_CACHE": str(place / "compiled"),
        FOLDER_VARIABLE: str(place),
    }
    # As jsii does: room for big programs, and packages seen where they are linked. The warning is
    # about a line in cdktf that no user can change.
    options = ["--max-old-space-size=4069", "--preserve-symlinks", "--disable-warning=DEP0044"]
    # dup2 of a descriptor onto itself would leave it closed on exec.
    duplicate = os.dup(channel.fileno()) if channel.fileno() == _CHANNEL else channel.fileno()
    try:
        return os.posix_spawn(
            node,
            [str(node), *options, "--require", str(_ANSWERS), str(place / "runtime" / KERNEL)],
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, duplicate, _CHANNEL),
            ],
        )
    finally:
        if duplicate != channel.fileno():
            os.close(duplicate)
