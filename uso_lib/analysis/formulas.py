"""Compute indicators from indicators: the closed vocabulary of formulas, one function each on sheets.

Does not read tables, does not know municipalities from the whole country (a column is a column) and evaluates
no expressions.

Missing stays missing: a value computed from a missing one is null and carries that one's symbol; a computed
value carries the marks ``*`` (provisional) and ``~`` (recomputed) of all its inputs; a division by zero is
null with the symbol ``.`` (not applicable). What one of the operands has no row of has none in the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uso_lib.analysis.periods import MONTHS_OF_YEAR, is_month, shifted
from uso_lib.analysis.sheet import Cells, Figures, Mask, Sheet, cells_of, new_sheet
from uso_lib.analysis.symbols import NOT_APPLICABLE, carried, marks_of

#: Room for the denominator's block numbers beside the numerator's.
_BLOCKS = 10_000

Arithmetic = Callable[[Figures, Figures], Figures]


def level(rows: pd.DataFrame, areas: Mapping[str, int], table: str) -> Sheet:
    """Take published values as they are.

    Parameters
    ----------
    rows
        ``area, period, value, symbol``, one line per area and period.
    areas
        Municipality code → column.
    table
        Where the rows come from.

    Raises
    ------
    ValueError
        An area has two values for a period: the declaration means a sum.
    """
    cells = cells_of(rows, areas)
    if len(cells.spots) and np.bincount(cells.spots).max() > 1:
        message = "two values for the same area and period: name one code, or use the formula sum"
        raise ValueError(message)
    made = _blank(cells, table)
    made.figures.flat[cells.spots] = cells.figures
    made.symbols.flat[cells.spots] = cells.symbols
    made.tables.flat[cells.spots] = 1
    return made


def summed(rows: pd.DataFrame, parts: int, areas: Mapping[str, int], table: str) -> Sheet:
    """Add up the parts of a figure; one missing part makes the sum missing.

    Parameters
    ----------
    rows
        ``area, period, value, symbol``, one line per part.
    parts
        How many parts a complete figure has; an area with fewer lines has no sum.
    areas
        Municipality code → column.
    table
        Where the rows come from.
    """
    return added_up(cells_of(rows, areas), parts, table)


def added_up(cells: Cells, parts: int, table: str) -> Sheet:
    """Add up the rows of every cell, in their order; the parameters are those of `summed`."""
    made = _blank(cells, table)
    values, symbols = made.figures.reshape(-1), made.symbols.reshape(-1)
    known = ~np.isnan(cells.figures)
    counts = np.bincount(cells.spots[known], minlength=values.size)
    # Compensated sums: parts with decimals add up to the same digits however many they are.
    sums = pd.Series(cells.figures).groupby(cells.spots).sum()
    values[sums.index.to_numpy()] = sums.to_numpy()
    values[counts != parts] = np.nan
    gaps = np.flatnonzero(~known & (cells.symbols > 0))[::-1]
    symbols[cells.spots[gaps]] = cells.symbols[gaps]  # of several the first is written last
    marks = np.zeros_like(symbols)
    marked = np.flatnonzero(known & (cells.symbols > 0))
    np.bitwise_or.at(marks, cells.spots[marked], marks_of(cells.symbols[marked]))
    symbols[:] = np.where(counts == parts, marks, symbols)
    made.tables.flat[cells.spots] = 1
    return made


def share(of: Sheet, per: Sheet) -> Sheet:
    """Give `of` as per cent of `per`."""
    return _combined(of, per, lambda part, whole: part / whole * 100, divides=True)


def ratio(of: Sheet, per: Sheet) -> Sheet:
    """Divide `of` by `per`."""
    return _combined(of, per, lambda part, whole: part / whole, divides=True)


def per_capita(of: Sheet, per: Sheet) -> Sheet:
    """Divide `of` by inhabitants; the unit is `of`'s unit per inhabitant."""
    return ratio(of, per)


def per_1000(of: Sheet, per: Sheet) -> Sheet:
    """Give `of` per thousand of `per`."""
    return _combined(of, per, lambda part, whole: part / whole * 1000, divides=True)


def difference(of: Sheet, minus: Sheet) -> Sheet:
    """Subtract `minus` from `of`."""
    return _combined(of, minus, lambda first, second: first - second, divides=False)


def change(of: Sheet, years: int, *, relative: bool) -> Sheet:
    """Give the change from the same period `years` earlier, within one definition.

    Parameters
    ----------
    relative
        Per cent of the earlier value, which must then be above zero; otherwise the difference.
    """
    earlier = [shifted(period, months=-years * MONTHS_OF_YEAR) for period in of.periods]
    first, second = _same_block(of, of, zip(of.series, earlier, strict=True))
    undefined = (second.figures <= 0) & relative
    value = first.figures - second.figures
    if relative:
        value = value / np.where(undefined, np.nan, second.figures) * 100
    return _finished(first, second, value, undefined)


def index(of: Sheet, base: str) -> Sheet:
    """Give `of` with its value at the base period as 100, for the definition that holds the base period."""
    first, second = _same_block(of, of, ((label, base) for label in of.series))
    undefined = second.figures <= 0
    value = first.figures / np.where(undefined, np.nan, second.figures) * 100
    return _finished(first, second, value, undefined)


