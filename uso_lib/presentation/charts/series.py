"""Turn result objects into the lines of a line chart: years as numbers, what must not be joined kept apart.

Does not draw (line_chart.py) and does not compute: every number is one of the result object's own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real

import numpy as np
import numpy.typing as npt

from uso_lib.analysis.results import BreakdownResult, Comparison, GroupFigure, GroupId
from uso_lib.presentation.charts import style
from uso_lib.presentation.once import once
from uso_lib.presentation.sections.records import (
    Record,
    history_lines,
    is_known,
    known_history,
    table_lines,
)
from uso_lib.presentation.words import finnish

Numbers = npt.NDArray[np.float64]

#: Units that grow with the size of a municipality: levels of two municipalities say nothing of each other.
SIZE_UNITS = frozenset({"persons", "jobs", "establishments", "enterprises", "offences", "kt_co2e"})


#: A line needs so many points.
LEAST_POINTS = 2


@dataclass(frozen=True)
class Stretch:
    """Hold one stretch of a history that may be drawn unbroken: periods, places in years, columns, marks."""

    label: str
    periods: tuple[str, ...]
    x: Numbers
    columns: Mapping[str, Numbers]
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Hold one unbroken part of a line: years as numbers (June 2026 = 2026.417), values or NaN."""

    x: Numbers
    y: Numbers
    label: str = ""


@dataclass(frozen=True)
class Line:
    """Hold one line of a chart.

    Parameters
    ----------
    label
        The name at the end of the line; the newest value follows it.
    end
        The newest period with a value, its place in years, value and mark.
    """

    label: str
    look: style.LineLook
    parts: tuple[Part, ...]
    end: tuple[str, float, float, str]
    bold: bool = False
    dots: bool = False


@dataclass(frozen=True)
class Band:
    """Hold one unbroken part of the spread of the peers."""

    x: Numbers
    low: Numbers
    high: Numbers


def year_number(period: str) -> float:
    """Return a period as a number on the time axis: the year, or the year and the month's share of it."""
    year, _, month = period.partition("M")
    return int(year) + ((int(month) - 1) / 12 if month else 0.0)


def has_line(comparison: Comparison) -> bool:
    """Tell whether the municipality has at least two periods, so that a line can be drawn."""
    return len(known_history(comparison)) >= LEAST_POINTS


def comparable(comparison: Comparison) -> bool:
    """Tell whether levels of different municipalities can stand on one axis."""
    indicator = comparison.indicator
    whole_budget = indicator.unit == "eur" and indicator.country == "sum"  # medians are euros of one person
    return indicator.unit not in SIZE_UNITS and not whole_budget


def country_column(comparison: Comparison) -> str:
    """Return the column that stands for the country: its own figure where there is one, else the mean."""
    own = any(is_known(line["country_own"]) for line in history_lines(comparison))
    return "country_own" if own else "country"


def group_names(comparison: Comparison) -> dict[str, str]:
    """Return history column → name at the end of the line, for the groups that are drawn."""
    country = country_column(comparison)
    names = {"peers": "Verrokit", "network": "USO-verkosto"}
    return {**names, country: "Koko maa" if country == "country_own" else "Kaikki kunnat"}


def comparison_lines(comparison: Comparison) -> list[Line]:
    """Return the municipality's line first, then the groups' where levels can be compared."""
    groups = group_names(comparison) if comparable(comparison) else {}
    found = stretches(history_lines(comparison), ["value", *groups])
    own = _line(found, "value", comparison.municipality.name, style.MEMBER_LINE, bold=True, dots=True)
    looks = [style.GROUP_LINES[key] for key in ("peers", "network", "country")]
    drawn = [
        _line(found, column, name, look) for (column, name), look in zip(groups.items(), looks, strict=False)
    ]
    return [line for line in (own, *drawn) if line is not None]


def own_lines(comparisons: Sequence[Comparison]) -> list[Line]:
    """Return the municipality's own lines of several indicators; a raw monthly series behind its mean."""
    smooth = any(comparison.indicator.formula == "mean_12m" for comparison in comparisons)
    looks = iter(style.line_looks(len(comparisons)))
    lines = []
    for comparison in comparisons:
        raw = smooth and comparison.indicator.formula != "mean_12m"
        shown = style.RAW_LINE if raw else next(looks)
        name = comparison.indicator.short or comparison.indicator.title
        line = _line(stretches(history_lines(comparison), ["value"]), "value", name, shown, dots=not raw)
        if line is not None:
            lines.append(line)
    return lines


def category_lines(result: BreakdownResult) -> list[Line]:
    """Return the municipality's own line for every category of a breakdown."""
    groups: dict[str, list[Record]] = {}
    for row in table_lines(result):
        groups.setdefault(str(row["category"]), []).append({**row, "series": "", "segment": 0})
    lines = []
    for rows, look in zip(groups.values(), style.line_looks(len(groups)), strict=True):
        found = stretches(sorted(rows, key=lambda row: str(row["period"])), ["value"])
        line = _line(found, "value", str(rows[0]["title"]), look, dots=True)
        if line is not None:
            lines.append(line)
    return lines


