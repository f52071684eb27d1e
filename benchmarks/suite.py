"""Measures Groundplan's synth beside what it is compared with, in one run, and prints a table.

Caller: `benchmarks/run`. Every program is warmed once, then all are timed in turn, round by round,
so that a busy moment of the machine hits all alike; the least of the rounds counts. Caches and
compiled Python lie below `benchmarks/.work` and are warm, as on anybody's second run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import measure
from benchmarks.measure import Program
from benchmarks.specification import differences, specification
from benchmarks.table import Line, show
from bindings import installed

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "benchmarks" / ".work"
EXAMPLE = ROOT / "examples" / "acme"
INFRASTRUCTURE = "production"
GOOGLE = ROOT / "examples" / "acme-google"
ON_GOOGLE = "europe"
ROUNDS = 5
SIZES = (1, 10, 100)


def main() -> int:
    """Runs everything; returns 1 if a mark is missed."""
    (WORK / "out").mkdir(parents=True, exist_ok=True)
    npm = _npm()
    repository = _repository(EXAMPLE, INFRASTRUCTURE, max(SIZES))
    on_google = _repository(GOOGLE, ON_GOOGLE, max(SIZES))
    programs = {
        "empty": Program([[sys.executable, "benchmarks/empty.py"]], [_environment("empty")], ROOT),
        "ours": _synth("ours", EXAMPLE, [INFRASTRUCTURE]),
        "google": _synth("google", GOOGLE, [ON_GOOGLE]),
        "stock": _synth("stock", EXAMPLE, [INFRASTRUCTURE], GROUNDPLAN_STOCK_BINDINGS="1"),
        "stock google": _synth("stock-google", GOOGLE, [ON_GOOGLE], GROUNDPLAN_STOCK_BINDINGS="1"),
    }
    for size in SIZES:
        names = _names(size)
        programs[f"ours {size}"] = _synth(f"ours-{size}", repository, names)
        programs[f"google {size}"] = _synth(f"google-{size}", on_google, names)
        if size > 1:
            programs[f"shared {size}"] = _shared(f"shared-{size}", repository, names)
    _say("warming the caches")
    for name in ("empty", "ours", "google", "stock", "stock google"):
        measure.seconds(programs[name], 1)
    programs |= {f"typescript {size}": _typescript(npm, size) for size in SIZES}
    measure.seconds(programs["typescript 1"], 1)
    _same(npm)
    return show(_lines(programs), _machine(), len(os.sched_getaffinity(0)))


def _lines(programs: dict[str, Program]) -> dict[str, Line]:
    slow = {"stock": 2, "stock google": 2}
    slow |= {f"{name} 100": 2 for name in ("ours", "google", "shared", "typescript")}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(ROUNDS):
        for name, program in programs.items():
            if number < slow.get(name, ROUNDS):
                _say(f"round {number + 1} of {ROUNDS}: {name}")
                times[name] += measure.seconds(program, 1)
    found = {}
    for name, program in programs.items():
        _say(f"memory: {name}")
        found[name] = Line(times[name], measure.megabytes(program))
    return found


def _synth(label: str, repository: Path, names: Sequence[str], **more: str) -> Program:
    environment = _environment(
        label,
        GROUNDPLAN_REPOSITORY=str(repository),
        GROUNDPLAN_INFRASTRUCTURES=",".join(names),
        **more,
    )
    return Program([[sys.executable, "main.py"]], [environment], ROOT)


def _shared(label: str, repository: Path, names: Sequence[str]) -> Program:
    """The same, with the infrastructures dealt out to as many processes as there are cores."""
    cores = len(os.sched_getaffinity(0))
    parts = [_synth(f"{label}-{core}", repository, names[core::cores]) for core in range(cores)]
    return Program(
        [command for part in parts for command in part.commands],
        [environment for part in parts for environment in part.environments],
        ROOT,
    )


def _environment(label: str, **more: str) -> dict[str, str]:
    steering = ("CDKTF_", "GROUNDPLAN_", "JSII_", "NODE_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return {
        **kept,
        "JSII_NODE": str(installed.node()),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(WORK / "jsii"),
        "XDG_CACHE_HOME": str(WORK / "cache"),
        "PYTHONPYCACHEPREFIX": str(WORK / "bytecode"),
        "CDKTF_OUTDIR": str(WORK / "out" / label),
        **more,
    }


def _names(size: int) -> list[str]:
    return [f"copy{number:03}" for number in range(size)]


def _repository(example: Path, infrastructure: str, size: int) -> Path:
    """A repository with `size` infrastructures like one of an example."""
    folder = WORK / "repositories" / example.name
    shutil.rmtree(folder, ignore_errors=True)
    others = shutil.ignore_patterns("infrastructures")
    shutil.copytree(example, folder, ignore=others)
    (folder / "infrastructures").mkdir()
    manifest = (example / "infrastructures" / f"{infrastructure}.yaml").read_text()
    for name in _names(size):
        (folder / "infrastructures" / f"{name}.yaml").write_text(
            manifest.replace(infrastructure, name)
        )
    return folder


def _npm() -> Path:
    """The folder with CDKTF for TypeScript, installed there by npm if it is not yet."""
    source = ROOT / "benchmarks" / "typescript"
    folder = WORK / "npm"
    lock = (source / "package-lock.json").read_text()
    marker = folder / "node_modules" / ".package-lock.json"
    folder.mkdir(exist_ok=True)
    fresh = marker.exists() and (folder / "package-lock.json").read_text() == lock
    if not fresh:
        marker.unlink(missing_ok=True)
    for file in ("package.json", "package-lock.json", "main.js"):
        shutil.copyfile(source / file, folder / file)
    if not fresh:
        _say("npm installs CDKTF for TypeScript (about 400 MB)")
        node = installed.node()
        if node is None:
            raise SystemExit("Node is missing: the comparison with TypeScript needs it.")
        npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(node), str(npm), "ci", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, timeout=900)
    return folder


def _typescript(npm: Path, size: int) -> Program:
    found = WORK.glob("cache/groundplan/bindings/*/cdktf_cdktf_provider_aws.tgz")
    newest = max(found, key=lambda file: file.stat().st_mtime)  # older ones stay for two weeks
    specified = specification(WORK / "out" / "ours" / "stacks", newest.parent)
    (npm / "specification.json").write_text(json.dumps(specified))
    out = str(WORK / "out" / f"typescript-{size}")
    command = [str(installed.node()), "main.js", "specification.json", out, str(size)]
    return Program([command], [_environment("typescript")], npm)


def _same(npm: Path) -> None:
    """Refuses to compare programs that make different things."""
    ours, typescript, stock = (
        WORK / "out" / name / "stacks" for name in ("ours", "typescript-1", "stock")
    )
    if different := differences(ours, typescript):
        raise SystemExit(f"TypeScript makes something else of {', '.join(different)}.")
    google, stock_google = (WORK / "out" / name / "stacks" for name in ("google", "stock-google"))
    for made, others in ((ours, stock), (google, stock_google)):
        for file in made.rglob("*"):
            other = others / file.relative_to(made)
            if file.is_file() and file.read_bytes() != other.read_bytes():
                raise SystemExit(f"The stock bindings make something else: {file}")


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    node = subprocess.run(
        [str(installed.node()), "--version"], capture_output=True, text=True, check=True, timeout=10
    )
    return f"{cores} cores, Python {sys.version.split()[0]}, Node {node.stdout.strip()}"


def _say(what: str) -> None:
    sys.stderr.write(f"\r\033[K{what}")
    sys.stderr.flush()
