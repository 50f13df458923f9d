"""Find the period a change is counted from, and the change: in one definition, never across a declared break.

Does not read figures: it takes a grid of values with one line per period (series.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from uso_lib import specs
from uso_lib.analysis.grid import Keys
from uso_lib.analysis.periods import MONTHS_OF_YEAR
from uso_lib.analysis.results import Change

SPAN_MONTHS = 60
#: Units that are rates or indices: a relative change of them misleads beside the absolute one.
WITHOUT_RELATIVE: frozenset[specs.Unit] = frozenset(
    {"pct", "permille", "points", "index", "coefficient", "vktm"}
)


def newest_line(keys: Keys, own: NDArray[np.float64]) -> int | None:
    """Return the line of the newest value; of several definitions in that period, the first declared.

    Parameters
    ----------
    keys
        Lines of the grid.
    own
        The municipality's values, one per line.
    """
    lines = np.flatnonzero(np.isfinite(own))
    if len(lines) == 0:
        return None
    return int(lines[np.argmax(keys.months[lines])])


def base_line(keys: Keys, own: NDArray[np.float64], end: int, *, projection: bool) -> int | None:
    """Return the line a change is counted from, None when the definition has no earlier value.

    Exactly five years earlier when that exists; otherwise the nearest to five years (of two as near, the
    longer span), at least a year earlier. A projection is counted from the first period of its definition, so
    that the change spans the projection.
    """
    candidates = _earlier(keys, own, end)
    if len(candidates) == 0:
        return None
    spans = keys.months[end] - keys.months[candidates]
    if projection:
        return int(candidates[np.argmax(spans)])
    distance = np.abs(spans - SPAN_MONTHS)
    return int(candidates[np.lexsort((-spans, distance))[0]])


def year_before(keys: Keys, own: NDArray[np.float64], end: int) -> int | None:
    """Return the line exactly one year earlier within the definition, None when it has no value there."""
    candidates = _earlier(keys, own, end)
    exact = candidates[keys.months[candidates] == keys.months[end] - MONTHS_OF_YEAR]
    return int(exact[0]) if len(exact) else None


def change_between(
    keys: Keys,
    own: NDArray[np.float64],
    start: int,
    end: int,
    *,
    relative: bool,
    span: int = SPAN_MONTHS,
) -> Change:
    """Give the change between two lines of the same definition.

    Parameters
    ----------
    relative
        Whether a relative change has a meaning for the quantity (`has_relative`).
    span
        The distance in months that was looked for; any other makes the change a `nearest` one.
    """
    months = int(keys.months[end] - keys.months[start])
    absolute = float(own[end] - own[start])
    pct = absolute / float(own[start]) * 100 if relative and own[start] > 0 else None
    years = months / MONTHS_OF_YEAR
    first, last = keys.periods[start], keys.periods[end]
    return Change(first, last, years, float(own[start]), absolute, pct, months != span)


def mean_changes(
    start: NDArray[np.float64], end: NDArray[np.float64], *, relative: bool
) -> tuple[float | None, float | None]:
    """Return the means of municipalities' absolute and relative changes (%), None where there is none.

    Only municipalities with both values count; for the relative mean only those with a positive start.
    """
    both = np.isfinite(start) & np.isfinite(end)
    if not both.any():
        return None, None
    absolute = float(np.mean(end[both] - start[both]))
    positive = both & (np.where(both, start, 0.0) > 0)
    if not relative or not positive.any():
        return absolute, None
    return absolute, float(np.mean((end[positive] / start[positive] - 1) * 100))


def has_relative(unit: specs.Unit, *, signed: bool) -> bool:
    """Tell whether relative changes have a meaning: not for rates, indices and what goes below zero."""
    return unit not in WITHOUT_RELATIVE and not signed


def _earlier(keys: Keys, own: NDArray[np.float64], end: int) -> NDArray[np.int64]:
    """Return the lines of the same definition with a value, at least a year before `end`."""
    same = (keys.numbers == keys.numbers[end]) & (keys.blocks == keys.blocks[end])
    before = keys.months <= keys.months[end] - MONTHS_OF_YEAR
    return np.flatnonzero(same & before & np.isfinite(own))
