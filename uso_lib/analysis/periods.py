"""Count with periods ("2025", "2026M06") as whole months.

Does not know tables or today's date: the reference year comes from the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MONTHS_OF_YEAR = 12


@lru_cache(maxsize=4096)
def month_number(period: str) -> int:
    """Return the running number of a period's first month, so that periods can be ordered and subtracted.

    Parameters
    ----------
    period
        ``"2025"`` or ``"2026M06"``.

    Examples
    --------
    >>> month_number("2026M06") - month_number("2021M06")
    60
    """
    year, _, month = period.partition("M")
    return int(year) * MONTHS_OF_YEAR + (int(month) - 1 if month else 0)


def year_of(period: str) -> int:
    """Return the calendar year of a period."""
    return int(period[:4])


def is_month(period: str) -> bool:
    """Tell whether the period is a month."""
    return "M" in period


def shifted(period: str, *, months: int) -> str:
    """Return the period `months` later (earlier when negative); years move by whole years."""
    if is_month(period):
        year, month = divmod(month_number(period) + months, MONTHS_OF_YEAR)
        return f"{year}M{month + 1:02d}"
    return str(year_of(period) + months // MONTHS_OF_YEAR)


def bounds(text: str | None) -> tuple[int, int]:
    """Return the first and last month number that a period range admits.

    Parameters
    ----------
    text
        ``"2000-2019"``, ``"2020-"``, ``"-2005"``, one period, or None for everything. A closing year admits
        its months.
    """
    if text is None:
        return 0, np.iinfo(np.int32).max
    first, dash, last = text.partition("-")
    low = month_number(first) if first else 0
    if not dash:
        last = first
    if not last:
        return low, np.iinfo(np.int32).max
    return low, month_number(last) + (0 if is_month(last) else MONTHS_OF_YEAR - 1)


def age_in_years(period: str, reference_year: int) -> int:
    """Return how many whole years the period lies before the reference year; 0 for the future."""
    return max(0, reference_year - year_of(period))


def runs(months: Sequence[int], *, monthly: bool) -> NDArray[np.int64]:
    """Count the unbroken runs in sorted months; a hole in a regular series starts a new run.

    A yearly or monthly series with a missing period must not be drawn as if it had been measured. Series that
    are sparse by nature (elections, snapshots, selected years of a projection: usual spacing, the lower
    median, over a year) stay one run.

    Parameters
    ----------
    months
        Month numbers, ascending.
    monthly
        Whether the series is monthly; otherwise yearly.
    """
    steps = np.diff(np.asarray(months, dtype=np.int64))
    usual = np.sort(steps)[(len(steps) - 1) // 2] if len(steps) else 0
    if usual > MONTHS_OF_YEAR and not monthly:
        return np.zeros(len(months), dtype=np.int64)
    return np.concatenate([[0], np.cumsum(steps > (1 if monthly else MONTHS_OF_YEAR))]).astype(np.int64)
