"""The frozen result objects that say how much of a figure may be chance: interval and trend.

Does not compute them (intervals.py, trends.py) and does not put them into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Interval:
    """Give how far chance alone may move a rate that rests on a small count.

    Parameters
    ----------
    low, high
        Limits in the indicator's unit; the value always lies within them.
    method
        ``wilson`` (binomial: a share of a whole), ``byar`` (Poisson: events over a population) or ``balance``
        (two counts of events, one taken from the other).
    level_pct
        Confidence level, per cent.
    count, of
        Numerator and denominator as counts; of a balance what is added.
    minus
        Of a balance what is taken away.
    derived
        Whether a published rate and its denominator gave the count: then it is near, not exact.
    """

    low: float
    high: float
    method: Literal["wilson", "byar", "balance"]
    level_pct: float
    count: float
    of: float
    derived: bool = False
    minus: float | None = None


@dataclass(frozen=True)
class Trend:
    """Give the result of the declared test of a trend over the five latest points.

    Parameters
    ----------
    direction
        ``rising`` or ``falling`` when the test holds at 99.8 % with all points and at 98 % without any one of
        them, otherwise ``none``.
    start, end
        First and last period of the tested points.
    slope
        Change in a year in the indicator's unit, by (weighted) regression.
    weighted
        Whether the points were weighted by the inverse variances of their counts.
    """

    direction: Literal["rising", "falling", "none"]
    start: str
    end: str
    slope: float
    weighted: bool
