"""Try every way of making reports in turn, several rounds, and gather what each cost.

Rounds are interleaved: a machine's speed drifts, and only what was measured side by side can be compared.
Does not measure itself (ways.py) and writes nothing down (table.py).
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uso_lib.bench.measuring import Spread
from uso_lib.bench.ways import Bench, Cost
from uso_lib.bench.workshop import country_workspace, members_of, network_workspace
from uso_lib.parameters import load_network
from uso_lib.workspace import Workspace

#: How many reports share one start of the ways that have one worker; fewer than a batch has, so they look
#: a little dearer than they are.
FEW = 6
#: How many figures reports of the first themes have is counted in their pages.
PICTURE = "data:image/svg+xml"

PLAIN, INTERFACE = "plain commands", "papermill's Python interface"
ENGINE_1, ENGINE_2 = "our engine, 1 worker", "our engine, 2 workers"
REPORT_1, REPORT_2 = "uso report, 1 worker", "uso report --all, 2 workers"
BARE, COLD = "the cells without a notebook", "uso report of one member"
#: The ways whose processes are ours; the others are what they are measured against.
OURS = (ENGINE_1, ENGINE_2, REPORT_1, REPORT_2, COLD)


@dataclass
class Results:
    """Hold everything that was measured: way → costs, one per round."""

    costs: dict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    drawing: list[tuple[float, float]] = field(default_factory=list)
    stages: list[dict[str, float]] = field(default_factory=list)
    by_members: dict[int, Cost] = field(default_factory=dict)
    by_figures: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    unchanged_seconds: list[float] = field(default_factory=list)

    def seconds(self, way: str) -> Spread:
        """Return the seconds a report took one way."""
        return Spread.of([one.seconds for one in self.costs[way]])

    def ratio(self, one: str, other: str) -> Spread:
        """Return how many times dearer one way is than another, round by round."""
        pairs = zip(self.costs[one], self.costs[other], strict=True)
        return Spread.of([first.seconds / second.seconds for first, second in pairs])


def measure_rounds(
    source: Workspace, *, rounds: int, country: bool, say: Callable[[str], Any], members: Sequence[str] = ()
) -> Results:
    """Measure every way once a round.

    Parameters
    ----------
    source
        The workspace whose parameters and template are measured; nothing in it is changed.
    country
        Whether reports of all municipalities are made at the end, too.
    say
        Told what is being measured.
    members
        All of the network by default.
    """
    found = Results()
    with tempfile.TemporaryDirectory(prefix="uso-bench-") as folder:
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        bench = Bench(network_workspace(source, Path(folder) / "network"), scratch)
        everyone = tuple(members) or members_of(bench.workspace)
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            _round(bench, everyone, number, found)
        found.by_members[1] = found.costs[COLD][-1]
        found.by_members[len(everyone)] = found.costs[REPORT_2][-1]
        say("reports of fewer figures")
        _fewer_figures(bench, everyone[0], rounds, found)
        if country:
            say("reports of all municipalities")
            everywhere = Bench(country_workspace(source, Path(folder) / "country"), scratch)
            count = len(load_network(everywhere.workspace).members)
            found.by_members[count] = everywhere.reports(workers=2)
    return found


def _round(bench: Bench, everyone: Sequence[str], number: int, found: Results) -> None:
    one, few = everyone[number % len(everyone)], everyone[:FEW]
    costs = found.costs
    costs[PLAIN].append(bench.plain(one))
    costs[INTERFACE].append(bench.program("interface", [one]))
    costs[BARE].append(bench.program("bare", few))
    costs[ENGINE_1].append(bench.program("engine", few))
    costs[ENGINE_2].append(bench.program("engine", everyone, workers=2))
    costs[REPORT_1].append(bench.reports(few, workers=1))
    costs[REPORT_2].append(bench.reports(everyone, workers=2))
    again = bench.reports(everyone, force=False)
    found.unchanged_seconds.append(again.seconds * len(everyone))
    costs[COLD].append(bench.reports([one], workers=1))
    found.drawing.append(bench.drawing(one))
    found.stages.append(bench.stages(one))


def _fewer_figures(bench: Bench, member: str, rounds: int, found: Results) -> None:
    """Make reports of the first one, two, … themes."""
    file = bench.workspace.parameters / f"{member}.yml"
    before = file.read_text(encoding="utf-8")
    themes = load_themes()
    for count in range(1, len(themes) + 1):
        listed = "".join(f"\n  - {theme}" for theme in themes[:count])
        file.write_text(f"{before.rstrip()}\nthemes:{listed}\n", encoding="utf-8")
        for _ in range(rounds):
            cost = bench.reports([member], workers=1)
            page = bench.workspace.outputs / member / "situation.html"
            found.by_figures[page.read_text(encoding="utf-8").count(PICTURE)].append(cost.seconds)
    file.write_text(before, encoding="utf-8")


def load_themes() -> tuple[str, ...]:
    """Return the ids of all themes, in the order of the report."""
    from uso_lib.catalog import load_catalog

    return tuple(theme.id for theme in load_catalog().themes)
