"""Groundplan's entry.

Without arguments this is the CDKTF app that `cdktf.json` names: it synthesizes what the
environment points at and leaves. With arguments it is the command line (`cli/`).
"""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the app or the command line; returns the exit code."""
    if len(sys.argv) > 1:
        from cli.main import main as command_line

        return command_line()
    # First of all: Node starts and loads while Python imports and reads manifests.
    import bindings

    bindings.start()
    from cli.boundary import guarded

    return bindings.finish(guarded(_synthesize))


def _synthesize() -> int:
    from stacks.synth import main as synthesize

    return synthesize()


if __name__ == "__main__":
    sys.exit(main())
