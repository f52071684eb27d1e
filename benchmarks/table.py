"""The table of `make bench`: figures, ratios, and which marks are met.

Caller: `benchmarks.suite`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_OF_EMPTY = 1.5  # times the baseline
MOST_MEMORY = 200.0  # MB, all processes together
LEAST_FASTER = 20.0  # times the stock imports of AWS; less where those take less themselves
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
    "stock": "the first with the stock imports",
    "stock google": "the one on Google Cloud with the stock imports",
    "typescript 1": "the first's resources in TypeScript",
    "ours 1": "groundplan, 1 of 100 infrastructures",
    "ours 10": "groundplan, 10 infrastructures",
    "shared 10": "… over all cores",
    "typescript 10": "… in TypeScript",
    "google 10": "… on Google Cloud",
    "ours 100": "groundplan, 100 infrastructures",
    "shared 100": "… over all cores",
    "typescript 100": "… in TypeScript",
    "google 100": "… on Google Cloud",
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
    each = max(1.0, further(lines, "typescript", 1, 100) / TYPESCRIPT_EACH) * MOST_EACH
    for where, program, stock in (
        ("", "ours", "stock"),
        (" on Google Cloud", "google", "stock google"),
    ):
        line = lines[program]
        ratio = line.seconds / lines["empty"].seconds
        faster = lines[stock].seconds / line.seconds
        least = LEAST_FASTER * min(1.0, lines[stock].seconds / lines["stock"].seconds)
        more = further(lines, program, 1, 100)
        bend = further(lines, program, 10, 100) / further(lines, program, 1, 10)
        for name, asked, measured, met in (
            ("one infrastructure", "≤ 1.5 baselines", f"{ratio:.2f}", ratio <= MOST_OF_EMPTY),
            ("memory", "≤ 200 MB", f"{line.memory:.0f} MB", line.memory <= MOST_MEMORY),
            ("than stock imports", f"≥ {least:.1f} times", f"{faster:.1f}", faster >= least),
            ("each further one", f"≤ {each:.0f} ms", f"{more:.1f} ms", more <= each),
            ("linear: 10→100 by 1→10", f"≤ {MOST_BEND}", f"{bend:.2f}", bend <= MOST_BEND),
        ):
            yield f"{name}{where}", asked, measured, met
    shared = lines["shared 100"].seconds / lines["ours 100"].seconds
    yield "100 over all cores, by one process", "< 1", f"{shared:.2f}", shared < 1


def _remarks(lines: Mapping[str, Line], cores: int) -> Iterator[str]:
    each = {
        "groundplan": further(lines, "ours", 1, 100),
        "groundplan on Google Cloud": further(lines, "google", 1, 100),
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
