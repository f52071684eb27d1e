"""The one fast start of this process: its Node, its cache entry, the answers still to be read.

Caller: `bindings.start` begins it; `bindings.kernel` and `bindings.importing` use it. The entry's
checksums are computed in a thread while Python imports other things; whoever needs the entry
waits for them first. A damaged entry is made anew and Node is started again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Thread
from typing import Final

from bindings import cache, preparation
from bindings.node import NodeProcess

# The version whose inner workings `bindings` knows. requirements/runtime.in pins the same.
JSII_VERSION: Final = "1.142.0"


class Session:
    """See the module. Starts Node at once."""

    def __init__(self, setup: preparation.Setup) -> None:
        self._setup = setup
        self.packages = [package for package, _ in setup.packages]
        self.place = preparation.prepare(setup)
        self.unread: Callable[[], None] = lambda: None
        """Reads the answers that nobody has waited for; `bindings.kernel` puts its own here."""
        self._damaged: str | None = None
        self._start()
        # A daemon: a program that ends before it needs the entry must not wait for it.
        self._check: Thread | None = Thread(target=self._look, daemon=True)
        self._check.start()

    def ready(self) -> None:
        """Waits until the entry is known to be whole, and makes it anew if it is not."""
        if self._check is None:
            return
        self._check.join()
        self._check = None
        if self._damaged is not None:
            sys.stderr.write(f"groundplan: {self._damaged} in the cache is damaged\n")
            self.node.stop()
            cache.discard(self.place)
            self.place = preparation.prepare(self._setup)
            self._start()

    def process(self) -> NodeProcess:
        """Node, with every answer read that was due."""
        self.ready()
        while self._due:
            self._read()
        return self.node

    def loaded(self, name: str) -> bytes | None:
        """Node's answer to the request to load an npm package; None if none was sent."""
        self.ready()
        while name not in self._answers and self._due:
            self._read()
        return self._answers.pop(name, None)

    def _start(self) -> None:
        self.node = NodeProcess(self._setup.node, self.place, self.packages)
        self._due = [package.name for package in self.packages]
        self._answers: dict[str, bytes] = {}
        self._greeted = False

    def _read(self) -> None:
        if not self._greeted:
            self.node.hello()
            self._greeted = True
        self._answers[self._due.pop(0)] = self.node.answer()

    def _look(self) -> None:
        self._damaged = cache.damaged(self.place)


_current: Session | None = None


def begin(setup: preparation.Setup) -> Session:
    """Starts the session of this process. Raises what `preparation.prepare` raises."""
    global _current  # noqa: PLW0603 - jsii has one kernel in a process, and so have we
    _current = Session(setup)
    return _current


def current() -> Session | None:
    """The session, None before `begin`."""
    return _current


def process() -> NodeProcess:
    """The session's Node. Only to be called after `begin`."""
    assert _current is not None  # noqa: S101 - the kernel is put in place by `begin`'s caller
    return _current.process()


def loaded(name: str) -> bytes | None:
    """See `Session.loaded`. Only to be called after `begin`."""
    assert _current is not None  # noqa: S101 - the kernel is put in place by `begin`'s caller
    return _current.loaded(name)
