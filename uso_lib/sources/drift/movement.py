"""Look at how figures move from a period to the next: those that stand still and those that leap.

Does not look at whole contents (checks.py) and does not decide what stops a table (examination.py).
Thresholds are measured in tests/test_drift.py on real tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from uso_lib.sources.drift.checks import FEW, MAD_TO_SD, Signal, counted, where
from uso_lib.sources.drift.grid import Flags, Grid, Matrix

#: Share of municipalities repeating the period before, from which repetition is suspicious at all: tax rates
#: do so most years, and are told only when they never did it to that extent before.
REPEATED_SHARE = 0.5
#: Standard deviations beyond what repeats by chance in figures of that size: such a period is no chance even
#: among thousands of contents and periods.
REPEATED_Z = 6
#: Equal figures in a row from which one municipality's run is looked at, and how improbable it must be among
#: all figures of its group together.
RUN_LENGTH, RUN_CHANCE = 4, 0.01
#: Robust z beyond which a figure is far from usual, and how many past changes a municipality needs to have a
#: scale of its own. Real figures have heavy tails: a third of clean refreshes has some, so this stops nothing
#: unless a table declares it.
OUTLIER_Z = 6
OWN_CHANGES = 5
#: Share of figures that were not zero before, from which nothing but zeros is suspicious.
ZERO_SHARE = 0.3
#: Size classes: half powers of ten up to ten thousand million steps.
_SIZES = 20
#: Fewer municipalities with figures of similar size give no scale for that size.
_FEW_ALIKE = 5
#: Steps of its own that count as much as what figures of its size do.
_ALIKE_STEPS = 10
#: Standard deviations within which nine tenths of a normal distribution lie.
_NINE_TENTHS = 1.645
_Rows = npt.NDArray[np.intp]


def constant(grid: Grid) -> Iterator[Signal]:
    """Notice figures that do not move: over municipalities, over periods, in one municipality."""
    chance = _Chance(grid, grid.past_pairs)
    still: set[int] = set()
    for place in grid.fresh:
        before = grid.before.get(place)
        for group, (rows, name) in enumerate(zip(grid.of_group, grid.names, strict=True)):
            told = [*_same_everywhere(grid, name, place, rows)]
            if before is not None and not told:
                told = [*_same_as_before(grid, name, (before, place), rows, chance)]
            still |= {group} if told else set()
            yield from told
    if grid.fresh:
        yield from _runs(grid, without=still)


def outlier(grid: Grid) -> Iterator[Signal]:
    """Notice single figures far from what the municipality and the others usually do."""
    for place in grid.fresh:
        before = grid.before.get(place)
        if before is None:
            continue
        now, was = grid.joined[:, place], grid.joined[:, before]
        for rows, name in zip(grid.of_group, grid.names, strict=True):
            z = _robust_z(grid, rows, now[rows] - was[rows], was[rows])
            far = np.flatnonzero(z > OUTLIER_Z)
            if not len(far):
                continue
            worst = far[np.argsort(-z[far], kind="stable")]
            row = rows[worst[0]]
            text = (
                f"{where(grid, name, place)}: {counted(len(far), 'figure')} far from usual, the farthest "
                f"{grid.rows['area'].iloc[row]}: {now[row]:g} after {was[row]:g} in {grid.periods[before]}"
            )
            cells = tuple(grid.place(int(rows[one]), place) for one in worst)
            yield Signal("outlier", float(z[worst[0]]), len(far), text, cells=cells)


class _Chance:
    """Know how often a figure repeats itself by chance: often when it is a small count, hardly when large."""

    def __init__(self, grid: Grid, pairs: Sequence[tuple[int, int]]) -> None:
        self.step = grid.step
        sizes = [np.zeros(0, dtype=np.intp)]
        equal = [np.zeros(0, dtype=bool)]
        for earlier, later in pairs:
            one, other = grid.joined[:, earlier], grid.joined[:, later]
            usable = np.isfinite(one) & np.isfinite(other) & (one != 0)
            sizes.append(_size(one[usable], self.step))
            equal.append(one[usable] == other[usable])
        found, repeats = np.concatenate(sizes), np.concatenate(equal)
        total = np.bincount(found, minlength=_SIZES)
        seen = (np.bincount(found, weights=repeats, minlength=_SIZES) + 1) / (total + 2)
        self._chance = np.minimum.accumulate(
            seen
        )  # larger figures repeat less; sizes nobody has had tell nothing

    def of(self, figures: Matrix) -> Matrix:
        """Return the chance of each figure to repeat itself."""
        chance: Matrix = self._chance[_size(figures, self.step)]
        return chance


def _size(figures: Matrix, step: float) -> _Rows:
    """Return the size class of figures: half a power of ten of published steps."""
    steps = np.maximum(np.abs(figures) / step, 1)
    sizes: _Rows = np.minimum(np.floor(2 * np.log10(steps)), _SIZES - 1).astype(np.intp)
    return sizes


def _same_everywhere(grid: Grid, name: str, place: int, rows: _Rows) -> Iterator[Signal]:
    """Notice a period in which all municipalities have one and the same figure."""
    known = _known(grid.joined[rows, place])
    if len(known) < FEW or np.any(known != known[0]):
        return
    before = grid.before.get(place)
    earlier = known[:0] if before is None else _known(grid.joined[rows, before])
    moved = len(earlier) and np.any(earlier != earlier[0])
    usual = float(np.mean(earlier != 0)) if len(earlier) else 1.0
    if (known[0] == 0 and usual < ZERO_SHARE) or (len(earlier) and not moved):
        return
    text = f"{where(grid, name, place)}: all {len(known)} municipalities have the same figure {known[0]:g}"
    yield Signal("constant", 1 + len(known), len(known), text)


def _same_as_before(
    grid: Grid, name: str, pair: tuple[int, int], rows: _Rows, chance: _Chance
) -> Iterator[Signal]:
    """Notice a period that repeats the one before it."""
    share, n, z = _repeated(grid, pair, rows, chance)
    if share < REPEATED_SHARE or n < FEW or z <= REPEATED_Z:
        return
    if any(_repeated(grid, past, rows, chance)[0] >= share for past in grid.past_pairs):
        return
    before, place = pair
    text = (
        f"{where(grid, name, place)}: {share:.0%} of {n} municipalities have the very figure of "
        f"{grid.periods[before]}"
    )
    yield Signal("constant", share, round(share * n), text)


def _repeated(grid: Grid, pair: tuple[int, int], rows: _Rows, chance: _Chance) -> tuple[float, int, float]:
    """Return share of figures that repeat, how many could, and how many deviations that is above chance."""
    was, now = grid.joined[rows, pair[0]], grid.joined[rows, pair[1]]
    usable = np.isfinite(was) & np.isfinite(now) & (was != 0)
    n = int(usable.sum())
    if n == 0:
        return 0.0, 0, 0.0
    likely = chance.of(was[usable])
    repeats = int((was[usable] == now[usable]).sum())
    return repeats / n, n, float((repeats - likely.sum()) / np.sqrt((likely * (1 - likely)).sum()))


def _runs(grid: Grid, *, without: set[int]) -> Iterator[Signal]:
    """Notice municipalities whose newest figures have stood still improbably long, but not in some groups."""
    last = grid.fresh[-1]
    held = grid.joined[:, : last + 1]
    equal = held[:, 1:] == held[:, :-1]
    length = 1 + np.cumprod(np.flip(equal, axis=1), axis=1).sum(axis=1)
    newest = held[:, -1]
    usable = np.isfinite(newest) & (newest != 0) & (length >= RUN_LENGTH)
    usable &= ~np.isin(grid.groups, list(without))
    chance = _Chance(grid, [(place - 1, place) for place in range(1, last) if place not in grid.fresh])
    likely = _own_chance(held, equal, length, chance.of(np.where(usable, newest, 1.0)))
    improbable = likely ** (length - 1) * np.bincount(grid.groups)[grid.groups]
    still = np.flatnonzero(usable & (improbable < RUN_CHANCE))
    if len(still):
        worst = still[np.argsort(improbable[still], kind="stable")]
        row = worst[0]
        area = grid.rows["area"].iloc[row]
        text = (
            f"{grid.content} {grid.periods[last]}: {counted(len(still), 'figure')} standing still, "
            f"{area} at {newest[row]:g} for {length[row]} periods"
        )
        cells = tuple(grid.place(int(one), last) for one in worst)
        yield Signal("constant", float(length[row]) / 1000, len(still), text, cells=cells)


def _own_chance(held: Matrix, equal: Flags, length: _Rows, chance: Matrix) -> Matrix:
    """Return how likely each municipality's figure repeats itself, by what it did before the run at the end.

    What figures of its size do weighs as much as so many steps of its own.
    """
    steps = np.isfinite(held[:, 1:] - held[:, :-1]).sum(axis=1) - (length - 1)
    repeats = np.maximum((equal & (held[:, 1:] != 0)).sum(axis=1) - (length - 1), 0)
    own: Matrix = (repeats + _ALIKE_STEPS * chance) / (steps + _ALIKE_STEPS)
    return np.fmax(own, chance)


def _robust_z(grid: Grid, rows: _Rows, change: Matrix, was: Matrix) -> Matrix:
    """Return how far changes are from usual: the lesser of two robust z.

    One is against the municipality's own past changes, its scale never below what municipalities of its size
    usually change; the other sets that against the same of all municipalities, so that a turbulent year does
    not make everybody an outlier.
    """
    past = [grid.joined[rows, later] - grid.joined[rows, earlier] for earlier, later in grid.past_pairs]
    history = pd.DataFrame(np.column_stack(past) if past else np.empty((len(rows), 0)))
    middle = history.median(axis=1)
    own = MAD_TO_SD * history.sub(middle, axis=0).abs().median(axis=1)
    enough = history.notna().sum(axis=1).to_numpy() >= OWN_CHANGES
    levels = pd.DataFrame(grid.joined[rows][:, sorted({place for pair in grid.past_pairs for place in pair})])
    level = np.fmax(levels.abs().median(axis=1).to_numpy(dtype="float64"), np.abs(was))
    scale = _usual_change(history.to_numpy() if past else change[:, None], level, grid.step)
    scale = np.where(enough, np.fmax(own, scale), scale)
    z = (change - np.where(enough, middle, 0)) / np.fmax(scale, grid.step)
    known = _known(z)
    if not len(known):
        return np.zeros(len(rows))
    centre = np.median(known)
    spread = max(MAD_TO_SD * float(np.median(np.abs(known - centre))), 1.0)
    lesser: Matrix = np.fmin(np.abs(z), np.abs(z - centre) / spread)
    return np.nan_to_num(lesser, nan=0.0)


def _usual_change(changes: Matrix, level: Matrix, step: float) -> Matrix:
    """Return for each row what changes deviate among rows of similar size, as a standard deviation.

    Sizes that few have take it in proportion to their size.
    """
    sizes = _size(np.nan_to_num(level), step)
    usual = np.zeros(len(level))
    proportion = _deviation((changes / np.fmax(np.nan_to_num(level), step)[:, None]).ravel())
    for size in np.unique(sizes):
        alike: Flags = sizes == size
        few = alike.sum() < _FEW_ALIKE
        usual[alike] = proportion * level[alike] if few else _deviation(changes[alike].ravel())
    return np.nan_to_num(usual)


def _deviation(changes: Matrix) -> float:
    """Return a robust standard deviation that heavy tails and many zeros do not make too small."""
    known = _known(changes)
    if not len(known):
        return 0.0
    middle, tenth = np.quantile(np.abs(known - np.median(known)), [0.5, 0.9])
    return max(MAD_TO_SD * float(middle), float(tenth) / _NINE_TENTHS)


def _known(figures: Matrix) -> Matrix:
    return figures[np.isfinite(figures)]
