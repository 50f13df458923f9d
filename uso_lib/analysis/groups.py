"""Give a group's simple mean, extremes and the places among it.

Does not know who belongs to a group (context.py) and reads no figures: it takes rows of values, one column
each.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.results import Position

Values = NDArray[np.float64]
#: Digits kept before rounding, so that 0.1 + 0.2 rounds as 0.3.
_NOISE = 9


def means(values: Values) -> tuple[Values, NDArray[np.int64]]:
    """Return the simple mean and the number of municipalities with data, per row.

    Parameters
    ----------
    values
        One line per period, one column per municipality; NaN where missing.

    Returns
    -------
    tuple
        Means (NaN where no municipality has data) and counts, both one per line.
    """
    counts = np.isfinite(values).sum(axis=-1)
    sums = np.where(np.isfinite(values), values, 0.0).sum(axis=-1)
    return np.divide(sums, counts, out=np.full(np.shape(sums), np.nan), where=counts > 0), counts


def extremes(values: Values) -> tuple[Values, Values]:
    """Return the least and the greatest value per row, NaN where no municipality has data."""
    low = np.where(np.isfinite(values), values, np.inf).min(axis=-1, initial=np.inf)
    high = np.where(np.isfinite(values), values, -np.inf).max(axis=-1, initial=-np.inf)
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def printed(values: Values, decimals: int) -> Values:
    """Round as the report prints: halves away from zero, after removing binary noise.

    Ties of positions are decided on these, so that two municipalities that look alike share a place.
    """
    scaled = np.round(np.abs(values) * 10.0**decimals, _NOISE)
    return np.sign(values) * np.floor(scaled + 0.5) / 10.0**decimals


def position(
    group: Literal["peers", "country"],
    values: Values,
    own: float,
    *,
    direction: Literal["up", "down"],
    decimals: int,
) -> Position | None:
    """Return the place of one value among a group, ties sharing the better place (1, 2, 2, 4).

    Parameters
    ----------
    values
        The group's values, the own value among them; missing ones are NaN and never counted.
    direction
        Which values are better: ``up`` greater, ``down`` smaller.
    decimals
        Values that are equal when printed with these decimals are tied.

    Returns
    -------
    Position or None
        None when fewer than two municipalities of the group have data.
    """
    present = printed(values[np.isfinite(values)], decimals)
    if len(present) < 2:
        return None
    mine = printed(np.array([own]), decimals)[0]
    better = present > mine if direction == "up" else present < mine
    return Position(group, int(better.sum()) + 1, len(present), int((present == mine).sum()))
