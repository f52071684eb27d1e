"""Writes emulated providers into a folder, in the layout of terraform's file-system mirrors.

https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
"""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from emulator.schemas import SchemaFile

ROOT = Path(__file__).resolve().parent.parent.parent
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
CODE = "import sys; sys.path.insert(0, sys.argv[1]); from emulator.providers import __main__ as m; \
m.main(sys.argv[2])"


def write(mirror: Path, providers: Iterable[SchemaFile]) -> None:
    """Makes a program for each of the providers; what is there already and right stays."""
    for provider in providers:
        folder = mirror / provider.address / provider.version / target()
        folder.mkdir(parents=True, exist_ok=True)
        program = folder / f"terraform-provider-{provider.type}_v{provider.version}"
        text = _program(provider)
        # A terraform may be running it this moment.
        if not program.is_file() or program.read_text() != text:
            program.write_text(text)
            program.chmod(0o755)


def target() -> str:
    """This machine as terraform names it: linux_amd64."""
    machine = platform.machine()
    return f"{platform.system().lower()}_{MACHINES.get(machine, machine)}"


def _program(provider: SchemaFile) -> str:
    """A shell script: a `#!` line itself may be neither long nor hold blanks.

    `-I` keeps the caller's folder, PYTHONPATH and user packages out.
    """
    command = [sys.executable, "-I", "-c", CODE, str(ROOT), provider.address]
    return f"#!/bin/sh\nexec {shlex.join(command)}\n"
