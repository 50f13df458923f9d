"""Add months or quarters up to years, complete years only.

Does not decide which contents become yearly: their declaration does.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from uso_lib.sources.pxweb.marks import MISSING, NOT_AVAILABLE, PLAIN, PROVISIONAL, Marks

Keys = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
How = Literal["sum", "mean", "last"]


def to_years(
    keys: Keys, order: Keys, values: Values, marks: Marks, *, how: How, parts: int
) -> tuple[Keys, Values, Marks]:
    """Make one figure of the parts of every complete year.

    Parameters
    ----------
    keys
        The same number for the parts of one year of one series.
    order
        Which part comes after which.
    parts
        How many a year needs: 12 months or 4 quarters. Years with fewer are left out.

    Returns
    -------
    tuple
        Keys, values and marks of the years. A sum or mean with a missing part is missing, with the part's
        greatest mark; one with a provisional part is provisional. The last part's figure is taken as it is.
    """
    sorting = np.lexsort((order, keys))
    keys, values, marks = keys[sorting], values[sorting], marks[sorting]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if keys.size else np.zeros(0, dtype="int64")
    counts = np.diff(np.r_[starts, keys.size])
    starts = starts[counts == parts]
    if how == "last":
        last = starts + parts - 1
        return keys[starts], values[last], marks[last]
    rows = starts[:, None] + np.arange(parts)
    made = values[rows].sum(axis=1) / (parts if how == "mean" else 1)
    greatest = marks[rows].max(axis=1, initial=PLAIN)
    absent = np.where(greatest >= MISSING, greatest, NOT_AVAILABLE)
    provisional = np.where((marks[rows] == PROVISIONAL).any(axis=1), PROVISIONAL, PLAIN)
    return keys[starts], made, np.where(np.isnan(made), absent, provisional).astype("int8")
