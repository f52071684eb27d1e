"""`python -m emulator`: the emulated cloud by itself.

python -m emulator serve [--port N]    start it and print what to export; ends with Ctrl-C
python -m emulator run -- COMMAND …    start it, run a command on it, end it
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys

from emulator import EMULATED, Emulator


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description=EMULATED)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="start it and print what to export")
    serve.add_argument("--port", type=int, default=0, help="default: any free one")
    run = commands.add_parser("run", help="run a command on it")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    given = parser.parse_args()
    if given.command == "serve":
        return _serve(given.port)
    return _run(given.arguments[1:] if given.arguments[:1] == ["--"] else given.arguments)


def _serve(port: int) -> int:
    with Emulator.start(port=port) as cloud:
        for name, value in cloud.variables().items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        try:
            signal.pause()
        except KeyboardInterrupt:
            return 0
    return 0


def _run(arguments: list[str]) -> int:
    with Emulator.start() as cloud:
        return subprocess.run(arguments, env=cloud.environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
