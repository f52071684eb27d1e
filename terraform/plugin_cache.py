"""One copy of each provider for all stacks, instead of a download for each.

terraform's plugin cache is not safe for several `init` at once ("text file busy",
https://github.com/hashicorp/terraform/issues/31964), so they take turns: here, and in other
processes that use the same folder. Once the providers are there a turn takes about a second.

Without a lock file from before, terraform would download a provider again to learn its checksums,
cache or not; `TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE` lets it learn them from the copy.
What it gives up is checksums for other platforms, which generated stacks have no use for.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FOLDER = "TF_PLUGIN_CACHE_DIR"
TRUST = "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"
LOCK = ".groundplan-lock"


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that make terraform use a cache: the user's own folder, or ours.

    None where providers come from a mirror on this machine: they are linked, not downloaded. None
    where there is no place for one: terraform then downloads for each stack.
    """
    own = environment.get(FOLDER)
    if own:
        return {FOLDER: own}
    if _has_mirror(environment):
        return {}
    root = environment.get("XDG_CACHE_HOME") or _below_home(environment)
    if not root:
        return {}
    folder = Path(root) / "groundplan" / "providers"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return {}
    return {FOLDER: str(folder), TRUST: "true"}


@contextmanager
def turn(variables: Mapping[str, str]) -> Iterator[None]:
    """Waits until nobody else prepares a folder with the same cache."""
    folder = variables.get(FOLDER)
    if not folder or not Path(folder).is_dir():
        yield
        return
    with (Path(folder) / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _has_mirror(environment: Mapping[str, str]) -> bool:
    """Whether terraform's CLI configuration names a file-system mirror."""
    try:
        return "filesystem_mirror" in Path(environment.get("TF_CLI_CONFIG_FILE", "")).read_text()
    except (OSError, UnicodeDecodeError):
        return False


def _below_home(environment: Mapping[str, str]) -> str:
    home = environment.get("HOME")
    return f"{home}/.cache" if home else ""
