"""Compute one indicator of all municipalities and periods, once per store and catalogue.

Does not compare anything (comparison.py): a series knows no member and no peers.

As a frame it has one line per area (municipalities and ``SSS``), series and period: ``area, period, series,
block, segment, value, symbol, tables, method, n``. ``series`` is the label of a definition ("" for the main
one), ``block`` numbers the stretches of one definition between declared breaks (changes stay within a block),
``segment`` numbers the stretches a line may be drawn through (a hole in a yearly or monthly series starts a
new one; changes may cross holes). ``method`` and ``n`` tell how a country figure was made (country.py) and
are empty for municipalities.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from uso_lib import specs
from uso_lib.analysis import formulas
from uso_lib.analysis.context import Context
from uso_lib.analysis.country import ADDITIVE, QUOTIENTS, Part, with_derived, with_own
from uso_lib.analysis.grid import Grid, laid_out
from uso_lib.analysis.memory import remembered
from uso_lib.analysis.periods import month_number
from uso_lib.analysis.reading import read_selections
from uso_lib.analysis.sheet import Sheet, laid_over, rows_of
from uso_lib.analysis.symbols import SYMBOLS
from uso_lib.analysis.weighted import weighted_sums

FRAME_COLUMNS = ["area", "period", "series", "block", "segment", "value", "symbol", "tables", "method", "n"]
#: Units that are changed to per cent by the formula ``change``.
RELATIVE_UNITS = frozenset({"pct", "permille"})


@dataclass(frozen=True)
class IndicatorSeries:
    """Hold one indicator for all municipalities, as a sheet to compute with and as a grid for comparisons.

    Parameters
    ----------
    sheet
        The figures with the whole country's, as other indicators are computed from them.
    grid
        The same in lines (series and period) and columns (municipalities of the register).
    breaks
        The indicator's own breaks and those of its parts, in order of time.
    areas
        Codes of the municipalities in the order of the columns.
    """

    indicator: specs.Indicator
    sheet: Sheet
    grid: Grid
    breaks: tuple[specs.Break, ...]
    areas: tuple[str, ...]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return the figures one under the other; see the module's docstring."""
        rows = rows_of(self.sheet, self.areas, SYMBOLS)
        segments = self.grid.keys.segments[rows["line"]]
        return rows.assign(segment=segments)[FRAME_COLUMNS]

    @cached_property
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
    """Compute an indicator's sheet and lay it out."""
    indicator = context.catalog.indicator(indicator_id)
    declared = context.catalog.breaks
    sheet = _built(context, indicator)
    grid, sheet = laid_out(sheet, [declared[one].period for one in indicator.breaks])
    family = (indicator, *context.catalog.parts_of(indicator_id))
    breaks = {one: declared[one] for part in family for one in part.breaks}
    in_time = sorted(breaks.values(), key=lambda one: month_number(one.period))
    return IndicatorSeries(indicator, sheet, grid, tuple(in_time), tuple(context.areas))


def _built(context: Context, indicator: specs.Indicator) -> Sheet:
    """Compute an indicator's sheet: operands, formula, the country's figure."""
    of = _operand(context, indicator)
    if indicator.formula in ("level", "sum", "weighted_sum"):
        return _continued(context, indicator, of.sheet)
    second = indicator.minus if indicator.formula == "difference" else indicator.per
    parts = [of, _part(context, second)] if second else [of]
    sheet = _computed(indicator, [part.sheet for part in parts])
    if indicator.country == "weighted" and indicator.weight:
        weight = indicator_series(context, indicator.weight).sheet
        return with_own(sheet.without_country(), "weighted", weight)
    return with_derived(indicator, sheet, parts)


def _operand(context: Context, indicator: specs.Indicator) -> Part:
    """Return the formula's first operand: the indicator's own source, or the indicator it is `of`."""
    if not indicator.source and indicator.of:
        return _part(context, indicator.of)
    read = weighted_sums if indicator.weights else read_selections
    weight = indicator_series(context, indicator.weight).sheet if indicator.weight else None
    sheet = with_own(read(context, indicator), indicator.country, weight)
    return Part(sheet, indicator.country == "sum")


def _continued(context: Context, indicator: specs.Indicator, sheet: Sheet) -> Sheet:
    """Add the figures of the indicator that continues one, where it has none of its own."""
    declared = indicator.continued_by
    if declared is None:
        return sheet
    further = indicator_series(context, declared.indicator).sheet
    if declared.series:
        further = further.chosen(line for line, label in enumerate(further.series) if label == "")
        further = replace(further, series=(declared.series,) * len(further))
    own = sheet.only(np.isfinite(sheet.figures)).held()
    return laid_over([own, further, sheet]).held()


def _part(context: Context, indicator_id: str) -> Part:
    """Return another indicator as an operand."""
    series = indicator_series(context, indicator_id)
    declared = series.indicator
    counted = declared.country != "none" or not declared.source
    return Part(series.sheet, counted and declared.unit in ADDITIVE and declared.formula not in QUOTIENTS)


def _computed(indicator: specs.Indicator, sheets: list[Sheet]) -> Sheet:
    """Apply the declared formula to its operands."""
    match indicator.formula:
        case "share":
            return formulas.share(*sheets)
        case "ratio":
            return formulas.ratio(*sheets)
        case "per_capita":
            return formulas.per_capita(*sheets)
        case "per_1000":
            return formulas.per_1000(*sheets)
        case "difference":
            return formulas.difference(*sheets)
        case "change":
            return formulas.change(sheets[0], indicator.years or 1, relative=indicator.unit in RELATIVE_UNITS)
        case "index":
            return formulas.index(sheets[0], indicator.base or "")
        case "mean_12m":
            return formulas.mean_12m(sheets[0])
        case _:
            return sheets[0]
