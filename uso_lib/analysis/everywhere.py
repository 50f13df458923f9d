"""Give an indicator's values for all municipalities at the compared period, in classes for a map.

Does not draw and does not read tables (series.py). Classes are cut from values as they are printed, so that a
municipality's printed value always lies within its printed class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from uso_lib import specs
from uso_lib.analysis import change, groups
from uso_lib.analysis.context import Context
from uso_lib.analysis.groups import Values
from uso_lib.analysis.results import Origin
from uso_lib.analysis.series import indicator_series
from uso_lib.regions import Municipality

#: How many classes a map has when the values do not tie across the limits.
CLASSES = 5
#: Number of the class of a municipality without data.
NO_CLASS = -1


@dataclass(frozen=True)
class MapClass:
    """Give one class: its least and greatest printed value and how many municipalities are in it."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Everywhere:
    """Hold one indicator's values for all municipalities at one period.

    Parameters
    ----------
    period
        The compared period of the municipality; None when it has no figure at all, and then nothing is held.
    table
        One line per municipality of the register, by code: ``area``, ``name``, ``value``, ``symbol``,
        ``class_number`` (0 is the class of the least values, `NO_CLASS` without data), ``is_member``,
        ``is_peer``, ``is_network``, ``in_region``.
    classes
        From the least values to the greatest.
    """

    indicator: specs.Indicator
    municipality: Municipality
    period: str | None
    table: pd.DataFrame
    classes: tuple[MapClass, ...]
    origins: tuple[Origin, ...]

    @property
    def missing(self) -> bool:
        """Tell whether there is nothing to draw."""
        return self.period is None

    @property
    def with_data(self) -> int:
        """Return how many municipalities have data."""
        return int(self.table["value"].notna().sum())

    @property
    def region(self) -> pd.DataFrame:
        """Return the lines of the municipality's region."""
        return self.table.loc[self.table["in_region"]]

    @property
    def own_class(self) -> int:
        """Return the number of the municipality's own class."""
        return int(self.table.loc[self.table["is_member"], "class_number"].iloc[0])


def everywhere(context: Context, indicator_id: str) -> Everywhere:
    """Return an indicator's values for all municipalities at the municipality's newest period with a value.

    Raises
    ------
    UnknownName
        There is no such indicator.
    UsoError
        A declared selection does not fit its table.
    """
    series = indicator_series(context, indicator_id)
    grid, decimals = series.grid, series.indicator.decimals
    line = change.newest_line(grid.keys, grid.figures[:, context.column])
    if line is None:
        nothing = _lines(context, np.full(len(context.areas), np.nan), [""] * len(context.areas), ())
        return Everywhere(series.indicator, context.municipality, None, nothing, (), ())
    values = grid.figures[line]
    classes = quintiles(values, decimals)
    period = grid.keys.periods[line]
    tables = sorted({part for cell in grid.tables[line] for part in str(cell).split("+") if part})
    return Everywhere(
        series.indicator,
        context.municipality,
        period,
        _lines(context, values, [str(one) for one in grid.symbols[line]], classes, decimals=decimals),
        classes,
        context.origins(dict.fromkeys(tables, period)),
    )


def quintiles(values: Values, decimals: int) -> tuple[MapClass, ...]:
    """Cut values into at most five classes of as many municipalities as ties allow.

    The k-th class ends at the printed value of the municipality that stands at k fifths of all, from the
    least (rank k·n/5, rounded up); equal values are never parted, so classes may differ in size, and limits
    that coincide make one class.

    Parameters
    ----------
    values
        One per municipality, NaN where missing.
    decimals
        Decimals of the printed values.
    """
    present = np.sort(groups.printed(values[np.isfinite(values)], decimals))
    ranks = [-(-number * len(present) // CLASSES) for number in range(1, CLASSES + 1)]
    limits = list(dict.fromkeys(float(present[rank - 1]) for rank in ranks if rank))
    classes, above = [], 0
    for limit in limits:
        inside = present[above : int(np.searchsorted(present, limit, side="right"))]
        classes.append(MapClass(float(inside[0]), float(inside[-1]), len(inside)))
        above += len(inside)
    return tuple(classes)


def _lines(
    context: Context,
    values: Values,
    symbols: Sequence[str],
    classes: tuple[MapClass, ...],
    *,
    decimals: int = 0,
) -> pd.DataFrame:
    """Return one line per municipality with its class and its part in the comparison."""
    known = np.isfinite(values)
    numbers = np.searchsorted([one.high for one in classes], groups.printed(values, decimals))
    everyone = context.regions.all
    here = context.municipality
    peers, network = {one.code for one in context.peers}, {one.code for one in context.network}
    frame = {
        "area": pd.array([one.code for one in everyone], dtype="str"),
        "name": pd.array([one.name for one in everyone], dtype="str"),
        "value": values.astype(float),
        "symbol": pd.array(list(symbols), dtype="str"),
        "class_number": np.where(known, numbers, NO_CLASS).astype(np.int64),
        "is_member": np.array([one.code == here.code for one in everyone], dtype=bool),
        "is_peer": np.array([one.code in peers for one in everyone], dtype=bool),
        "is_network": np.array([one.code in network for one in everyone], dtype=bool),
        "in_region": np.array([one.region_code == here.region_code for one in everyone], dtype=bool),
    }
    return pd.DataFrame(frame)
