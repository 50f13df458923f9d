"""Write measurements down as a page of docs/: what was measured, how, and how it stands against the bars."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date

from uso_lib.bench import rounds as ways
from uso_lib.bench.measuring import Spread
from uso_lib.bench.rounds import Results

MOST_MIB = 600
HEAD = """# What a report costs

Written by `{command}` on {day}; do not edit. {machine}. Seconds are medians of {rounds} rounds, in
brackets the least and the most. In every round all ways were measured one after another, so ratios hold
although the machine's speed drifts; a ratio is the median of the rounds' ratios.
"""
WORDS = {
    ways.PLAIN: "`papermill` and `jupyter nbconvert --to html`, two commands",
    ways.INTERFACE: "papermill's Python interface and one exporter, kernel of its own",
    ways.ENGINE_1: "engine `uso` and our exporter, 1 worker (6 reports share one start)",
    ways.ENGINE_2: "the same, 2 workers, all members",
    ways.REPORT_1: "`uso report -j 1`: with workbook, CSV, proof, changes (6 reports)",
    ways.REPORT_2: "`uso report --all -j 2`: the same, all members",
    ways.BARE: "the cells' code without notebook and kernel, 1 process at a time (6 reports)",
    ways.COLD: "`uso report juva` from a shell, one member",
}


def page(found: Results, *, command: str, day: date, rounds: int) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    command
        What measured it, as a user gives it.
    """
    head = HEAD.format(command=command, day=day.isoformat(), machine=machine(), rounds=rounds)
    parts = [_ways(found), _bars(found), _stages(found), _sizes(found)]
    return "\n".join([head, *("\n".join(part) + "\n" for part in parts)])


def machine() -> str:
    """Say in one line what it was measured on."""
    named = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("papermill", "nbconvert", "pandas", "matplotlib", "seaborn")
    )
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {named}"


def _ways(found: Results) -> Iterator[str]:
    yield "## Ways of making a report\n"
    yield "| way | s a report | without the start | against plain | memory, all together | largest process |"
    yield "|---|---|---|---|---|---|"
    for way, words in WORDS.items():
        costs = found.costs[way]
        warm = Spread.of([one.warm_seconds for one in costs])
        tree = max(one.tree_mib for one in costs)
        largest = max(one.process_mib for one in costs)
        against = found.ratio(ways.PLAIN, way).median
        yield (
            f"| {words} | {_shown(found.seconds(way))} | {warm.median:.2f} | {against:.1f} × faster "
            f"| {tree:.0f} MiB | {largest:.0f} MiB |"
        )


def _bars(found: Results) -> Iterator[str]:
    yield "## Against the bars\n"
    yield "| bar | wanted | measured | |"
    yield "|---|---|---|---|"
    for words, wanted, measured, reached in bars(found):
        yield f"| {words} | {wanted} | {measured} | {'reached' if reached else '**not reached**'} |"


def bars(found: Results) -> Iterator[tuple[str, str, str, bool]]:
    """Give every bar: what it says, what is wanted, what was measured, whether it is reached."""
    for words, way, wanted in (
        ("engine, 1 worker, against the plain commands", ways.ENGINE_1, 5.0),
        ("engine, 2 workers, against the plain commands", ways.ENGINE_2, 9.0),
    ):
        ratio = found.ratio(ways.PLAIN, way).median
        yield words, f"≥ {wanted:g} × faster", f"{ratio:.1f} ×", ratio >= wanted
    pairs = zip(found.costs[ways.ENGINE_1], found.costs[ways.BARE], strict=True)
    over = Spread.of([100 * (engine.warm_seconds / bare.warm_seconds - 1) for engine, bare in pairs]).median
    yield "engine and export over the cells without a notebook", "≤ 25 %", f"{over:.0f} %", over <= 25
    drawn = Spread.of([plainly / ours for ours, plainly in found.drawing]).median
    yield "drawing against plain seaborn calls", "≥ 4 × faster", f"{drawn:.1f} ×", drawn >= 4
    cold = Spread.of([1 / one for one in _ratios(found, ways.PLAIN, ways.COLD)]).median
    yield "one cold report against the plain commands", "≤ 0.5", f"{cold:.2f}", cold <= 0.5
    again = Spread.of(found.unchanged_seconds)
    yield "all members, nothing changed", "≤ 2 s", _shown(again) + " s", again.median <= 2
    sizes = sorted(found.by_members)
    if len(sizes) > 2:
        some, many = found.by_members[sizes[-2]], found.by_members[sizes[-1]]
        dearer = 100 * (many.seconds / some.seconds - 1)
        words = f"a report among {sizes[-1]} against one among {sizes[-2]}"
        yield words, "within 10 %", f"{dearer:+.0f} %", abs(dearer) <= 10
    own = [one for way in ways.OURS for one in found.costs[way]]
    largest = max(one.process_mib for one in (*own, *found.by_members.values()))
    yield "memory of a worker", f"≤ {MOST_MIB} MiB", f"{largest:.0f} MiB", largest <= MOST_MIB


def _stages(found: Results) -> Iterator[str]:
    yield "## Stages of one report, cold, in one process after another\n"
    yield "| stage | s |"
    yield "|---|---|"
    for stage in found.stages[0]:
        yield f"| {stage} | {_shown(Spread.of([one[stage] for one in found.stages]))} |"


def _sizes(found: Results) -> Iterator[str]:
    yield "## Members and figures\n"
    yield "| members | s a report | memory, all together | largest process |"
    yield "|---|---|---|---|"
    for count, cost in sorted(found.by_members.items()):
        yield f"| {count} | {cost.seconds:.2f} | {cost.tree_mib:.0f} MiB | {cost.process_mib:.0f} MiB |"
    yield "\nOne member alone is made cold; the others share one start and two workers. Measured once.\n"
    yield "| pictures in the report | s, cold |"
    yield "|---|---|"
    for count, seconds in sorted(found.by_figures.items()):
        yield f"| {count} | {_shown(Spread.of(seconds))} |"


def _ratios(found: Results, one: str, other: str) -> Sequence[float]:
    pairs = zip(found.costs[one], found.costs[other], strict=True)
    return [first.seconds / second.seconds for first, second in pairs]


def _shown(spread: Spread) -> str:
    return f"{spread.median:.2f} ({spread.least:.2f}–{spread.most:.2f})"
