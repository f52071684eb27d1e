"""Makes cdktf and the prebuilt provider packages load fast.

`start` is a program's first act, before anything imports cdktf; from then on ordinary imports
(`from cdktf_cdktf_provider_aws.vpc import Vpc`) find what is prepared here. `finish` is its last.
What they do touches the insides of jsii, so it is done for the pinned version only, and
`GROUNDPLAN_STOCK_BINDINGS=1` switches all of it off: the same output, half a minute later. See
docs/decisions/0002-jsii-loading.md.

Imports `errors` at most; callers are `main.py`, tests and benchmarks.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from bindings.node import Node

SWITCH = "GROUNDPLAN_STOCK_BINDINGS"
JSII = "1.142.0"
"""The version whose insides are known here."""

_node: Node | None = None


def start() -> None:
    """Starts Node and prepares the imports; a second call does nothing."""
    global _node  # noqa: PLW0603
    if _node is not None or "jsii" in sys.modules or not _may_be_used():
        return
    from bindings import assembly, modules, packages, stripping
    from bindings.node import Node, use

    cut = {package.assembly: assembly.cut(package) for package in modules.PACKAGES}
    base = [assembly.whole(name, name) for name in ("constructs", "cdktf")]
    _node = Node([*base, *cut.values()])
    stripping.install([package.module for package in modules.PACKAGES])
    for package in modules.PACKAGES:
        packages.hollow(package.module)
    use(_node)
    packages.load_cut(cut)


def finish(code: int = 0) -> NoReturn:
    """Ends the program at once, once its output is written: Python's orderly end is slower."""
    sys.stdout.flush()
    sys.stderr.flush()
    if _node is None:
        sys.exit(code)
    _node.end()
    os._exit(code)


def _may_be_used() -> bool:
    if os.environ.get(SWITCH, "") not in {"", "0"}:
        _stock_node()
        return False
    if version("jsii") != JSII or not hasattr(os, "posix_spawn"):
        sys.stderr.write(
            f"jsii is not {JSII}, or this system has no posix_spawn: "
            "loading the bindings takes half a minute.\n"
        )
        _stock_node()
        return False
    return True


def _stock_node() -> None:
    """Node of the wheel for jsii's own way of starting it."""
    from bindings.node import executable

    os.environ.setdefault("JSII_NODE", str(executable()))
