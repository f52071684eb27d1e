"""The program that terraform starts as a provider: `python -m emulator.providers ADDRESS`."""

from __future__ import annotations

import os
import sys

from emulator.providers import handshake
from emulator.providers.servicer import Servicer
from emulator.schemas import files


def main(address: str) -> int:
    """Serves the provider at the address to the terraform that has started this program."""
    if not handshake.started_by_terraform(os.environ):
        sys.stderr.write("This is a provider. It is started by terraform, not by hand.\n")
        return 1
    found = next(one for one in files() if one.address == address)
    handshake.serve([Servicer.of(found, os.environ).service()])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
