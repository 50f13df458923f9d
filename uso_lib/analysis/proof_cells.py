"""Write figures and declarations as the plain data of a proof, and the sums over all municipalities.

Does not choose which figures a proof needs (proof_grids.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uso_lib import specs
from uso_lib.analysis.change import has_relative
from uso_lib.analysis.context import Context
from uso_lib.analysis.groups import Values, means
from uso_lib.analysis.results import Comparison
from uso_lib.analysis.series import RELATIVE_UNITS, IndicatorSeries, indicator_series

#: Significant digits of figures in a proof: far more than a report shows, fewer than binary noise.
DIGITS = 12
#: A figure of so few decimals, and not too great, has no more than `DIGITS` digits.
SHORT = 10**4


def plain(value: float) -> float | int | None:
    """Return a figure as a proof holds it: rounded to `DIGITS`, whole numbers as integers, None for none."""
    if not math.isfinite(value):
        return None
    if abs(value) < 10**DIGITS and value == int(value):
        return int(value)
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 10**DIGITS else rounded


def plains(values: Iterable[float] | Values) -> list[Any]:
    """Return figures as a proof holds them, many at once: a table of them as lists of lists.

    Whole numbers and those of few decimals, nearly all, stay as they are; `plain` does the rest.
    """
    figures = np.asarray(values if isinstance(values, np.ndarray) else [*values], dtype=np.float64)
    known = np.isfinite(figures)
    near = known & (np.abs(figures) < 10**DIGITS)
    sure = np.where(near, figures, 0.0)
    whole = near & (sure == np.trunc(sure))
    short = near & (np.abs(sure) < 10**DIGITS / SHORT) & (np.rint(sure * SHORT) / SHORT == sure)
    found = figures.astype(object)
    found[whole] = sure[whole].astype(np.int64)
    found[~known] = None
    long = known & ~whole & ~short
    found[long] = [plain(one) for one in figures[long].tolist()]
    listed: list[Any] = found.tolist()
    return listed


def areas_of(context: Context, further: Iterable[NDArray[np.int64]] = ()) -> NDArray[np.int64]:
    """Return the columns of the municipality and of all its groups but the country, its own first.

    Parameters
    ----------
    further
        Columns of further groups.
    """
    groups = [columns for name, columns in context.groups.items() if name != "country"]
    groups += further
    others = np.setdiff1d(np.unique(np.concatenate(groups)), [context.column])
    return np.concatenate([[context.column], others]).astype(np.int64)


def described(context: Context, name: str) -> dict[str, Any]:
    """Return how an indicator is declared, as far as its numbers depend on it."""
    one = context.catalog.indicator(name)
    series = indicator_series(context, name)
    found: dict[str, Any] = {
        "title": one.title,
        "unit": one.unit,
        "decimals": one.decimals,
        "direction": one.direction,
        "formula": one.formula,
        "relative": has_relative(one.unit, signed=series.signed),
        "country": one.country,
    }
    optional = {
        key: getattr(one, key) for key in ("of", "per", "minus", "base", "years", "weight", "interval")
    }
    found |= {key: value for key, value in optional.items() if value is not None}
    if one.formula == "change":
        found["in_per_cent"] = one.unit in RELATIVE_UNITS
    if one.source:
        found["read_from"] = [_selection(selection) for selection in one.source]
    if one.weights is not None:
        found["weights"] = one.weights.model_dump()
    if one.continued_by is not None:
        found["continued_by"] = one.continued_by.indicator
    return found


def _selection(selection: specs.Selection) -> dict[str, Any]:
    """Return a selection without what it leaves to the default."""
    return selection.model_dump(exclude_defaults=True)


def country_cells(series: IndicatorSeries, lines: list[int], places: Mapping[int, int]) -> dict[str, Any]:
    """Return sum and count over all municipalities and the country's own figure, for the shown lines."""
    average, counts = means(series.grid.figures[lines])
    country = series.grid.country
    return {
        "lines": [places[line] for line in lines],
        "sum": plains(np.where(counts > 0, average, 0.0) * counts),
        "n": counts.tolist(),
        "own": plains(country.figures[lines]),
        "method": [country.methods[line] for line in lines],
        "own_n": country.counted[lines].tolist(),
    }


def change_sums(start: Values, end: Values) -> list[float | int | None]:
    """Return sums and counts of all municipalities' absolute and relative changes (%)."""
    both = np.isfinite(start) & np.isfinite(end)
    positive = both & (np.where(both, start, 0.0) > 0)
    relative = (end[positive] / start[positive] - 1) * 100
    return [
        plain(float((end[both] - start[both]).sum())),
        int(both.sum()),
        plain(float(relative.sum())),
        int(positive.sum()),
    ]


def tested_lines(series: IndicatorSeries, comparison: Comparison, label: str, column: int) -> list[int]:
    """Return the lines of the tested points: of a monthly series those of the same month of the year."""
    found = comparison.trend
    if found is None:
        return []
    keys, own = series.grid.keys, np.isfinite(series.grid.figures[:, column])
    return [
        line
        for line in np.flatnonzero(own).tolist()
        if keys.series[line] == label
        and found.start <= keys.periods[line] <= found.end
        and keys.periods[line].partition("M")[2] == found.end.partition("M")[2]
    ]
