"""Test whether the five latest points of one definition rise or fall, so that few flat series pass by chance.

Does not foresee anything and does not tell a cause; which indicators are tested is declared (`trend`).

The points are told by regression on time. Where the counts are known, a point weighs by its denominator: that
is the inverse of its variance if nothing had changed, and no single count of zero makes a variance of zero.
The slope must be too great for the scatter of the points round the line (Student's t) and, where the counts
are known, also for chance in the counts (normal quantile). The former holds however much more than chance the
years vary; the latter keeps a few lucky small counts from being a trend. Both are asked at 99.8 % of all
points and at 98 % of the points without any one of them (95 % could not fail where the former holds).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.certainty import Trend
from uso_lib.analysis.context import Context
from uso_lib.analysis.counts import counts_behind
from uso_lib.analysis.intervals import Kind, normal_quantile
from uso_lib.analysis.periods import MONTHS_OF_YEAR, runs, year_of
from uso_lib.analysis.series import IndicatorSeries
from uso_lib.declarations.counts import UNTESTED

Values = NDArray[np.float64]
POINTS = 5
#: Confidence of the test with all points and without one of them, per cent, two-sided.
LEVEL_PCT, LEVEL_WITHOUT_ONE_PCT = 99.8, 98.0
#: Quantiles of Student's t for these levels: 3 degrees of freedom with all points, 2 without one.
STUDENT, STUDENT_WITHOUT_ONE = 10.214531852407385, 6.964556734283274
NORMAL, NORMAL_WITHOUT_ONE = normal_quantile(LEVEL_PCT), normal_quantile(LEVEL_WITHOUT_ONE_PCT)
#: Part of its mean that a figure may move by floating point alone.
ROUNDING = 1e-9
NAMES: dict[int, Literal["rising", "falling", "none"]] = {1: "rising", -1: "falling", 0: "none"}


@dataclass(frozen=True)
class Chance:
    """Say what the points were counted from.

    Parameters
    ----------
    of
        Denominators, one per point (last axis).
    scale
        What a rate of one is in the points' unit.
    """

    kind: Kind
    of: Values
    scale: float


def trend_of(context: Context, series: IndicatorSeries, line: int | None) -> Trend | None:
    """Return the municipality's trend up to a line; None without five points or when no test is declared.

    The points are the five latest of the line's series and block; of a monthly series those of the same month
    of the year. None of the years between may be missing; what is held less often than yearly (elections) is
    taken as it comes.
    """
    indicator = series.indicator
    if line is None or not indicator.trend or indicator.formula in UNTESTED:
        return None
    keys = series.grid.keys
    if year_of(keys.periods[line]) > context.store.reference_year:
        return None
    own = series.grid.figures[:, context.column]
    lines = _latest(series, own, line)
    if len(lines) < POINTS:
        return None
    months = keys.months[lines]
    years = (months - months[-1]) / MONTHS_OF_YEAR
    chance = _chance(context, series, lines)
    direction, slope = directions(years, own[lines], chance)
    start, end = keys.periods[lines[0]], keys.periods[lines[-1]]
    return Trend(NAMES[int(direction)], start, end, float(slope), weighted=chance is not None)


def directions(
    years: Values, values: Values, chance: Chance | None = None
) -> tuple[NDArray[np.int64], Values]:
    """Test one or many series of five points.

    Parameters
    ----------
    years
        Times of the points, in years.
    values
        One series, or many: the last axis is the points.
    chance
        What the points were counted from; without it they weigh the same and only their scatter is known.

    Returns
    -------
    tuple
        1 rising, -1 falling or 0 none, and the slope in a year, per series.
    """
    weights = np.ones_like(values) if chance is None else chance.of
    slope, passed = _significant(years, values, weights, chance, (STUDENT, NORMAL))
    for left_out in range(len(years)):
        kept = np.arange(len(years)) != left_out
        quantiles = STUDENT_WITHOUT_ONE, NORMAL_WITHOUT_ONE
        other, held = _significant(years[kept], values[..., kept], weights[..., kept], chance, quantiles)
        passed &= held & (np.sign(other) == np.sign(slope))
    return np.where(passed, np.sign(slope), 0).astype(np.int64), slope


def _significant(
    years: Values, values: Values, weights: Values, chance: Chance | None, quantiles: tuple[float, float]
) -> tuple[Values, NDArray[np.bool_]]:
    """Return the slope of the weighted regression and whether it is too great for scatter and for chance."""
    total = weights.sum(axis=-1)
    middle = (weights * years).sum(axis=-1) / total
    mean = (weights * values).sum(axis=-1) / total
    distance = years - middle[..., None]
    spread = (weights * distance**2).sum(axis=-1)
    slope = (weights * distance * (values - mean[..., None])).sum(axis=-1) / spread
    left = values - mean[..., None] - slope[..., None] * distance
    scatter = (weights * left**2).sum(axis=-1) / (len(years) - 2)
    scatter = np.maximum(scatter, (ROUNDING * mean) ** 2 * total)
    student, normal = quantiles
    passed = slope**2 * spread > student**2 * scatter
    if chance is not None:
        rate = mean / chance.scale
        variance = (rate * (1 - rate) if chance.kind == "binomial" else rate) * chance.scale**2
        passed &= slope**2 * spread > normal**2 * variance
    return slope, passed


def _latest(series: IndicatorSeries, own: Values, line: int) -> NDArray[np.int64]:
    """Return the lines of the latest points, fewer than five when there are not five without a hole."""
    keys = series.grid.keys
    months = keys.months
    same = (keys.numbers == keys.numbers[line]) & (keys.blocks == keys.blocks[line])
    yearly = (months <= months[line]) & ((months - months[line]) % MONTHS_OF_YEAR == 0)
    found: NDArray[np.int64] = np.flatnonzero(same & yearly & np.isfinite(own))[-POINTS:]
    stretches = runs(months[found].tolist(), monthly=False)
    latest: NDArray[np.int64] = found[stretches == stretches[-1]]
    return latest


def _chance(context: Context, series: IndicatorSeries, lines: NDArray[np.int64]) -> Chance | None:
    """Return what the municipality's points were counted from; None when one of them is not known."""
    counts = counts_behind(context, series, lines.tolist())
    if counts is None or counts.minus is not None:  # a balance: only the scatter of its points is known
        return None
    of = counts.of[:, context.column]
    return Chance(counts.kind, of, counts.scale) if np.isfinite(of).all() else None
