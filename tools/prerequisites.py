"""Says in one sentence what a machine lacks to run Groundplan. Runs on any Python 3."""

import re
import shutil
import subprocess
import sys

PYTHON = (3, 11)
TERRAFORM = (1, 11)


def missing():
    """The first thing that is missing or too old, as a sentence; None if nothing is."""
    if sys.version_info < PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:2])
        return (
            "Python 3.11 or newer is needed and this is {}: install it, or name one with "
            "`make PYTHON=python3.12 …`.".format(found)
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return "Python's venv module is missing: install it (Debian: apt install python3-venv)."
    if not shutil.which("git"):
        return "git is missing: install it (https://git-scm.com/downloads)."
    return _terraform()


def _terraform():
    install = "install 1.11 or newer (https://developer.hashicorp.com/terraform/install)."
    program = shutil.which("terraform")
    if not program:
        return "terraform is missing: " + install
    answer = subprocess.run(
        [program, "version"], capture_output=True, text=True, timeout=60, check=False
    )
    version = re.search(r"v(\d+)\.(\d+)", answer.stdout)
    if not version:
        return "`terraform version` gave no version: " + install
    if tuple(int(part) for part in version.groups()) < TERRAFORM:
        return "terraform {} is too old: {}".format(version.group()[1:], install)
    return None


if __name__ == "__main__":
    sys.exit(missing())
