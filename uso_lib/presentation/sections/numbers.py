"""List every number a section shows as long-form lines for the workbook, at full precision.

Does not format and does not compute beyond the subtraction a sentence tells (value minus a group's figure).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from uso_lib.analysis.results import Change, Comparison, GroupFigure, Origin
from uso_lib.presentation.sections.records import (
    Record,
    history_lines,
    is_known,
    known_history,
    ranking_lines,
)
from uso_lib.presentation.words import findings, finnish
from uso_lib.presentation.words.places import GROUPS, Group, group_area

COLUMNS = (
    "theme", "row", "indicator", "title", "measure", "group", "area", "area_name", "period", "value", "unit",
    "decimals", "mark", "n", "of", "producer", "table",
)  # fmt: skip

Cell = str | float | int | None
Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Heading:
    """Hold what all lines of one indicator, breakdown or flow share.

    Parameters
    ----------
    theme, row
        Where in the report the numbers stand.
    unit
        The unit's Finnish name.
    """

    theme: str
    row: str
    indicator: str
    title: str
    unit: str
    decimals: int
    producer: str
    table: str


def line(
    heading: Heading,
    measure: str,
    group: str,
    area: tuple[str, str],
    period: str,
    value: float | None,
    *,
    mark: str = "",
    n: int | None = None,
    of: int | None = None,
) -> Line:
    """Make one line in the order of `COLUMNS`; a missing value is None, never 0 or not-a-number."""
    number = float(value) if value is not None and is_known(value) else None
    return (
        heading.theme, heading.row, heading.indicator, heading.title, measure, group, *area, period, number,
        heading.unit, heading.decimals, mark, n, of, heading.producer, heading.table,
    )  # fmt: skip


def table_of(lines: Iterable[Line]) -> dict[str, Any]:
    """Return lines as columns and data, repeated lines once."""
    return {"columns": list(COLUMNS), "data": [list(one) for one in dict.fromkeys(lines)]}


def comparison_lines(theme: str, row: str, comparison: Comparison) -> list[Line]:
    """List all a comparison shows: history, newest figures, ranking, places, changes and differences."""
    if comparison.missing:
        return []
    heading = heading_of(theme, row, comparison)
    return [
        *_history(heading, comparison),
        *_newest(heading, comparison),
        *_ranking(heading, comparison),
        *_trend(heading, comparison),
        *_positions(heading, comparison),
        *_changes(heading, comparison),
        *_differences(heading, comparison),
    ]


def headline_lines(theme: str, row: str, comparison: Comparison) -> list[Line]:
    """List what the summary table and the cover show of an indicator: newest figures, places and changes."""
    if comparison.missing:
        return []
    heading = heading_of(theme, row, comparison)
    return [
        *_first(heading, comparison),
        *_newest(heading, comparison),
        *_trend(heading, comparison),
        *_positions(heading, comparison),
        *_changes(heading, comparison),
        *_differences(heading, comparison),
    ]


def heading_of(theme: str, row: str, comparison: Comparison) -> Heading:
    """Return what the lines of an indicator share."""
    indicator = comparison.indicator
    producer, table = origin_words(comparison.origins)
    unit = finnish.unit_name(indicator.unit)
    return Heading(theme, row, indicator.id, indicator.title, unit, indicator.decimals, producer, table)


def origin_words(origins: Sequence[Origin]) -> tuple[str, str]:
    """Return producers and tables as text, each once, newest first."""
    producers = dict.fromkeys(origin.producer for origin in origins)
    return ", ".join(producers), ", ".join(dict.fromkeys(origin.table_id for origin in origins))


def own_area(comparison: Comparison) -> tuple[str, str]:
    """Return code and name of the municipality."""
    return comparison.municipality.code, comparison.municipality.name


def measure_of(group: Group) -> str:
    """Return "mean" for simple means and "own" for the country's own figure."""
    return "own" if group == "country_own" else "mean"


def _groups(comparison: Comparison) -> list[tuple[Group, GroupFigure]]:
    """Return the groups that have a figure, in the order of tables."""
    return [(group, comparison.groups[group]) for group in GROUPS if group in comparison.groups]


