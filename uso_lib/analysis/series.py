"""Bring one indicator of all municipalities and periods into one frame, once per store and catalogue.

Does not compare anything (comparison.py): a series knows no member and no peers.

The frame has one line per area (municipalities and ``SSS``), series and period: ``area, period, series,
block, segment, value, symbol, tables, method, n``. ``series`` is the label of a definition ("" for the main
one), ``block`` numbers the stretches of one definition between declared breaks (changes stay within a block),
``segment`` numbers the stretches a line may be drawn through (a hole in a yearly or monthly series starts a
new one; changes may cross holes). ``method`` and ``n`` tell how a country figure was made (country.py) and
are empty for municipalities.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from uso_lib import specs
from uso_lib.analysis import formulas
from uso_lib.analysis.context import Context
from uso_lib.analysis.country import ADDITIVE, QUOTIENTS, Part, derived_rows, own_rows
from uso_lib.analysis.grid import Grid, laid_out
from uso_lib.analysis.memory import remembered
from uso_lib.analysis.periods import month_number
from uso_lib.analysis.reading import read_selections, united
from uso_lib.analysis.selection import WHOLE_COUNTRY
from uso_lib.analysis.weighted import weighted_sums

FRAME_COLUMNS = ["area", "period", "series", "block", "segment", "value", "symbol", "tables", "method", "n"]
#: Units that are changed to per cent by the formula ``change``.
RELATIVE_UNITS = frozenset({"pct", "permille"})


@dataclass(frozen=True)
class IndicatorSeries:
    """Hold one indicator for all municipalities, as a frame and as a grid for fast comparisons.

    Parameters
    ----------
    frame
        See the module's docstring.
    grid
        The same in lines (series and period) and columns (municipalities of the register).
    breaks
        The indicator's own breaks and those of its parts, in order of time.
    """

    indicator: specs.Indicator
    frame: pd.DataFrame
    grid: Grid
    breaks: tuple[specs.Break, ...]

    @property
    def signed(self) -> bool:
        """Tell whether the quantity takes negative values, so that relative changes of it mean nothing."""
        return bool((self.grid.figures < 0).any())


def indicator_series(context: Context, indicator_id: str) -> IndicatorSeries:
    """Return an indicator for all municipalities and periods; empty when the store has none of its tables.

    Parameters
    ----------
    context
        Only its store, catalogue and register matter; the result is shared by all members.

    Raises
    ------
    UnknownName
        There is no such indicator.
    UsoError
        A declared selection does not fit its table.
    """
    return remembered(context, "series", indicator_id, lambda: _series(context, indicator_id))


def _series(context: Context, indicator_id: str) -> IndicatorSeries:
    """Compute an indicator's frame and lay it out."""
    indicator = context.catalog.indicator(indicator_id)
    frame = _built(context, indicator)
    declared = context.catalog.breaks
    grid, line = laid_out(frame, context.areas, [declared[one].period for one in indicator.breaks])
    numbers = grid.keys[["block", "segment"]].to_numpy()[line]
    frame = frame.assign(block=numbers[:, 0], segment=numbers[:, 1])[FRAME_COLUMNS]
    family = (indicator, *context.catalog.parts_of(indicator_id))
    breaks = {one: declared[one] for part in family for one in part.breaks}
    in_time = sorted(breaks.values(), key=lambda one: month_number(one.period))
    return IndicatorSeries(indicator, frame, grid, tuple(in_time))


def _built(context: Context, indicator: specs.Indicator) -> pd.DataFrame:
    """Compute an indicator's frame: operands, formula, the country's figure."""
    areas = len(context.areas)
    of = _operand(context, indicator)
    if indicator.formula in ("level", "sum", "weighted_sum"):
        return _continued(context, indicator, of.frame)
    second = indicator.minus if indicator.formula == "difference" else indicator.per
    parts = [of, _part(context, second)] if second else [of]
    frame = _computed(indicator, [part.frame for part in parts])
    municipal = frame[frame["area"] != WHOLE_COUNTRY].assign(method="", n=0)
    if indicator.country == "weighted" and indicator.weight:
        weight = indicator_series(context, indicator.weight).frame
        country = own_rows(municipal, "weighted", weight, areas=areas)
    else:
        country = derived_rows(indicator, frame, parts, areas=areas)
    return united([municipal, country])


def _operand(context: Context, indicator: specs.Indicator) -> Part:
    """Return the formula's first operand: the indicator's own source, or the indicator it is `of`."""
    if not indicator.source and indicator.of:
        return _part(context, indicator.of)
    read = weighted_sums if indicator.weights else read_selections
    frame = read(context, indicator)
    weight = indicator_series(context, indicator.weight).frame if indicator.weight else None
    country = own_rows(frame, indicator.country, weight, areas=len(context.areas))
    municipal = frame[frame["area"] != WHOLE_COUNTRY].assign(method="", n=0)
    return Part(united([municipal, country]), indicator.country == "sum")


def _continued(context: Context, indicator: specs.Indicator, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the figures of the indicator that continues one, where it has none of its own."""
    declared = indicator.continued_by
    if declared is None:
        return frame
    further = indicator_series(context, declared.indicator).frame.drop(columns="segment")
    if declared.series:
        further = further[further["series"] == ""].assign(series=declared.series)
    key = ["area", "period", "series"]
    rows = united([frame[frame["value"].notna()], further, frame[frame["value"].isna()]])
    return rows.drop_duplicates(key, ignore_index=True)


def _part(context: Context, indicator_id: str) -> Part:
    """Return another indicator as an operand."""
    series = indicator_series(context, indicator_id)
    declared = series.indicator
    counted = declared.country != "none" or not declared.source
    return Part(series.frame, counted and declared.unit in ADDITIVE and declared.formula not in QUOTIENTS)


def _computed(indicator: specs.Indicator, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Apply the declared formula to its operands' frames."""
    match indicator.formula:
        case "share":
            return formulas.share(*frames)
        case "ratio":
            return formulas.ratio(*frames)
        case "per_capita":
            return formulas.per_capita(*frames)
        case "per_1000":
            return formulas.per_1000(*frames)
        case "difference":
            return formulas.difference(*frames)
        case "change":
            return formulas.change(frames[0], indicator.years or 1, relative=indicator.unit in RELATIVE_UNITS)
        case "index":
            return formulas.index(frames[0], indicator.base or "")
        case "mean_12m":
            return formulas.mean_12m(frames[0])
        case _:
            return frames[0]
