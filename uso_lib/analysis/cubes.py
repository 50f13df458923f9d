"""Hold a breakdown of all municipalities: periods times categories times municipalities.

Does not read or compute anything (breakdown.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.symbols import Symbols

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Cube:
    """Hold a breakdown of all municipalities.

    Parameters
    ----------
    periods
        Ascending.
    figures, symbols
        Periods times categories times municipalities; NaN and 0 (the code of no symbol, symbols.py) where
        there is nothing.
    country
        Periods times categories: the whole country.
    """

    periods: list[str]
    figures: Values
    symbols: Symbols
    country: Values


@dataclass(frozen=True)
class Cubes:
    """Hold a breakdown as it is published and as it is shown.

    Parameters
    ----------
    levels
        The categories as published.
    wholes
        What their shares are of.
    divisor, factor
        What the levels are divided by to be shown, None for levels, and what the quotient is multiplied by.
    shares, shown
        The shares, and the figures that are shown.
    """

    levels: Cube
    wholes: Cube
    divisor: Cube | None
    factor: float
    shares: Cube
    shown: Cube
