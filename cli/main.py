"""The commands, each in a file of its own."""

from __future__ import annotations

import os
import sys

import click

from cli.access import access
from cli.boundary import guarded
from cli.demo import demo
from cli.graph import graph
from cli.outputs import outputs
from cli.render import render
from cli.rollouts import deploy, destroy, plan
from cli.schema import schema
from cli.secret import secret
from cli.synth import synth
from cli.token import token
from cli.validate import validate

USAGE = 2


@click.group(
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        # https://no-color.org; None is: on a terminal only.
        "color": False if os.environ.get("NO_COLOR") else None,
    },
    epilog="Without a command, main.py is the CDKTF app that cdktf.json names: it synthesizes.",
)
def groundplan() -> None:
    """One YAML manifest is the ground plan of one infrastructure.

    Commands take names of infrastructures; without names they take all of the repository.
    Results go to stdout (--json for machines), progress to stderr.
    """


COMMANDS = (
    *(validate, graph, synth, render, plan, deploy, outputs, destroy),
    *(access, secret, token, schema, demo),
)
for command in COMMANDS:
    groundplan.add_command(command)


def main() -> int:
    """Runs the command line; returns the exit code."""
    return guarded(_run)


def _run() -> int:
    try:
        code = groundplan.main(args=sys.argv[1:], prog_name="main.py", standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        return USAGE
    return code if isinstance(code, int) else 0
