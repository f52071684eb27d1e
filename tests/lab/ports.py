"""Free ports of loopback."""

from __future__ import annotations

import socket
from contextlib import ExitStack


def free(number: int) -> list[int]:
    """As many ports nobody listens on now; all held until all are found, so that they differ."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
