"""Compute confidence intervals of rates from counts: Wilson's for shares, Byar's for events.

Does not know where counts come from (counts.py); missing or impossible counts give missing limits.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Kind = Literal["binomial", "poisson"]
#: Confidence level of every interval, per cent.
LEVEL_PCT = 95.0
#: Stands for no events, by which the formula would divide.
_FEWEST = 1e-6
#: Kind of count → name of its interval.
METHODS: dict[Kind, Literal["wilson", "byar"]] = {"binomial": "wilson", "poisson": "byar"}


def normal_quantile(level_pct: float) -> float:
    """Return how many standard errors a two-sided interval of the level reaches.

    Examples
    --------
    >>> round(normal_quantile(95), 4)
    1.96
    """
    return NormalDist().inv_cdf((1 + level_pct / 100) / 2)


def wilson(count: Values, of: Values, level_pct: float = LEVEL_PCT) -> tuple[Values, Values]:
    """Return Wilson's score interval of shares, as shares of one.

    Parameters
    ----------
    count, of
        Members of the part and of the whole, 0 ≤ count ≤ of; otherwise both limits are missing.
    """
    squared = normal_quantile(level_pct) ** 2
    known = (of > 0) & (count >= 0) & (count <= of)
    whole = np.where(known, of, np.nan)
    share = np.where(known, count, np.nan) / whole
    spread = np.sqrt(squared * (share * (1 - share) / whole + squared / (4 * whole**2)))
    middle, divisor = share + squared / (2 * whole), 1 + squared / whole
    # The formula gives 0 and 1 exactly at an empty and a full share; floating point does not.
    low = np.where(share == 0, 0.0, (middle - spread) / divisor)
    high = np.where(share == 1, 1.0, (middle + spread) / divisor)
    return np.minimum(np.maximum(low, 0), share), np.maximum(np.minimum(high, 1), share)


def byar(count: Values, of: Values, level_pct: float = LEVEL_PCT) -> tuple[Values, Values]:
    """Return Byar's approximation of the Poisson interval of rates, as events per one of the population.

    Parameters
    ----------
    count, of
        Events, not below zero, and the population they are counted in, above zero; otherwise both limits are
        missing. A count may be a fraction when a published rate gave it.
    """
    quantile = normal_quantile(level_pct)
    known = (of > 0) & (count >= 0)
    events, population = np.where(known, count, np.nan), np.where(known, of, np.nan)
    some, more = np.maximum(events, _FEWEST), events + 1
    # Below about half an event the cube would be of a negative number: nothing is less than no events.
    low = some * np.maximum(1 - 1 / (9 * some) - quantile / (3 * np.sqrt(some)), 0) ** 3
    high = more * (1 - 1 / (9 * more) + quantile / (3 * np.sqrt(more))) ** 3
    return low / population, high / population


def limits(kind: Kind, count: Values, of: Values, *, scale: float) -> tuple[Values, Values]:
    """Return the limits of rates in their unit.

    Parameters
    ----------
    scale
        What a rate of one is in the unit: 100 for per cent, 1000 for per thousand.
    """
    low, high = wilson(count, of) if kind == "binomial" else byar(count, of)
    return low * scale, high * scale
