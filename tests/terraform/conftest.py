"""A terraform that refuses every command it was not told about."""

from __future__ import annotations

import json
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FAKE = """#!{python}
import json, os, pathlib, signal, sys, time
folder = pathlib.Path({folder!r})
known = json.loads((folder / "known.json").read_text())
name = pathlib.Path.cwd().name
call = {{"folder": name, "arguments": sys.argv[1:], "pgid": os.getpgid(0)}}
with (folder / "calls.jsonl").open("a") as log:
    log.write(json.dumps(call) + "\\n")
answer = known.get(f"{{name}} {{sys.argv[1]}}", known.get(sys.argv[1]))
if answer is None:
    sys.exit(f"the fake terraform knows no {{sys.argv[1:]}}")
def note(number, frame):
    with (folder / "signals").open("a") as log:
        log.write(f"{{number}}\\n")
    if answer.get("stubborn"):
        return
    sys.exit(130)
signal.signal(signal.SIGINT, note)
signal.signal(signal.SIGTERM, note)
for line in answer.get("stdout", []):
    print(line if isinstance(line, str) else json.dumps(line), flush=True)
for line in answer.get("stderr", []):
    print(line, file=sys.stderr, flush=True)
(folder / f"started-{{name}}").touch()
(folder / f"started-{{name}}-{{sys.argv[1]}}").touch()
late = time.monotonic() + 20
while "meets" in answer and not (folder / f"started-{{answer['meets']}}").exists():
    if time.monotonic() > late:
        sys.exit(f"{{answer['meets']}} has not begun")
    time.sleep(0.02)
end = time.monotonic() + answer.get("seconds", 0)
while time.monotonic() < end:
    time.sleep(0.02)
for line in answer.get("last", []):
    print(line, flush=True)
(folder / f"ended-{{name}}").touch()
for argument in sys.argv:
    if argument.startswith("-out="):
        pathlib.Path(argument[5:]).write_text("a plan")
sys.exit(answer.get("code", 0))
"""


@dataclass
class FakeTerraform:
    """Answers registered commands; any other is an error."""

    folder: Path

    def knows(self, command: str, **answer: Any) -> None:
        """Registers a subcommand, `plan`, or one in a folder, `a plan`: stdout, stderr, code,
        seconds it takes, stubborn (ignores signals), meets (`b-apply`: goes on when that one has
        begun, and fails if it does not), last (what it says at its end)."""
        file = self.folder / "known.json"
        known = json.loads(file.read_text())
        known[command] = answer
        file.write_text(json.dumps(known))

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What was called: folder, arguments, process group."""
        file = self.folder / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def signals(self) -> list[str]:
        """The signals it got, over all calls."""
        file = self.folder / "signals"
        return file.read_text().split() if file.exists() else []

    @property
    def environment(self) -> dict[str, str]:
        """An environment that has it as the only terraform."""
        return {**os.environ, "PATH": f"{self.folder}:/usr/bin:/bin"}

    def started(self, name: str) -> bool:
        """Whether a command in a folder of this name has begun."""
        return (self.folder / f"started-{name}").exists()

    def ended(self, name: str) -> bool:
        """Whether a command in a folder of this name has come to its own end."""
        return (self.folder / f"ended-{name}").exists()


@pytest.fixture
def fake(tmp_path: Path) -> FakeTerraform:
    """See FakeTerraform."""
    folder = tmp_path / "fake"
    folder.mkdir()
    program = folder / "terraform"
    program.write_text(FAKE.format(python=sys.executable, folder=str(folder)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (folder / "known.json").write_text("{}")
    return FakeTerraform(folder)
