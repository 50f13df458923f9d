"""Compute confidence intervals of rates from counts: Wilson's for shares, Byar's for events, their balance.

Says too whether chance in two counts may explain how far two figures are apart. Does not know where counts
come from (counts.py); missing or impossible counts give missing limits.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.certainty import Interval

Values = NDArray[np.float64]
Kind = Literal["binomial", "poisson", "difference"]
#: Confidence level of every interval, per cent.
LEVEL_PCT = 95.0
#: Stands for no events, by which the formula would divide.
_FEWEST = 1e-6
#: Kind of count → name of its interval.
METHODS: dict[Kind, Literal["wilson", "byar", "balance"]] = {
    "binomial": "wilson", "poisson": "byar", "difference": "balance",
}  # fmt: skip


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


def balance(plus: Values, minus: Values, of: Values, level_pct: float = LEVEL_PCT) -> tuple[Values, Values]:
    """Return the interval of a balance of two independent Poisson counts, per one of the population.

    Each count's distance from its own limit of Byar is squared and added up (Zou and Donner, Statistics in
    Medicine 27, 2008). Of great counts that is the usual balance ± z·√(plus + minus); two counts of zero do
    not make an interval without width.
    """
    plus_low, plus_high = byar(plus, of, level_pct)
    minus_low, minus_high = byar(minus, of, level_pct)
    population = np.where(of > 0, of, np.nan)
    rate, other = plus / population, minus / population
    below = np.hypot(rate - plus_low, minus_high - other)
    above = np.hypot(plus_high - rate, other - minus_low)
    return rate - other - below, rate - other + above


def limits(
    kind: Kind, count: Values, of: Values, *, scale: float, minus: Values | None = None
) -> tuple[Values, Values]:
    """Return the limits of rates in their unit.

    Parameters
    ----------
    scale
        What a rate of one is in the unit: 100 for per cent, 1000 for per thousand.
    minus
        Of a difference the counts that are taken away.
    """
    if minus is not None:
        low, high = balance(count, minus, of)
    else:
        low, high = wilson(count, of) if kind == "binomial" else byar(count, of)
    return low * scale, high * scale


def may_be_chance(moved: float, start: tuple[float, Interval], end: tuple[float, Interval]) -> bool:
    """Tell whether chance in the counts of both ends may explain a move, at the level of their intervals.

    The limits of a difference of two figures by their own limits (Newcombe, Statistics in Medicine 17, 1998,
    pages 873-890, method 10; Zou and Donner, 2008): the distances to those limits that face each other are
    squared and added up.

    Parameters
    ----------
    moved
        How far the figure moved from start to end; less what a mean moved that it is held against.
    start, end
        Figure and interval.
    """
    (first, one), (last, other) = start, end
    if moved > 0:
        return moved < math.hypot(one.high - first, last - other.low)
    return -moved < math.hypot(first - one.low, other.high - last)
