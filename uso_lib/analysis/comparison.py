"""Compare one indicator of one municipality with its peers, the network, its region and the country.

Does not read tables (series.py) and does not format anything: every number here is at full precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

import numpy as np
import pandas as pd

from uso_lib.analysis import change, groups
from uso_lib.analysis.context import Context, MeanGroup
from uso_lib.analysis.counted import count_origins, interval_of, limits_of_all
from uso_lib.analysis.groups import Values
from uso_lib.analysis.periods import MONTHS_OF_YEAR, age_in_years, month_number, year_of
from uso_lib.analysis.results import Change, Comparison, GroupFigure, GroupId, Position
from uso_lib.analysis.series import IndicatorSeries, indicator_series
from uso_lib.analysis.trends import trend_of
from uso_lib.regions import Municipality

HISTORY_COLUMNS = [
    "series", "segment", "period", "value", "symbol", "peers", "network", "region", "country", "country_own",
    "peers_low", "peers_high", "peers_n",
]  # fmt: skip

#: A history trimmed to fewer own values than this is shown whole instead, when it has that many.
FEWEST_SHOWN = 5


def compare(context: Context, indicator_id: str) -> Comparison:
    """Compare an indicator's newest value for the municipality with its groups.

    The compared period is the newest one with a value for the municipality, in a projection its last year.
    Everything but the displayed history uses all periods.

    Raises
    ------
    UnknownName
        There is no such indicator.
    UsoError
        A declared selection does not fit its table.
    """
    series = indicator_series(context, indicator_id)
    own = series.grid.figures[:, context.column]
    line = change.newest_line(series.grid.keys, own)
    history, shown = _history(context, series)
    periods = [series.grid.keys.periods[one] for one in shown]
    period = None if line is None else series.grid.keys.periods[line]
    five, base = _changes(context, series, own, line)
    interval = interval_of(context, series, line)
    used = _tables(context, series, shown)
    return Comparison(
        indicator=series.indicator,
        municipality=context.municipality,
        period=period,
        value=None if line is None else float(own[line]),
        symbol=_symbol(context, series, line),
        groups={} if line is None else _groups(context, series, line, base),
        positions={} if line is None else _positions(context, series, line),
        change=five[0],
        year_change=five[1],
        history=history,
        ranking=_ranking(context, series, line, limits_of_all(context, series, line)),
        origins=context.origins(used),
        age_years=None if period is None else age_in_years(period, context.store.reference_year),
        breaks=tuple(one for one in series.breaks if _within(one.period, periods)),
        interval=interval,
        trend=trend_of(context, series, line),
        count_origins=count_origins(context, series, line, used) if interval else (),
        start_interval=interval_of(context, series, base),
    )


def _changes(
    context: Context, series: IndicatorSeries, own: Values, line: int | None
) -> tuple[tuple[Change | None, Change | None], int | None]:
    """Return the five-year and one-year changes, and the line the former is counted from."""
    if line is None:
        return (None, None), None
    keys = series.grid.keys
    relative = change.has_relative(series.indicator.unit, signed=series.signed)
    projection = year_of(keys.periods[line]) > context.store.reference_year
    base = change.base_line(keys, own, line, projection=projection)
    before = None if projection else change.year_before(keys, own, line)
    five = None if base is None else change.change_between(keys, own, base, line, relative=relative)
    one = None
    if before is not None:
        one = change.change_between(keys, own, before, line, relative=relative, span=MONTHS_OF_YEAR)
    return (five, one), base


def _groups(
    context: Context, series: IndicatorSeries, line: int, base: int | None
) -> Mapping[str, GroupFigure]:
    """Return every group's figure for the compared period and its change over the same periods."""
    relative = change.has_relative(series.indicator.unit, signed=series.signed)
    found: dict[str, GroupFigure] = {}
    start, end = series.grid.figures[line if base is None else base], series.grid.figures[line]
    for group, columns in context.groups.items():
        if not np.isfinite(end[context.others[group]]).any():
            continue
        mean, count = groups.means(end[columns])
        changes: tuple[float | None, float | None] = (None, None)
        if base is not None:
            changes = change.mean_changes(start[columns], end[columns], relative=relative)
        found[group] = GroupFigure(group, "mean", float(mean), int(count), len(columns), *changes)
    own = _country_own(context, series, line, base, relative=relative)
    return found if own is None else {**found, own.group: own}


def _country_own(
    context: Context, series: IndicatorSeries, line: int, base: int | None, *, relative: bool
) -> GroupFigure | None:
    """Return the whole country's own figure, None when it is neither published nor computable."""
    values = series.grid.country.figures
    if not np.isfinite(values[line]):
        return None
    method = cast(Literal["published", "sum", "weighted"], series.grid.country.methods[line])
    changes: tuple[float | None, float | None] = (None, None)
    if base is not None:
        changes = change.mean_changes(values[[base]], values[[line]], relative=relative)
    members = 0 if method == "published" else len(context.areas)
    count = int(series.grid.country.counted[line])
    group: GroupId = "country_own"
    return GroupFigure(group, method, float(values[line]), count, members, *changes)


