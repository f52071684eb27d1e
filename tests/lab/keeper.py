"""Ends the laboratory's processes when whoever started them is gone, even by SIGKILL.

Started by `processes.py`, which holds the other end of standard input and writes a process id a
line. When the input ends, the groups of those processes that still live are killed, and the folder
given as the argument is removed; a line `keep` says to leave it. Linux: a pid file descriptor names
a process for good, where its number may be given to another one. Standard library only.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
from contextlib import suppress

LONGEST = 10.0  # seconds until killed processes are gone


def main() -> None:
    """Waits for the end of the input, then ends what is left."""
    # Ctrl-C reaches every process of a terminal; the laboratory ends its own in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    processes: dict[int, int] = {}
    keep = False
    for line in sys.stdin:
        if line.strip() == "keep":
            keep = True
            continue
        with suppress(ProcessLookupError):  # it has ended already
            pid = int(line)
            processes[pid] = os.pidfd_open(pid)
    for pid, descriptor in processes.items():
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, 0)
            # It leads its group: so those it has started end, too.
            os.killpg(pid, signal.SIGKILL)
            select.select([descriptor], [], [], LONGEST)
    if not keep:
        shutil.rmtree(sys.argv[1], ignore_errors=True)


if __name__ == "__main__":
    main()