def _history(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List the periods before the newest one, value and groups."""
    for row in history_lines(comparison):
        period, series = str(row["period"]), str(row["series"])
        named = replace(heading, title=f"{heading.title} ({series})") if series else heading
        if period == comparison.period and not series:
            continue
        if is_known(row["value"]) or row["symbol"]:
            mark = str(row["symbol"])
            yield line(named, "value", "municipality", own_area(comparison), period, row["value"], mark=mark)
        for group in GROUPS:
            if is_known(row[group]):
                area = group_area(group, comparison.municipality)
                yield line(named, measure_of(group), group, area, period, row[group])
        yield from _spread(named, comparison, period, row)


def _spread(heading: Heading, comparison: Comparison, period: str, row: Record) -> Iterator[Line]:
    """List the least and greatest of the peers, the grey band of a trend figure."""
    area = group_area("peers", comparison.municipality)
    for measure, column in (("least", "peers_low"), ("greatest", "peers_high")):
        if is_known(row[column]):
            yield line(heading, measure, "peers", area, period, row[column])


def _first(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List the value a sparkline starts from."""
    for row in sorted(known_history(comparison), key=lambda line: str(line["period"]))[:1]:
        own, mark = own_area(comparison), str(row["symbol"])
        yield line(heading, "value", "municipality", own, str(row["period"]), row["value"], mark=mark)


def _newest(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List the newest value and every group's figure with n of N."""
    period, own = str(comparison.period), own_area(comparison)
    yield line(heading, "value", "municipality", own, period, comparison.value, mark=comparison.symbol)
    if comparison.age_years is not None:
        yield line(
            replace(heading, unit="vuotta", decimals=0),
            "age",
            "municipality",
            own,
            period,
            comparison.age_years,
        )
    if comparison.interval is not None:
        limits = comparison.interval.low, comparison.interval.high
        yield from _interval(_counted(heading, comparison), "municipality", own, period, limits)
    for group, figure in _groups(comparison):
        area = group_area(group, comparison.municipality)
        n, of = (figure.with_data, figure.members) if figure.members else (None, None)
        yield line(heading, measure_of(group), group, area, period, figure.value, n=n, of=of)


def _ranking(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List the peers' own values of the newest period, with their intervals."""
    period = str(comparison.period)
    for row in ranking_lines(comparison):
        if not row["is_member"]:
            area = (str(row["area"]), str(row["name"]))
            mark = str(row["symbol"])
            yield line(heading, "value", "peer", area, period, row["value"], mark=mark)
            if is_known(row["low"]) and is_known(row["high"]):
                counted = _counted(heading, comparison)
                yield from _interval(counted, "peer", area, period, (row["low"], row["high"]))


def _counted(heading: Heading, comparison: Comparison) -> Heading:
    """Return the heading of intervals, which rest on the tables of the counts too."""
    producer, table = origin_words((*comparison.origins, *comparison.count_origins))
    return replace(heading, producer=producer, table=table)


def _interval(
    heading: Heading, group: str, area: tuple[str, str], period: str, limits: tuple[float, float]
) -> Iterator[Line]:
    """List both limits of an interval."""
    for measure, limit in zip(("interval_low", "interval_high"), limits, strict=True):
        yield line(heading, measure, group, area, period, limit)


def _trend(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List the slope of a tested trend, a year's change; the mark says what the test found."""
    found = comparison.trend
    if found is not None:
        unit = f"{finnish.difference_unit_name(comparison.indicator.unit)} vuodessa".strip()
        yearly = replace(heading, unit=unit, decimals=heading.decimals + 1)
        span, own = f"{found.start}-{found.end}", own_area(comparison)
        yield line(yearly, "trend", "municipality", own, span, found.slope, mark=found.direction)


def _positions(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List the places; a shared one carries the mark "jaettu"."""
    plain = replace(heading, unit="sija", decimals=0)
    for group, place in comparison.positions.items():
        mark = "jaettu" if place.tied > 1 else ""
        own = own_area(comparison)
        yield line(plain, "position", group, own, str(comparison.period), place.place, mark=mark, of=place.of)


def _changes(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List the changes over five years and from the previous year, and the value the former starts from."""
    five, year = comparison.change, comparison.year_change
    if five is not None:
        yield line(heading, "value", "municipality", own_area(comparison), five.start, five.start_value)
        yield from _change(heading, comparison, five, "change")
        for group, figure in _groups(comparison):
            yield from _group_change(heading, comparison, five, group, figure)
    if year is not None:
        yield from _change(heading, comparison, year, "year_change")


def _change(heading: Heading, comparison: Comparison, change: Change, measure: str) -> Iterator[Line]:
    span, own = f"{change.start}-{change.end}", own_area(comparison)
    gap = replace(heading, unit=finnish.difference_unit_name(comparison.indicator.unit))
    yield line(gap, measure, "municipality", own, span, change.absolute)
    if change.relative_pct is not None:
        percent = replace(heading, unit="%", decimals=findings.PCT_DECIMALS)
        yield line(percent, f"{measure}_pct", "municipality", own, span, change.relative_pct)


def _group_change(
    heading: Heading, comparison: Comparison, change: Change, group: Group, figure: GroupFigure
) -> Iterator[Line]:
    span, area = f"{change.start}-{change.end}", group_area(group, comparison.municipality)
    if figure.change is not None:
        gap = replace(heading, unit=finnish.difference_unit_name(comparison.indicator.unit))
        yield line(gap, "change", group, area, span, figure.change)
    if figure.change_pct is not None:
        percent = replace(heading, unit="%", decimals=findings.PCT_DECIMALS)
        yield line(percent, "change_pct", group, area, span, figure.change_pct)


def _differences(heading: Heading, comparison: Comparison) -> Iterator[Line]:
    """List value minus the group's figure, as the sentences tell it."""
    gap = replace(heading, unit=finnish.difference_unit_name(comparison.indicator.unit))
    for group, _ in _groups(comparison):
        amount = findings.gap(comparison, group)
        if amount is not None:
            yield line(gap, "difference", group, own_area(comparison), str(comparison.period), amount)
