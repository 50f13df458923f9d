"""Lay an indicator's sheet out as a grid: one line per definition and period, one column per municipality.

Does not compute figures: it only numbers definitions and puts values in their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.periods import is_month, month_number, runs
from uso_lib.analysis.sheet import Numbers, Sheet
from uso_lib.analysis.symbols import written


@dataclass(frozen=True)
class Keys:
    """Name the lines of a grid, in order of series (as declared) and time.

    Parameters
    ----------
    series, periods
        Label of the series and period of every line.
    numbers
        Number of the series, counted from 0.
    months
        Number of the period's first month.
    blocks, segments
        See `numbered`.
    """

    series: tuple[str, ...]
    periods: tuple[str, ...]
    numbers: Numbers
    months: Numbers
    blocks: Numbers
    segments: Numbers

    def __len__(self) -> int:
        return len(self.periods)

    @cached_property
    def lines_of(self) -> Mapping[str, tuple[int, ...]]:
        """Return period → its lines, those of the first series first."""
        found: dict[str, tuple[int, ...]] = {}
        for line, period in enumerate(self.periods):
            found[period] = (*found.get(period, ()), line)
        return found

    @cached_property
    def places(self) -> Mapping[tuple[str, str], int]:
        """Return series and period → line."""
        return {pair: line for line, pair in enumerate(zip(self.series, self.periods, strict=True))}


@dataclass(frozen=True)
class Country:
    """Hold the whole country's figures, one per line: NaN, "" and 0 where there is none.

    Parameters
    ----------
    methods, counted
        How a figure was made and of how many municipalities (country.py).
    """

    figures: NDArray[np.float64]
    methods: tuple[str, ...]
    counted: Numbers


@dataclass(frozen=True)
class Grid:
    """Hold an indicator's figures in lines and columns.

    Parameters
    ----------
    figures, symbols, tables
        One line per key, one column per municipality; NaN and "" where there is nothing.
    country
        The whole country's figures of the same lines.
    """

    keys: Keys
    figures: NDArray[np.float64]
    symbols: NDArray[np.object_]
    tables: NDArray[np.object_]
    country: Country


def laid_out(sheet: Sheet, breaks: Sequence[str]) -> tuple[Grid, Sheet]:
    """Return a sheet as a grid, and the sheet with the grid's blocks.

    Parameters
    ----------
    sheet
        Its lines in order of series, as declared, and time.
    breaks
        First periods after the indicator's own breaks; its parts' breaks are in ``blocks`` already.
    """
    number = {label: place for place, label in enumerate(sheet.labels)}
    lines = [
        (number[label], label, period, block)
        for label, period, block in zip(sheet.series, sheet.periods, sheet.blocks.tolist(), strict=True)
    ]
    keys = numbered(lines, breaks)
    grid = Grid(
        keys,
        np.ascontiguousarray(sheet.figures[:, :-1]),
        written(sheet.symbols[:, :-1]),
        np.array(sheet.names, dtype=object)[sheet.tables[:, :-1]],
        Country(sheet.figures[:, -1], sheet.methods, sheet.counted),
    )
    return grid, replace(sheet, blocks=keys.blocks)


def numbered(lines: Sequence[tuple[int, str, str, int]], breaks: Sequence[str]) -> Keys:
    """Count the blocks within every series, and the segments over all of them.

    A block ends at a break, where a part's definition changes, and where years turn into months. A segment is
    a stretch a line may be drawn through (`runs`).

    Parameters
    ----------
    lines
        Number of the series, its label, period and the parts' block, in order of series and time.
    breaks
        First periods after the breaks.
    """
    starts = [month_number(one) for one in breaks]
    months = [month_number(period) for _, _, period, _ in lines]
    members: dict[tuple[int, int, int, bool], list[int]] = {}
    for line, (number, _, period, part) in enumerate(lines):
        passed = sum(start <= months[line] for start in starts)
        members.setdefault((number, part, passed, is_month(period)), []).append(line)
    blocks, segments = [0] * len(lines), [0] * len(lines)
    counted: dict[int, int] = {}
    drawn = 0
    for (number, _, _, monthly), inside in members.items():
        stretches = runs([months[line] for line in inside], monthly=monthly).tolist()
        for line, stretch in zip(inside, stretches, strict=True):
            blocks[line], segments[line] = counted.get(number, 0), drawn + stretch
        counted[number] = counted.get(number, 0) + 1
        drawn += stretches[-1] + 1
    numbers = [number for number, _, _, _ in lines]
    return Keys(
        tuple(label for _, label, _, _ in lines),
        tuple(period for _, _, period, _ in lines),
        *(np.array(column, dtype=np.int64) for column in (numbers, months, blocks, segments)),
    )