def _positions(context: Context, series: IndicatorSeries, line: int) -> Mapping[str, Position]:
    """Return the places among the peers and all municipalities; none without a declared direction."""
    direction = series.indicator.direction
    if direction not in ("up", "down"):
        return {}
    own = float(series.grid.figures[line, context.column])
    columns = context.groups
    found: dict[str, Position] = {}
    names: tuple[Literal["peers", "country"], ...] = ("peers", "country")
    for group in names:
        if not np.isfinite(series.grid.figures[line, context.others[group]]).any():
            continue
        values = series.grid.figures[line, columns[group]]
        place = groups.position(group, values, own, direction=direction, decimals=series.indicator.decimals)
        if place is not None:
            found[group] = place
    return found


def _history(context: Context, series: IndicatorSeries) -> tuple[pd.DataFrame, list[int]]:
    """Return the displayed history and its lines of the grid."""
    years = series.grid.keys.months // MONTHS_OF_YEAR
    column, columns = context.column, context.groups
    shown = np.flatnonzero(years >= context.first_year)
    own = np.isfinite(series.grid.figures[:, column])
    stub = len(shown) == 0 or (own.any() and not own[shown].any())
    if stub or own[shown].sum() < FEWEST_SHOWN <= own.sum():
        shown = np.arange(len(own))  # better old and whole than a stub of one or two points
    values, keys, lines = series.grid.figures[shown], series.grid.keys, shown.tolist()
    peers = columns["peers"]
    low, high = groups.extremes(values[:, peers[peers != column]])
    names: tuple[MeanGroup, ...] = ("peers", "network", "region", "country")
    nothing = np.full(len(lines), np.nan)
    found = (
        pd.array([keys.series[line] for line in lines], dtype="str"),
        keys.segments[shown],
        pd.array([keys.periods[line] for line in lines], dtype="str"),
        values[:, column],
        pd.array(series.grid.symbols[shown, column], dtype="str"),
        *(groups.means(values[:, columns[one]])[0] if one in columns else nothing for one in names),
        series.grid.country.figures[shown],
        low,
        high,
        groups.means(values[:, peers])[1],
    )
    return pd.DataFrame(dict(zip(HISTORY_COLUMNS, found, strict=True))), lines


def _ranking(
    context: Context, series: IndicatorSeries, line: int | None, ends: tuple[Values, Values]
) -> pd.DataFrame:
    """Return the municipality and its peers at the compared period, best first, those without data last."""
    members: list[Municipality] = [] if line is None else [context.municipality, *context.peers]
    grid, columns = series.grid, [context.areas[one.code] for one in members]
    figures = [(float(grid.figures[line, at]), str(grid.symbols[line, at])) for at in columns]
    sign = 1 if series.indicator.direction == "down" else -1
    order = sorted(
        range(len(members)),
        key=lambda at: (np.isnan(figures[at][0]), sign * np.nan_to_num(figures[at][0]), members[at].name),
    )
    frame = {
        "area": pd.array([members[at].code for at in order], dtype="str"),
        "name": pd.array([members[at].name for at in order], dtype="str"),
        "value": np.array([figures[at][0] for at in order], dtype=float),
        "symbol": pd.array([figures[at][1] for at in order], dtype="str"),
        "low": ends[0][[columns[at] for at in order]],
        "high": ends[1][[columns[at] for at in order]],
        "is_member": np.array([at == 0 for at in order], dtype=bool),
    }
    return pd.DataFrame(frame)


def _symbol(context: Context, series: IndicatorSeries, line: int | None) -> str:
    """Return the mark of the compared value; without any value, the newest period's reason for the gap."""
    column = context.column
    if line is not None:
        return str(series.grid.symbols[line, column])
    if len(series.grid.keys) == 0:
        return ""
    return str(series.grid.symbols[int(np.argmax(series.grid.keys.months)), column])


def _tables(context: Context, series: IndicatorSeries, shown: list[int]) -> dict[str, str | None]:
    """Return the tables of the municipality's displayed values and the newest period used of each.

    Without any value they are all the indicator's tables.
    """
    column, periods = context.column, series.grid.keys.periods
    own, tables = np.isfinite(series.grid.figures[:, column]), series.grid.tables[:, column]
    used: dict[str, str | None] = {}
    for line in sorted((one for one in shown if own[one]), key=lambda one: month_number(periods[one])):
        used |= {table: periods[line] for table in tables[line].split("+") if table}
    return used or dict.fromkeys(context.catalog.tables_of(series.indicator.id))


def _within(period: str, shown: list[str]) -> bool:
    """Tell whether a break falls between two displayed periods."""
    months = [month_number(one) for one in shown]
    return bool(months) and min(months) < month_number(period) <= max(months)
