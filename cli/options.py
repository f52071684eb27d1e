"""Options and arguments that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.context import ROOT, configured_repository

Command = TypeVar("Command", bound=Callable[..., Any])


def names(command: Command) -> Command:
    """`[NAME]…`: infrastructures; none is all."""
    return click.argument("names", nargs=-1, metavar="[NAME]...")(command)


def repository(command: Command) -> Command:
    """`--repository DIR`."""
    return click.option(
        "--repository",
        "-r",
        type=click.Path(path_type=Path),
        default=default_repository,
        metavar="DIR",
        help="The repository. Default: $GROUNDPLAN_REPOSITORY, else the one cdktf.json names "
        "when called in its folder, else the current folder.",
    )(command)


def as_json(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")(command)


def stages(command: Command) -> Command:
    """`--stage NAME`, any number of times."""
    return click.option(
        "--stage",
        "stages",
        multiple=True,
        metavar="STAGE",
        help="Only this stage (backend, vpc, domain, kubernetes); may be given several times.",
    )(command)


def output(command: Command) -> Command:
    """`--output DIR`."""
    return click.option(
        "--output",
        "-o",
        type=click.Path(path_type=Path),
        default=lambda: Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")),
        metavar="DIR",
        help="Where the Terraform JSON goes. Default: $CDKTF_OUTDIR, else cdktf.out.",
    )(command)


def limit(command: Command) -> Command:
    """`--parallel N`."""
    return click.option(
        "--parallel",
        "limit",
        type=click.IntRange(1, 64),
        default=lambda: os.cpu_count() or 1,
        metavar="N",
        help="How many stacks are worked on at once. Default: the number of cores.",
    )(command)


def default_repository() -> Path:
    """The repository when none is named."""
    named = os.environ.get("GROUNDPLAN_REPOSITORY")
    if named:
        return Path(named)
    if Path.cwd() == ROOT:
        return configured_repository() or Path()
    return Path()
