"""Recompute how much of a rate may be chance: intervals of shares, events and balances, the test of a trend.

Written anew from the published formulas with scalar arithmetic; knows no indicator.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from recomputation.columns import same_definition
from recomputation.figures import Counted
from recomputation.raw import Column, Raw, month

YEAR = 12
#: Two-sided 95 %, 98 % and 99.8 % points of the normal distribution; the latter two of Student's t with 2 and
#: with 3 degrees of freedom.
Z95, Z98, Z998 = 1.959963984540054, 2.3263478740408408, 3.0902323061678132
T98_2, T998_3 = 6.964556734283274, 10.214531852407385
POINTS = 5
#: Share of their mean by which figures may scatter only because a computer rounds them.
BINARY_NOISE = 1e-9

Limits = tuple[float, float]


def wilson(count: float, whole: float) -> Limits:
    """Give Wilson's score interval of a share of one."""
    share, z2 = count / whole, Z95 * Z95
    centre = (count + z2 / 2) / (whole + z2)
    half = Z95 / (whole + z2) * sqrt(whole * share * (1 - share) + z2 / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def byar(count: float, population: float) -> Limits:
    """Give Byar's approximation of the Poisson interval of a rate of one."""
    low = 0.0
    if count > 0:
        low = count * max(0.0, 1 - 1 / (9 * count) - Z95 / (3 * sqrt(count))) ** 3
    more = count + 1
    return low / population, more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3 / population


def balance(added: float, taken: float, population: float) -> Limits:
    """Give the interval of added less taken events: the distances to Byar's limits that face each other."""
    (add_low, add_high), (take_low, take_high) = byar(added, 1), byar(taken, 1)
    net = added - taken
    low = net - sqrt((added - add_low) ** 2 + (take_high - taken) ** 2)
    high = net + sqrt((add_high - added) ** 2 + (taken - take_low) ** 2)
    return low / population, high / population


def balance_of(
    raw: Raw, counted: Counted, column: Column, decimals: int, period: str, area: str
) -> Limits | None:
    """Give the interval of one balance of one; nothing when a count is unknown or they do not make it."""
    value, parts = column.value(period, area), (counted.of, counted.minus, counted.per)
    figures = [part(raw).value(period, area) for part in parts if part is not None]
    numbers = [one for one in figures if one is not None]
    if value is None or len(numbers) < len(parts) or min(numbers) < 0 or numbers[2] == 0:
        return None
    added, taken, population = numbers
    if abs((added - taken) / population * counted.scale - value) > 10**-decimals:
        return None
    return balance(added, taken, population)


def counts_of(
    raw: Raw, counted: Counted, column: Column, decimals: int, period: str, area: str
) -> tuple[float, float] | None:
    """Give the count and the whole behind one rate; nothing when they are unknown or do not make the rate."""
    value = column.value(period, area)
    if value is None:
        return None
    rate = value / counted.scale
    if counted.rest is not None:
        rest = yearly(counted.rest(raw), period, area)
        whole = None if rest is None or rate == 1 else rest / (1 - rate)
    else:
        whole = None if counted.per is None else yearly(counted.per(raw), period, area)
    if whole is None or whole <= 0:
        return None
    count = rate * whole if counted.of is None else yearly(counted.of(raw), period, area)
    if count is None or count < 0 or abs(count / whole - rate) * counted.scale > 10**-decimals:
        return None
    return None if counted.method == "wilson" and count > whole else (count, whole)


def yearly(column: Column, period: str, area: str) -> float | None:
    """Give a period's figure, or the mean of a year's twelve months where there is none of the year."""
    if period in column.cells or "M" in period:
        return column.value(period, area)
    months = [column.value(f"{period}M{number:02d}", area) for number in range(1, YEAR + 1)]
    known = [one for one in months if one is not None]
    return sum(known) / YEAR if len(known) == YEAR else None


def limits_of(
    raw: Raw, counted: Counted, column: Column, decimals: int, period: str, area: str
) -> Limits | None:
    """Give the interval of one rate in its own unit."""
    if counted.method == "balance":
        limits = balance_of(raw, counted, column, decimals, period, area)
        return None if limits is None else (limits[0] * counted.scale, limits[1] * counted.scale)
    counts = counts_of(raw, counted, column, decimals, period, area)
    if counts is None:
        return None
    low, high = (wilson if counted.method == "wilson" else byar)(*counts)
    return low * counted.scale, high * counted.scale


def points_of(column: Column, area: str, newest: str) -> list[str]:
    """Give the five latest periods of the newest one's definition and month; none with a hole among them.

    What is held less often than yearly has no holes.
    """
    same = [
        period
        for period in column.periods
        if month(period) <= month(newest)
        and (month(newest) - month(period)) % YEAR == 0
        and ("M" in period) == ("M" in newest)
        and column.value(period, area) is not None
        and same_definition(column, period, newest)
    ]
    last = same[-POINTS:]
    steps = sorted(month(b) - month(a) for a, b in pairwise(last))
    if len(last) < POINTS:
        return []
    sparse = steps[(len(steps) - 1) // 2] > YEAR
    return last if sparse or steps[-1] <= YEAR else []


def trend_of(
    raw: Raw, counted: Counted | None, column: Column, decimals: int, area: str, newest: str
) -> tuple[list[str], float, str] | None:
    """Give the tested periods, the slope in a year, and "rising", "falling" or "none"."""
    periods = points_of(column, area, newest)
    if not periods:
        return None
    years = [month(period) / YEAR for period in periods]
    values = [column.value(period, area) or 0.0 for period in periods]
    counted = None if counted and counted.method == "balance" else counted  # only their scatter is tested
    counts = [counts_of(raw, counted, column, decimals, one, area) for one in periods] if counted else []
    wholes = [pair[1] for pair in counts if pair is not None]
    known = len(wholes) == POINTS
    weights = wholes if known else [1.0] * POINTS
    noise = counted if known else None
    slope, clear = _tested(years, values, weights, (T998_3, Z998), noise)
    for out in range(POINTS):
        rest = [[one for place, one in enumerate(part) if place != out] for part in (years, values, weights)]
        other, also = _tested(rest[0], rest[1], rest[2], (T98_2, Z98), noise)
        clear = clear and also and other * slope > 0
    return periods, slope, ("rising" if slope > 0 else "falling") if clear else "none"


def _tested(
    years: Sequence[float],
    values: Sequence[float],
    weights: Sequence[float],
    needed: tuple[float, float],
    counted: Counted | None,
) -> tuple[float, bool]:
    """Fit a weighted line: its slope, and whether it is too steep for scatter and chance in the counts."""
    total = sum(weights)
    year = sum(w * x for w, x in zip(weights, years, strict=True)) / total
    value = sum(w * y for w, y in zip(weights, values, strict=True)) / total
    sxx = sum(w * (x - year) ** 2 for w, x in zip(weights, years, strict=True))
    triples = list(zip(weights, years, values, strict=True))
    slope = sum(w * (x - year) * (y - value) for w, x, y in triples) / sxx
    residual = sum(w * (y - value - slope * (x - year)) ** 2 for w, x, y in triples) / (len(years) - 2)
    least = (BINARY_NOISE * value) ** 2 * total
    clear = abs(slope) > needed[0] * sqrt(max(residual, least) / sxx)
    if counted is not None:
        rate = value / counted.scale
        one = rate * (1 - rate) if counted.method == "wilson" else rate
        clear = clear and abs(slope) > needed[1] * counted.scale * sqrt(one / sxx)
    return slope, clear
