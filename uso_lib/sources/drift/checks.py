"""Compare the figures of one content with what they were: coverage, unit, revised past.

Does not look at single figures (movement.py) and does not decide what stops a table (examination.py).
Thresholds are measured in tests/test_drift.py on real tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from uso_lib.live_specs import DriftCheck
from uso_lib.sources.drift.grid import Grid, Matrix

#: Share of municipalities that may lose their figure. In 2 600 real steps from a period to the next the worst
#: loss is 16 % (vacancies, which a small municipality may not have every month).
COVERAGE_DROP = 0.3
#: Fewer municipalities than this with a figure say nothing of coverage or of a constant.
FEW = 10
#: Decimal logarithm of the median ratio that counts as a jump: fourfold. The greatest real one is threefold
#: (annual margin, 2020); a tenfold error in the year of the greatest real fall (to 43 %, traffic offences,
#: 2020) still shows as more than fourfold.
JUMP = float(np.log10(4))
#: A jump must also exceed so many standard errors of its median, so that a handful of tiny counts is none.
JUMP_ERRORS = 4
#: Pairs needed for a jump; 1 when the very same figure is told anew.
JUMP_PAIRS = 3
#: A revision of a figure counts as great when it changes by more than a tenth.
GREAT_REVISION = 0.1
#: Share of great revisions in a period that is no ordinary revision any more: definitive figures differ from
#: provisional ones by a per cent or two, and rates of tiny municipalities by more, but those are few.
REVISED_SHARE = 0.2
#: Median absolute deviation → standard deviation of a normal distribution.
MAD_TO_SD = 1.4826
#: Standard error of a median in standard deviations over the square root of n.
_MEDIAN_ERROR = 1.2533


@dataclass(frozen=True)
class Signal:
    """Note what one check noticed of one content.

    Parameters
    ----------
    size
        How bad, for putting the worst first.
    n
        How many figures it concerns.
    grave
        Whether it may stop a table; other signals are told only.
    text
        One clause.
    cells
        The figures concerned, worst first, where they are few.
    """

    check: DriftCheck
    size: float
    n: int
    text: str
    grave: bool = True
    cells: tuple[str, ...] = ()


def coverage(grid: Grid) -> Iterator[Signal]:
    """Notice municipalities that lost their figures: in a period both have, or in a new one."""
    lost = int(np.isfinite(grid.old).sum())
    if lost and not grid.in_new.any():
        yield Signal("coverage", 1, lost, f"{grid.content}: no figure at all any more")
        return
    yield from _withdrawn(grid)
    had, have = _areas_with_figures(grid, grid.old), _areas_with_figures(grid, grid.new)
    held = _areas_with_figures(grid, grid.joined)
    compared = [(place, place, had) for place in grid.common]
    compared += [(place, grid.before[place], held) for place in grid.fresh if place in grid.before]
    for place, before, reference in compared:
        for group, name in enumerate(grid.names):
            were, are = int(reference[group, before]), int(have[group, place])
            if were >= FEW and are < (1 - COVERAGE_DROP) * were:
                when = "before" if before == place else f"in {grid.periods[before]}"
                text = f"{where(grid, name, place)}: {are} municipalities have a figure, {were} {when}"
                yield Signal("coverage", 1 - are / were, were - are, text)


def _withdrawn(grid: Grid) -> Iterator[Signal]:
    """Notice periods that are no longer given although earlier ones are."""
    gone = np.flatnonzero(grid.in_old & ~grid.in_new & (np.cumsum(grid.in_new) > 0))
    figures = int(np.isfinite(grid.old[:, gone]).sum())
    if figures:
        periods = ", ".join(grid.periods[place] for place in gone[-3:])
        text = f"{grid.content}: {counted(len(gone), 'period')} no longer given, the last of them {periods}"
        yield Signal("coverage", 0, figures, text, grave=False)


def jump(grid: Grid) -> Iterator[Signal]:
    """Notice a unit that changed: the median ratio to the same figure before, or to the period before."""
    compared = [(place, grid.old[:, place], "the figures before") for place in grid.common]
    compared += [
        (place, grid.joined[:, grid.before[place]], grid.periods[grid.before[place]])
        for place in grid.fresh
        if place in grid.before
    ]
    for place, earlier, named in compared:
        logs = _log_ratios(earlier, grid.new[:, place])
        for rows, name in zip(grid.of_group, grid.names, strict=True):
            known = logs[rows][np.isfinite(logs[rows])]
            if len(known) < (1 if place in grid.common else JUMP_PAIRS):
                continue
            middle = float(np.median(known))
            error = _MEDIAN_ERROR * MAD_TO_SD * float(np.median(np.abs(known - middle))) / np.sqrt(len(known))
            if abs(middle) >= JUMP and abs(middle) >= JUMP_ERRORS * error:
                text = f"{where(grid, name, place)}: the figures are {10**middle:.3g} times {named}"
                yield Signal("jump", abs(middle), len(known), text)


def revised(grid: Grid) -> Iterator[Signal]:
    """Notice past figures that changed; provisional ones are expected to."""
    changed_in_all = 0
    for place in grid.common:
        old, new = grid.old[:, place], grid.new[:, place]
        changed = ~np.isclose(old, new, rtol=1e-9, atol=1e-12, equal_nan=True)
        changed_in_all += int(changed.sum())
        largest = np.fmax(np.abs(old), np.abs(new))
        great = changed & (np.abs(new - old) > np.maximum(GREAT_REVISION * largest, 1.5 * grid.step))
        settled = np.isfinite(old) & np.isfinite(new) & ~grid.provisional[:, place]
        for rows, name in zip(grid.of_group, grid.names, strict=True):
            base = int(settled[rows].sum())
            n = int((great & settled)[rows].sum())
            if n >= FEW and n > REVISED_SHARE * base:
                text = f"{where(grid, name, place)}: {n} of {base} past figures changed by more than a tenth"
                yield Signal("revised", n / base, n, text)
    if changed_in_all:
        compared = int((np.isfinite(grid.old) | np.isfinite(grid.new))[:, grid.common].sum())
        was_provisional = int(grid.provisional[:, grid.common].sum())
        beside = f" ({was_provisional} were provisional)" if was_provisional else ""
        text = f"{grid.content}: {changed_in_all} of {compared} past figures changed{beside}"
        yield Signal("revised", 0, changed_in_all, text, grave=False)


def where(grid: Grid, name: str, place: int) -> str:
    """Name a group of figures in one period: content, dimension codes, period."""
    return f"{grid.content} {grid.periods[place]}" + (f" ({name})" if name else "")


def counted(n: int, noun: str) -> str:
    """Return a number with its noun, "1 figure" or "2 figures"."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _areas_with_figures(grid: Grid, figures: Matrix) -> npt.NDArray[np.intp]:
    """Return how many areas have a figure, groups x periods; an area with partners counts once."""
    has = np.isfinite(figures)
    if not grid.paired:
        return np.vstack([has[rows].sum(axis=0) for rows in grid.of_group])
    areas = grid.rows["area"].to_numpy()
    return np.vstack([pd.DataFrame(has[rows]).groupby(areas[rows]).any().sum() for rows in grid.of_group])


def _log_ratios(earlier: Matrix, later: Matrix) -> Matrix:
    """Return decimal logarithms of the sizes' ratio, not-a-number where either is zero or missing."""
    usable = np.isfinite(earlier) & np.isfinite(later) & (earlier != 0) & (later != 0)
    ratio = np.full(len(later), np.nan)
    ratio[usable] = np.log10(np.abs(later[usable]) / np.abs(earlier[usable]))
    return ratio