def mean_12m(of: Sheet) -> Sheet:
    """Average each month with the eleven before it; a missing month among the twelve makes the mean missing.

    The first eleven months of a definition have no mean and are left out.
    """
    months = [
        [(label, shifted(period, months=-back)) for back in range(MONTHS_OF_YEAR)] if is_month(period) else []
        for label, period in zip(of.series, of.periods, strict=True)
    ]
    found = [[of.places.get(one, -1) for one in keys] for keys in months]
    kept = [
        line
        for line, places in enumerate(found)
        if places and min(places) >= 0 and len({int(of.blocks[place]) for place in places}) == 1
    ]
    at = np.array([found[line] for line in kept], dtype=np.int64).reshape(len(kept), MONTHS_OF_YEAR)
    total, symbols, told = of.figures[at[:, 0]], of.symbols[at[:, 0]], of.present[at[:, 0]]
    for back in range(1, MONTHS_OF_YEAR):
        before = of.figures[at[:, back]]
        symbols = carried(total, before, symbols, of.symbols[at[:, back]])
        total, told = total + before, told & of.present[at[:, back]]
    made = replace(of.chosen(kept), figures=total / MONTHS_OF_YEAR, symbols=symbols)
    return made.only(told).held()


def one_line(sheet: Sheet) -> Sheet:
    """Keep one definition per period, the first declared that has any value.

    So a denominator with definitions of its own can be joined to a numerator that does not share them; the
    kept definition stays visible in ``blocks``.
    """
    labels = {label: order for order, label in enumerate(sheet.labels)}
    if len(labels) <= 1:
        return sheet
    best: dict[str, int] = {}
    for line in np.flatnonzero(np.isfinite(sheet.figures).any(axis=1)).tolist():
        best.setdefault(sheet.periods[line], line)
    kept = sheet.chosen(sorted(best.values()))
    order = np.array([labels[label] for label in kept.series], dtype=np.int64)
    return replace(kept, blocks=order * (_BLOCKS // 100) + kept.blocks)


def matched(of: Sheet, other: Sheet, labels: Sequence[str]) -> tuple[list[int], Sheet]:
    """Return the line of another sheet that goes with every line of one, -1 for none, and that sheet.

    Definition by definition where the other has all of them, otherwise its `one_line` for all of them.

    Parameters
    ----------
    labels
        The definitions in question.
    """
    if set(labels) <= set(other.labels):
        return [other.places.get(key, -1) for key in zip(of.series, of.periods, strict=True)], other
    other = one_line(other)
    places = {period: line for line, period in enumerate(other.periods)}
    return [places.get(period, -1) for period in of.periods], other


def _blank(cells: Cells, table: str) -> Sheet:
    return new_sheet([""] * len(cells.periods), cells.periods, cells.columns, ("", table))


def _combined(of: Sheet, other: Sheet, arithmetic: Arithmetic, *, divides: bool) -> Sheet:
    """Join two operands by area and period and compute; what one of them lacks falls away."""
    places, other = matched(of, other, of.labels)
    lines = [line for line, place in enumerate(places) if place >= 0]
    first, second = of.chosen(lines), other.chosen(places[line] for line in lines)
    undefined = (second.figures == 0) & divides
    value = arithmetic(first.figures, np.where(undefined, np.nan, second.figures))
    first = replace(first, blocks=first.blocks * _BLOCKS + second.blocks)
    return _finished(first, second, value, undefined)


def _same_block(of: Sheet, other: Sheet, keys: Iterable[tuple[str, str]]) -> tuple[Sheet, Sheet]:
    """Return the lines that have a counterpart of the given key in the same block, and the counterparts."""
    pairs = [
        (line, place)
        for line, key in enumerate(keys)
        if (place := other.places.get(key, -1)) >= 0 and of.blocks[line] == other.blocks[place]
    ]
    return of.chosen(line for line, _ in pairs), other.chosen(place for _, place in pairs)


def _finished(first: Sheet, second: Sheet, value: Figures, undefined: Mask) -> Sheet:
    """Put a pair of operands with its value together."""
    symbols = carried(first.figures, second.figures, first.symbols, second.symbols)
    not_applicable = undefined & ~np.isnan(first.figures) & ~np.isnan(second.figures)
    symbols = np.where(not_applicable, np.int8(NOT_APPLICABLE), symbols)
    tables, names = _united(first, second)
    made = replace(first, figures=value, symbols=symbols, tables=tables, names=names)
    return made.only(first.present & second.present).held()


def _united(first: Sheet, second: Sheet) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Join the table ids of two operands, each id once, sorted."""
    both = {
        (one, other): "+".join(sorted({*name.split("+"), *name_2.split("+")}))
        for one, name in enumerate(first.names)
        for other, name_2 in enumerate(second.names)
        if one and other
    }
    names = tuple(dict.fromkeys(["", *both.values()]))
    numbers = np.zeros((len(first.names), len(second.names)), dtype=np.int32)
    for pair, name in both.items():
        numbers[pair] = names.index(name)
    return numbers[first.tables, second.tables], names
