"""Give the intervals of an indicator's figures: the municipality's own, all municipalities', their tables.

Does not find counts (counts.py) and does not know the formulas (intervals.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from uso_lib.analysis.context import Context
from uso_lib.analysis.counts import Counts, counts_behind, tables_behind
from uso_lib.analysis.groups import Values
from uso_lib.analysis.intervals import LEVEL_PCT, METHODS, limits
from uso_lib.analysis.results import Interval, Origin
from uso_lib.analysis.series import IndicatorSeries


def interval_of(context: Context, series: IndicatorSeries, line: int | None) -> Interval | None:
    """Return the interval of the municipality's own figure of a line; None when its counts are not known."""
    counts = None if line is None else counts_behind(context, series, [line])
    if line is None or counts is None:
        return None
    low, high = (ends[context.column] for ends in _limits(series, line, counts))
    if not np.isfinite(low):
        return None
    return Interval(
        low=float(low),
        high=float(high),
        method=METHODS[counts.kind],
        level_pct=LEVEL_PCT,
        count=float(counts.count[0, context.column]),
        of=float(counts.of[0, context.column]),
        derived=counts.derived,
        minus=None if counts.minus is None else float(counts.minus[0, context.column]),
    )


def limits_of_all(context: Context, series: IndicatorSeries, line: int | None) -> tuple[Values, Values]:
    """Return the limits of all municipalities' figures of a line; NaN where the counts are not known."""
    counts = None if line is None else counts_behind(context, series, [line])
    if line is None or counts is None:
        unknown = np.full(len(context.areas), np.nan)
        return unknown, unknown
    return _limits(series, line, counts)


def count_origins(
    context: Context, series: IndicatorSeries, line: int | None, used: Mapping[str, str | None]
) -> tuple[Origin, ...]:
    """Return the tables that only the counts behind the compared value come from."""
    if line is None:
        return ()
    period = series.grid.keys.periods[line]
    return context.origins(dict.fromkeys(tables_behind(context, series, line) - set(used), period))


def _limits(series: IndicatorSeries, line: int, counts: Counts) -> tuple[Values, Values]:
    """Return the limits that counts give the figures of a line."""
    minus = None if counts.minus is None else counts.minus[0]
    low, high = limits(counts.kind, counts.count[0], counts.of[0], scale=counts.scale, minus=minus)
    # A published rate is rounded: of very great counts it could lie outside by less than its last decimal.
    values = series.grid.figures[line]
    return np.minimum(low, values), np.maximum(high, values)
