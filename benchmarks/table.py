"""The table of `make bench`: figures, ratios, and which marks are met.

Caller: `benchmarks.suite`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_OF_EMPTY = 1.5  # times the baseline
MOST_MEMORY = 200.0  # MB, all processes
LEAST_FASTER = 20.0  # times the stock imports
MOST_EACH = 55.0  # ms for each further infrastructure, on a machine where TypeScript needs 20
TYPESCRIPT_EACH = 20.0  # ms; so the mark is 2.75 times TypeScript wherever it is measured
MOST_BEND = 1.25  # times: what one more costs among 100 by what it costs among 10


@dataclass(frozen=True)
class Line:
    """What was measured of one program: seconds of each round, MB."""

    times: list[float]
    memory: float

    @property
    def seconds(self) -> float:
        """The least: what disturbs a run only ever adds to it."""
        return min(self.times)


NAMES = {
    "empty": "stock cdktf, one empty stack (baseline)",
    "ours": "groundplan, one infrastructure",
    "google": "groundplan, one infrastructure on Google Cloud",
    "stock": "the same as the first with the stock imports",
    "typescript 1": "the same resources in TypeScript",
    "ours 1": "groundplan, 1 of 100 infrastructures",
    "ours 10": "groundplan, 10 infrastructures",
    "shared 10": "… over all cores",
    "typescript 10": "… in TypeScript",
    "ours 100": "groundplan, 100 infrastructures",
    "shared 100": "… over all cores",
    "typescript 100": "… in TypeScript",
}


def show(lines: Mapping[str, Line], machine: str, cores: int) -> int:
    """Prints the table and the marks; returns 1 if a mark is missed."""
    sys.stderr.write("\r\033[K")
    base = lines["empty"].seconds
    out = [machine, "", "| program | seconds | times the baseline | MB |", "|---|---|---|---|"]
    for key, name in NAMES.items():
        line = lines[key]
        out.append(
            f"| {name} | {line.seconds:.2f} | {line.seconds / base:.2f} | {line.memory:.0f} |"
        )
    out += ["", "| mark | asked | measured | |", "|---|---|---|---|"]
    marks = list(_marks(lines))
    for name, asked, measured, met in marks:
        out.append(f"| {name} | {asked} | {measured} | {'met' if met else 'MISSED'} |")
    out += ["", *_remarks(lines, cores)]
    print("\n".join(out))
    return 0 if all(met for *_, met in marks) else 1


def _marks(lines: Mapping[str, Line]) -> Iterator[tuple[str, str, str, bool]]:
    ours = lines["ours"]
    ratio = ours.seconds / lines["empty"].seconds
    yield "one infrastructure, by the baseline", "≤ 1.5", f"{ratio:.2f}", ratio <= MOST_OF_EMPTY
    google = lines["google"].seconds / lines["empty"].seconds
    yield "the same on Google Cloud", "≤ 1.5", f"{google:.2f}", google <= MOST_OF_EMPTY
    memory = max(ours.memory, lines["google"].memory)
    yield "memory of all processes", "≤ 200 MB", f"{memory:.0f} MB", memory <= MOST_MEMORY
    faster = lines["stock"].seconds / ours.seconds
    yield "faster than stock imports", "≥ 20 times", f"{faster:.1f}", faster >= LEAST_FASTER
    each = further(lines, "ours", 1, 100)
    most = MOST_EACH * max(1.0, further(lines, "typescript", 1, 100) / TYPESCRIPT_EACH)
    yield "each further infrastructure", f"≤ {most:.0f} ms", f"{each:.1f} ms", each <= most
    bend = further(lines, "ours", 10, 100) / further(lines, "ours", 1, 10)
    yield "linear: 10→100 by 1→10", f"≤ {MOST_BEND}", f"{bend:.2f}", bend <= MOST_BEND
    shared = lines["shared 100"].seconds / lines["ours 100"].seconds
    yield "100 over all cores, by one process", "< 1", f"{shared:.2f}", shared < 1


def _remarks(lines: Mapping[str, Line], cores: int) -> Iterator[str]:
    each = {
        "groundplan": further(lines, "ours", 1, 100),
        f"groundplan over {cores} cores": further(lines, "shared", 10, 100),
        "TypeScript": further(lines, "typescript", 1, 100),
    }
    yield "Each further infrastructure: " + ", ".join(
        f"{name} {value:.1f} ms" for name, value in each.items()
    )


def further(lines: Mapping[str, Line], program: str, few: int, many: int) -> float:
    """Milliseconds that one more infrastructure costs between two sizes."""
    more = lines[f"{program} {many}"].seconds - lines[f"{program} {few}"].seconds
    return 1000 * more / (many - few)
