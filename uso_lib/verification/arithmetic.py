"""The closed vocabulary of arithmetic by which a report's numbers follow from its cells.

Works on plain numbers, None for a missing one, which no operation turns into a number. Shares no code with
the analysis whose results it checks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

from uso_lib.verification.finnish import rounded

Optional = float | int | None
#: Formula → factor of a quotient.
FACTORS = {"share": 100.0, "ratio": 1.0, "per_capita": 1.0, "per_1000": 1000.0}


def quotient(first: Optional, second: Optional, factor: float = 1.0) -> Optional:
    """Divide; nothing by zero."""
    return None if first is None or not second else first / second * factor


def difference(first: Optional, second: Optional) -> Optional:
    """Subtract."""
    return None if first is None or second is None else first - second


def growth(first: Optional, second: Optional) -> Optional:
    """Return how many per cent the first is above the second, which must be positive."""
    return None if first is None or second is None or second <= 0 else (first - second) / second * 100


def index(first: Optional, second: Optional) -> Optional:
    """Return the first with the second, which must be positive, as a hundred."""
    return None if first is None or second is None or second <= 0 else first / second * 100


def mean(values: Sequence[Optional]) -> Optional:
    """Return the simple mean of those there are."""
    known = [one for one in values if one is not None]
    return math.fsum(known) / len(known) if known else None


def whole_mean(values: Sequence[Optional]) -> Optional:
    """Return the simple mean of all, nothing when one is missing."""
    return None if None in values else mean(values)


def total(values: Sequence[Optional]) -> Optional:
    """Add all up, nothing when one is missing."""
    known = [one for one in values if one is not None]
    return math.fsum(known) if known and len(known) == len(values) else None


def two_operands(formula: str, *, in_per_cent: bool) -> Callable[[Optional, Optional], Optional] | None:
    """Return what a formula does with two operands, None for one that has no two."""
    if formula in FACTORS:
        factor = FACTORS[formula]
        return lambda first, second: quotient(first, second, factor)
    if formula == "difference":
        return difference
    if formula == "index":
        return index
    if formula == "change":
        return growth if in_per_cent else difference
    return None


def place(own: Optional, values: Sequence[Optional], *, upwards: bool, decimals: int) -> tuple[int, int, int]:
    """Return the place of a value as it is printed, of how many, and how many share it."""
    if own is None:
        return 0, 0, 0
    shown = [rounded(one, decimals) for one in values if one is not None]
    mine = rounded(own, decimals)
    better = sum(one > mine if upwards else one < mine for one in shown)
    return better + 1, len(shown), sum(one == mine for one in shown)


def wilson(count: float, of: float, level_pct: float) -> tuple[float, float] | None:
    """Return Wilson's interval of a share, as shares of one."""
    if of <= 0 or not 0 <= count <= of:
        return None
    z = NormalDist().inv_cdf((1 + level_pct / 100) / 2)
    share, squared = count / of, z * z
    spread = z * math.sqrt(share * (1 - share) / of + squared / (4 * of * of))
    middle, divisor = share + squared / (2 * of), 1 + squared / of
    return max(0.0, (middle - spread) / divisor), min(1.0, (middle + spread) / divisor)


def byar(count: float, of: float, level_pct: float) -> tuple[float, float] | None:
    """Return Byar's approximation of the Poisson interval of a rate, as events per one."""
    if of <= 0 or count < 0:
        return None
    z = NormalDist().inv_cdf((1 + level_pct / 100) / 2)
    low = 0.0
    if count > 0:
        low = count * max(0.0, 1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
    return low / of, high / of


def balance(plus: float, minus: float, of: float, level_pct: float) -> tuple[float, float] | None:
    """Return the interval of a balance of two counts of events from their own intervals, per one."""
    first, second = byar(plus, of, level_pct), byar(minus, of, level_pct)
    if first is None or second is None:
        return None
    middle = (plus - minus) / of
    below = (plus / of - first[0]) ** 2 + (second[1] - minus / of) ** 2
    above = (first[1] - plus / of) ** 2 + (minus / of - second[0]) ** 2
    return middle - math.sqrt(below), middle + math.sqrt(above)


def slope(years: Sequence[float], values: Sequence[Optional], weights: Sequence[Optional]) -> Optional:
    """Return the slope of the line that fits best, points weighted."""
    known = [one for one in values if one is not None]
    shares = [one for one in weights if one is not None]
    if not len(years) == len(known) == len(shares) or sum(shares) <= 0:
        return None
    whole = math.fsum(shares)
    year, value = (
        math.fsum(weight * one for weight, one in zip(shares, row, strict=True)) / whole
        for row in (years, known)
    )
    below = math.fsum(weight * (one - year) ** 2 for weight, one in zip(shares, years, strict=True))
    pairs = zip(shares, years, known, strict=True)
    above = math.fsum(weight * (at - year) * (one - value) for weight, at, one in pairs)
    return above / below if below else None
