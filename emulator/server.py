"""The server process: moto with the completions. Started by `cloud.py`.

Prints its address and serves until SIGTERM, or until its standard input ends: the process that
started it holds the other end, and may be killed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from werkzeug.serving import make_server

from emulator.completions import complete
from emulator.environment import FOLDER, KEYCLOAK, objects


def main() -> None:
    """Serves; arguments: the port (0 is any free one) and the default account."""
    # Ctrl-C reaches every process of a terminal. Whoever started this one may still need it, to
    # destroy what was made; it ends it by SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    complete(sys.argv[2])
    # After the completions: moto reads its tables of URLs when the first request comes.
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )

    from emulator import api_server, authenticator, keycloak
    from emulator.completions.presigned import Presigned
    from emulator.completions.unknown_actions import Answering

    server = make_server(
        "127.0.0.1",
        int(sys.argv[1]),
        Answering(Presigned(DomainDispatcherApplication(create_backend_app))),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    for cluster, backing in api_server.read().items():
        authenticator.serve(cluster, f"127.0.0.1:{server.server_port}", **backing["authenticator"])
    folder = Path(os.environ[FOLDER])
    (folder / KEYCLOAK).write_text(str(keycloak.serve(objects(folder), folder)))
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
