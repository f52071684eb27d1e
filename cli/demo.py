"""`main.py demo`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import options
from cli.boundary import INTERRUPTED
from cli.context import ROOT
from cli.progress import duration
from errors import GroundplanError

if TYPE_CHECKING:
    from emulator.mirror import Provider

EXAMPLE = ROOT / "examples" / "acme"
EPILOG = """\b
Examples:
  main.py demo                           both infrastructures of examples/acme, to nothing left
  main.py demo production --keep         one; stays until Ctrl-C
  main.py demo -r examples/acme-google   on an emulated Google Cloud
"""


@click.command(epilog=EPILOG)
@options.names
@click.option(
    "--repository",
    "-r",
    type=click.Path(path_type=Path),
    default=EXAMPLE,
    metavar="DIR",
    help="The repository. Default: examples/acme.",
)
@click.option("--keep", is_flag=True, help="Keep the emulated cloud until Ctrl-C.")
def demo(names: tuple[str, ...], repository: Path, keep: bool) -> int:
    """Deploy, change nothing, destroy: the whole way, on an emulated cloud on this machine.

    terraform and the AWS provider are the real ones. The clouds are emulated: no account, no cost.
    """
    from emulator import EMULATED, Emulator
    from manifest import infrastructure_names

    chosen = list(names or infrastructure_names(repository))
    began = time.monotonic()
    click.echo(f"Emulated: {EMULATED}")
    with Emulator.start() as cloud, tempfile.TemporaryDirectory(prefix="groundplan-") as folder:
        click.echo(_providers(cloud.providers()))
        environment = {
            **cloud.environment(),
            "GROUNDPLAN_REPOSITORY": str(_copy(repository, Path(folder))),
            "CDKTF_OUTDIR": str(Path(folder) / "cdktf.out"),
        }
        _run(environment, "validate", *chosen)
        _run(environment, "graph", *chosen)
        _run(environment, "deploy", *chosen, "--yes")
        _run(environment, "plan", *chosen, "--detailed-exitcode")
        if keep:
            _stay(cloud.environment())
        confirmed = [word for name in chosen for word in ("--confirm", name)]
        _run(environment, "destroy", *chosen, *confirmed, "--yes")
        left = cloud.leftovers()
    if left:
        raise GroundplanError(f"Left behind: {', '.join(map(str, left))}.")
    click.echo(f"\nNothing is left. All of it took {duration(time.monotonic() - began)}.")
    return 0


def _providers(providers: Sequence[Provider]) -> str:
    """Which providers are real, and which only check, plan and keep what they are told."""
    emulated = ", ".join(str(one) for one in providers if one.emulated)
    real = ", ".join(str(one) for one in providers if not one.emulated)
    return (
        f"Emulated providers, with no server behind them: {emulated or 'none'}. "
        f"Real ones at hand: {real or 'none, so from the registry'}."
    )


def _copy(repository: Path, folder: Path) -> Path:
    """The repository, so that a demo leaves no trace in it."""
    import shutil

    target = folder / "repository"
    shutil.copytree(repository, target, ignore=shutil.ignore_patterns(".groundplan"))
    return target


def _run(environment: dict[str, str], *arguments: str) -> None:
    click.echo(f"\n{click.style(f'$ main.py {chr(32).join(arguments)}', bold=True)}")
    with subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *arguments], env=environment
    ) as child:
        code = _waited_for(child)
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code != 0:
        raise GroundplanError(f"main.py {arguments[0]} ended with {code}.")


def _waited_for(child: subprocess.Popen[bytes]) -> int:
    """The exit code. A Ctrl-C has reached the child, too, and it needs time to stop terraform."""
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def _stay(environment: dict[str, str]) -> None:
    ours = {key: value for key, value in environment.items() if os.environ.get(key) != value}
    click.echo("\nThe emulated cloud stays until Ctrl-C. In another terminal:")
    for key, value in _sorted(ours):
        click.echo(f"  export {key}={value}")
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\nDestroying …")


def _sorted(variables: dict[str, str]) -> Sequence[tuple[str, str]]:
    return sorted(variables.items())
