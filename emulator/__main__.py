"""`python -m emulator`: the emulated cloud by itself.

python -m emulator serve [--port N] [--json]   start it and print what to export; ends with Ctrl-C
python -m emulator run -- COMMAND …            start it, run a command on it, end it
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys

from emulator import EMULATED, Emulator, environment
from errors import GroundplanError

INTERRUPTED = 130
NOT_FOUND = 127


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description=EMULATED)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="start it and print what to export")
    serve.add_argument("--port", type=int, default=0, help="default: any free one")
    serve.add_argument("--json", action="store_true", help="print variables as a JSON object")
    run = commands.add_parser("run", help="run a command on it; its exit code is returned")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if given.command == "serve":
            return _serve(given.port, given.json)
        arguments = given.arguments[given.arguments[:1] == ["--"] :]
        if not arguments:
            run.error("a command is missing")
        return _run(arguments)
    except KeyboardInterrupt:
        return 0 if given.command == "serve" else INTERRUPTED
    except GroundplanError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _serve(port: int, as_json: bool) -> int:
    with Emulator.start(port=port) as cloud:
        variables = cloud.variables()
        if as_json:
            sys.stdout.write(json.dumps(variables, indent=2) + "\n")
        else:
            foreign = [name for name in environment.removed(os.environ) if name not in variables]
            sys.stdout.writelines(f"unset {name}\n" for name in foreign)
            sys.stdout.writelines(
                f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()
            )
        sys.stdout.flush()
        signal.pause()
    return 0


def _run(arguments: list[str]) -> int:
    with Emulator.start() as cloud:
        try:
            return subprocess.run(arguments, env=cloud.environment(), check=False).returncode
        except FileNotFoundError:
            sys.stderr.write(f"There is no program {arguments[0]}.\n")
            return NOT_FOUND


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
