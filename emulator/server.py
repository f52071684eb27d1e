"""The server process: moto with the completions. Started by `cloud.py`.

Prints its address and serves until SIGTERM.
"""

from __future__ import annotations

import signal
import sys

from werkzeug.serving import make_server

from emulator.completions import complete


def main() -> None:
    """Serves on the port given as the argument; 0 is any free one."""
    complete()
    # After the completions: moto reads its tables of URLs when the first request comes.
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )

    application = DomainDispatcherApplication(create_backend_app)
    server = make_server(
        "127.0.0.1",
        int(sys.argv[1]),
        application,
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
