"""Measure our own drawing of a report's pictures against plain seaborn and matplotlib calls.

Both ways draw the same pictures of the same computed results and give them as SVG. The plain ones keep the
defaults of seaborn and matplotlib, with `tight_layout` and a file cut to what is drawn; their maps get the
areas that our own maps have simplified beforehand. The tiny trends of the summary are not among them.

``python -m uso_lib.bench.plain_figures juva`` prints the processor seconds of both.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.figure import Figure as MplFigure

from uso_lib import specs
from uso_lib.bench.plain_kinds import draw_areas, draw_chart, draw_map
from uso_lib.boundaries import load_boundaries
from uso_lib.presentation.charts.figure import Figure
from uso_lib.presentation.charts.figures import draw_all
from uso_lib.presentation.charts.locator import draw_locator
from uso_lib.presentation.charts.map import country_view
from uso_lib.presentation.charts.region_map import region_view
from uso_lib.presentation.once import once
from uso_lib.presentation.sections.peers import municipalities_by_region
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.situation import Situation, open_situation

ROUNDS = 5


@dataclass(frozen=True)
class Picture:
    """Hold one picture of a row: its title, the kind it is drawn as and what it is drawn from.

    Parameters
    ----------
    region
        Whether it is the second of a declaration's maps, the region's.
    """

    title: str
    kind: str
    spec: specs.FigureSpec
    row: RowResult
    region: bool = False


def draw_ours(situation: Situation) -> list[bytes]:
    """Draw the pictures of a report as the report does."""
    drawn = [figure for row in situation._results for figure in _drawn(row)]
    here, peers = situation.parameters.municipality, situation.parameters.peers
    drawn.append(draw_locator(here, peers, municipalities_by_region(), load_boundaries()))
    return [figure.svg.encode() for figure in drawn]


def draw_plainly(situation: Situation) -> list[bytes]:
    """Draw the same pictures by plain calls of seaborn and matplotlib."""
    drawn = [_encoded(_plain(picture), picture.title) for picture in pictures(situation)]
    return [*drawn, _encoded(_plain_locator(situation), "peers")]


@once
def pictures(situation: Situation) -> tuple[Picture, ...]:
    """Return the pictures of a report's rows; to be asked before the clock runs."""
    found: list[Picture] = []
    for row in situation._results:
        declared = {spec.id: spec for spec in row.row.figures}
        for one in _drawn(row):
            second = one.kind == "map" and bool(found) and found[-1].spec.id == one.id
            found.append(Picture(one.title, one.kind, declared[one.id], row, region=second))
    return tuple(found)


def seconds(draw: Callable[[Situation], list[bytes]], situation: Situation) -> float:
    """Return the processor seconds of one round."""
    started = time.process_time()
    draw(situation)
    return time.process_time() - started


def main(member: str, rounds: int = ROUNDS) -> str:
    """Measure both ways in turn; return how many pictures there are, and the median and least seconds."""
    situation = open_situation(member)
    count = len(pictures(situation)) + 1
    ways = {"ours": draw_ours, "plain": draw_plainly}
    first = {name: seconds(draw, situation) for name, draw in ways.items()}
    later = [{name: seconds(draw, situation) for name, draw in ways.items()} for _ in range(rounds)]
    lines = [f"{count} pictures, processor seconds: first round, median and least of {rounds} more"]
    middle = {name: statistics.median(one[name] for one in later) for name in ways}
    for name in ways:
        least = min(one[name] for one in later)
        lines.append(f"{name:6} {first[name]:7.3f} {middle[name]:7.3f} {least:7.3f}")
    lines.append(f"plain / ours: {middle['plain'] / middle['ours']:.1f}")
    return "\n".join(lines)


def _drawn(row: RowResult) -> tuple[Figure, ...]:
    return draw_all(
        row.row.figures,
        comparisons=row.by_id,
        breakdowns={one.breakdown.id: one for one in row.breakdowns},
        flows={one.flow.id: one for one in row.flows},
        maps=row.maps,
    )


def _plain(picture: Picture) -> MplFigure:
    if picture.kind != "map":
        return draw_chart(picture.kind, picture.spec, picture.row)
    result, boundaries = picture.row.maps[picture.spec.indicators[0]], load_boundaries()
    view = region_view(result, boundaries) if picture.region else country_view(boundaries)
    return draw_map(view, result, named=picture.region)


def _plain_locator(situation: Situation) -> MplFigure:
    """Draw the country with the municipality and its peers, and their names."""
    shown = [situation.parameters.municipality, *situation.parameters.peers]
    view = country_view(load_boundaries())
    figure, axes = draw_areas(view, dict.fromkeys(view.codes, 0.0), {one.code: one.name for one in shown})
    x, y = zip(*(view.centre(one.code) for one in shown), strict=True)
    axes.scatter(x, y)
    return figure


def _encoded(figure: MplFigure, title: str) -> bytes:
    """Finish a plain picture: title, layout pass, SVG."""
    figure.axes[0].set_title(title)
    figure.tight_layout()
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", bbox_inches="tight")
    plt.close(figure)
    return stream.getvalue()


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
