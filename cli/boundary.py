"""The one place where errors become words and exit codes.

0 done · 1 a known error: its sentences, no stack trace · 2 usage, or changes pending ·
3 a surprise: a log with the stack trace · 130 interrupted.

Imports nothing that takes time: `main.py` uses it around a synth, too.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from errors import GroundplanError, ManifestError

KNOWN, SURPRISE, INTERRUPTED = 1, 3, 130


def guarded(work: Callable[[], int]) -> int:
    """Runs `work`; returns its exit code, or the one for the error it raised."""
    try:
        return work()
    except ManifestError as error:
        return told(f"{error}\n{count(len(error.problems), 'problem')}.")
    except GroundplanError as error:
        return told(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not write to it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except Exception as error:
        return surprised(error)


def told(sentence: str) -> int:
    """Says a known error."""
    sys.stderr.write(f"{sentence.rstrip()}\n")
    return KNOWN


def surprised(error: Exception) -> int:
    """Keeps the stack trace of an error that nobody expected, and says where."""
    log = _log_file()
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("".join(traceback.format_exception(error)))
    sys.stderr.write(
        f"Something unexpected happened ({type(error).__name__}). The details are in {log}: "
        "please report it with them.\n"
    )
    return SURPRISE


def count(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _log_file() -> Path:
    home = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    folder = Path(home) / "groundplan"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
