"""The program that terraform starts as a provider: `python -m emulator.providers ADDRESS`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from emulator.providers import handshake
from emulator.providers.servicer import Servicer
from emulator.schemas import files


def main(address: str) -> NoReturn:
    """Serves the provider at the address to the terraform that has started this program."""
    if not handshake.started_by_terraform(os.environ):
        sys.exit("This is a provider. It is started by terraform, not by hand.")
    found = next(one for one in files() if one.address == address)
    handshake.serve([Servicer.of(found, os.environ).service()])


if __name__ == "__main__":
    main(sys.argv[1])
