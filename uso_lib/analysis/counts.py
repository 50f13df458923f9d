"""Find the counts that a rate rests on, for all municipalities, as the indicator's declaration names them.

Does not compute intervals (intervals.py) and does not guess: what is not known or does not fit the rate is
missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from uso_lib import specs
from uso_lib.analysis.context import Context
from uso_lib.analysis.grid import Grid
from uso_lib.analysis.intervals import Kind
from uso_lib.analysis.periods import MONTHS_OF_YEAR, is_month
from uso_lib.analysis.series import IndicatorSeries, indicator_series

Values = NDArray[np.float64]
#: What a rate of one is in a unit.
SCALES: dict[specs.Unit, float] = {"pct": 100.0, "permille": 1000.0, "per_1000": 1000.0}


@dataclass(frozen=True)
class Counts:
    """Hold the counts behind a rate, one line per asked line and one column per municipality.

    Parameters
    ----------
    count, of
        Numerator and denominator; NaN in both where either is not known.
    minus
        Of a balance what is taken away from the count, otherwise None.
    scale
        What a rate of one is in the indicator's unit.
    derived
        Whether the rate and its denominator gave the count.
    """

    kind: Kind
    count: Values
    of: Values
    scale: float
    derived: bool
    minus: Values | None = None


def counts_behind(context: Context, series: IndicatorSeries, lines: Sequence[int]) -> Counts | None:
    """Return the counts behind an indicator's figures; None when no interval or no counts are declared.

    Parameters
    ----------
    lines
        Lines of the indicator's grid.
    """
    indicator = series.indicator
    if indicator.interval is None:
        return None
    if indicator.interval == "difference":
        return _balance(context, series, lines)
    scale = SCALES[indicator.unit]
    numerator, divisor, rest = _named(indicator)
    rates = series.grid.figures[list(lines)] / scale
    whole = _figures(context, divisor, series, lines)
    if rest:
        whole = np.divide(whole, 1 - rates, out=np.full_like(whole, np.nan), where=rates < 1)
    count = _figures(context, numerator, series, lines) if numerator else rates * whole
    known = (whole > 0) & (count >= 0) & _give(series, lines, count, whole)
    if indicator.interval == "binomial":
        known &= count <= whole
    count, whole = np.where(known, count, np.nan), np.where(known, whole, np.nan)
    return Counts(indicator.interval, count, whole, scale, derived=numerator is None)


def _balance(context: Context, series: IndicatorSeries, lines: Sequence[int]) -> Counts | None:
    """Return both counts behind a balance; None when no table has them."""
    declared = series.indicator.counts
    if declared is None:
        return None
    plus, minus, whole = (
        _figures(context, str(name), series, lines) for name in (declared.of, declared.minus, declared.per)
    )
    known = (whole > 0) & (plus >= 0) & (minus >= 0) & _give(series, lines, plus - minus, whole)
    plus, minus, whole = (np.where(known, one, np.nan) for one in (plus, minus, whole))
    return Counts("difference", plus, whole, SCALES[series.indicator.unit], derived=False, minus=minus)


def _give(series: IndicatorSeries, lines: Sequence[int], count: Values, whole: Values) -> NDArray[np.bool_]:
    """Tell where counts give the rate to its last decimal.

    Counts of another edition or area division than the rate's would give a wrong interval.
    """
    scale = SCALES[series.indicator.unit]
    made = np.divide(count, whole, out=np.full_like(count, np.nan), where=whole > 0) * scale
    apart = np.abs(made - series.grid.figures[list(lines)])
    return np.asarray(apart <= 10.0**-series.indicator.decimals)


def tables_behind(context: Context, series: IndicatorSeries, line: int) -> frozenset[str]:
    """Return the tables that the municipality's counts of one line come from; none when none are declared."""
    if series.indicator.interval is None:
        return frozenset()
    declared, (numerator, divisor, _) = series.indicator.counts, _named(series.indicator)
    names = (numerator, divisor, declared.minus if declared else None)
    if series.indicator.interval == "difference" and declared is None:
        names = (None, "", None)
    found: set[str] = set()
    for name in filter(None, names):
        grid = indicator_series(context, name).grid
        for at in _matching(grid, series, line):
            found.update(str(grid.tables[at, context.column]).split("+"))
    return frozenset(found - {""})


def _named(indicator: specs.Indicator) -> tuple[str | None, str, bool]:
    """Return the numerator (None: the rate gives it), the denominator, and whether that is only the rest."""
    declared = indicator.counts
    if declared is None:
        return indicator.of, indicator.per or "", False
    return declared.of, declared.rest or declared.per or "", declared.rest is not None


def _figures(context: Context, indicator_id: str, series: IndicatorSeries, lines: Sequence[int]) -> Values:
    """Return another indicator's figures for the periods of lines."""
    grid = indicator_series(context, indicator_id).grid
    found = np.full((len(lines), grid.figures.shape[1]), np.nan)
    for row, line in enumerate(lines):
        matching = _matching(grid, series, line)
        if len(matching) == 1:
            found[row] = grid.figures[matching[0]]
        elif matching:
            found[row] = grid.figures[matching].mean(axis=0)
    return found


def _matching(grid: Grid, series: IndicatorSeries, line: int) -> list[int]:
    """Return the lines of another grid that go with a line: one, or a year's twelve months.

    In the same definition where the other has it, otherwise in its first that has figures, as in formulas.
    """
    own, keys = series.grid.keys, grid.keys
    label, period = own.series[line], own.periods[line]
    here = keys.lines_of.get(period, ())
    if here:
        same = (one for one in here if keys.series[one] == label)
        filled = (one for one in here if np.isfinite(grid.figures[one]).any())
        return [next(chain(same, filled, here))]
    if is_month(period):
        return []
    within = np.flatnonzero(keys.months // MONTHS_OF_YEAR == own.months[line] // MONTHS_OF_YEAR)
    return within.tolist() if len(within) == MONTHS_OF_YEAR else []