@once
def own_stretch(comparison: Comparison) -> Sequence[Record]:
    """Return what the compared value may be set beside: its own definition and no break between, in order.

    Of a monthly series the same month of every year: months have seasons.
    """
    history, last = known_history(comparison), comparison.period
    newest = [line for line in history if line["period"] == last]
    if not newest or last is None:
        return []
    key = next((line for line in newest if float(line["value"]) == comparison.value), newest[0])
    month = last.partition("M")[2]
    found = [
        line
        for line in history
        if (line["series"], line["segment"]) == (key["series"], key["segment"])
        and (line["period"].endswith(f"M{month}") if month else "M" not in line["period"])
        and line["period"] <= last
    ]
    return sorted(found, key=lambda line: str(line["period"]))


def stretch_line(comparison: Comparison) -> Line | None:
    """Return the line of `own_stretch`; None when it has fewer than two points."""
    rows = own_stretch(comparison)
    if len(rows) < LEAST_POINTS:
        return None
    return _line(stretches(rows, ["value"]), "value", comparison.municipality.name, style.MEMBER_LINE)


def bands(comparison: Comparison) -> list[Band]:
    """Return the spread of the peers without the municipality, part by part; nothing for a single peer."""
    found = []
    for stretch in stretches(history_lines(comparison), ["peers_low", "peers_high"]):
        low, high = stretch.columns["peers_low"], stretch.columns["peers_high"]
        known = low < high
        if int(known.sum()) >= 2:
            found.append(Band(stretch.x[known], low[known], high[known]))
    return found


def stretches(history: Sequence[Record], columns: Sequence[str]) -> list[Stretch]:
    """Return the stretches of a history that may be drawn unbroken, in order, with the wanted columns."""
    periods = [str(line["period"]) for line in history]
    years = np.array([year_number(period) for period in periods])
    symbols = [str(line["symbol"]) for line in history]
    values = {name: np.array([as_float(line[name]) for line in history]) for name in columns}
    places: dict[tuple[str, int], list[int]] = {}
    for place, line in enumerate(history):
        places.setdefault((line["series"], line["segment"]), []).append(place)
    unbroken = [(key, rows) for key, whole in places.items() for rows in _without_gaps(whole, years)]
    return [
        Stretch(
            label=str(key[0]),
            periods=tuple(periods[place] for place in rows),
            x=years[rows],
            columns={name: column[rows] for name, column in values.items()},
            symbols=tuple(symbols[place] for place in rows),
        )
        for key, rows in unbroken
    ]


def shown_groups(comparison: Comparison) -> list[GroupFigure]:
    """Return the groups shown beside the municipality, in order: peers, network, country.

    The network and the country only where levels can be compared, and only when at least half of their
    municipalities have data: a mean of two members does not speak for eighteen.
    """
    country: GroupId = "country_own" if "country_own" in comparison.groups else "country"
    wanted: list[GroupId] = ["peers", "network", country] if comparable(comparison) else ["peers"]
    groups = [comparison.groups[name] for name in wanted if name in comparison.groups]
    return [
        group
        for group in groups
        if group.value is not None and (group.group == "peers" or 2 * group.with_data >= group.members)
    ]


def as_float(value: object) -> float:
    """Return a cell of a table as a number, NaN when it is missing."""
    return float(value) if isinstance(value, Real) else math.nan


def own_periods(comparisons: Sequence[Comparison]) -> list[str]:
    """Return the periods in which the municipality has a value of any of the indicators, in order."""
    return sorted({str(line["period"]) for comparison in comparisons for line in known_history(comparison)})


def _without_gaps(places: list[int], years: Numbers) -> list[list[int]]:
    """Split the places of a series where at least one period of its usual rhythm has no figures at all."""
    steps = np.diff(years[places])
    if not len(steps):
        return [places]
    usual = float(np.median(steps))
    cuts = [index + 1 for index, step in enumerate(steps) if step > 1.9 * usual]
    return [places[start:end] for start, end in pairwise([0, *cuts, len(places)])]


def _line(
    found: Sequence[Stretch],
    column: str,
    label: str,
    look: style.LineLook,
    *,
    bold: bool = False,
    dots: bool = False,
) -> Line | None:
    """Return the line of a column, None when it has no value."""
    known = [stretch for stretch in found if np.isfinite(stretch.columns[column]).any()]
    if not known:
        return None
    parts = tuple(Part(stretch.x, stretch.columns[column], stretch.label) for stretch in known)
    ends = []
    for stretch in known:
        last = int(np.flatnonzero(np.isfinite(stretch.columns[column]))[-1])
        mark = stretch.symbols[last] if column == "value" else ""
        ends.append(
            (stretch.periods[last], float(stretch.x[last]), float(stretch.columns[column][last]), mark)
        )
    return Line(label, look, parts, max(ends, key=lambda end: end[1]), bold=bold, dots=dots)


def marked(text: str, symbol: str) -> str:
    """Write a number with the producer's mark after it: "12,3 *" for a provisional figure."""
    return f"{text}{finnish.NBSP}{symbol}" if symbol in {"*", "~", "*~"} else text
