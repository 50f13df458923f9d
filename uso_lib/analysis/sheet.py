"""Hold figures of all areas while an indicator is computed, a line per definition and period.

Does not read tables (reading.py) and computes no indicator (formulas.py): it puts figures in their places and
lays sheets over each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uso_lib.analysis.periods import month_number
from uso_lib.analysis.selection import WHOLE_COUNTRY
from uso_lib.analysis.symbols import CODES, Symbols
from uso_lib.tidy import codes_of

Figures = NDArray[np.float64]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sheet:
    """Hold figures in lines (definition and period) and columns (municipalities, then the whole country).

    Parameters
    ----------
    series, periods
        Label of the definition ("" for the main one) and period of every line.
    blocks
        Number of the unbroken definition of every line.
    figures, symbols
        Figures, NaN where missing, and the codes of their symbols (symbols.py); one column per municipality
        of the register and a last one for the whole country.
    tables
        Number in `names` of the tables that a figure comes from; 0 where there is no row at all.
    names
        Ids of tables, joined by "+"; the first is "".
    methods, counted
        How the country's figure of every line was made and of how many municipalities; "" and 0 for none.
    """

    series: tuple[str, ...]
    periods: tuple[str, ...]
    blocks: Numbers
    figures: Figures
    symbols: Symbols
    tables: NDArray[np.int32]
    names: tuple[str, ...]
    methods: tuple[str, ...]
    counted: Numbers

    def __len__(self) -> int:
        return len(self.periods)

    @cached_property
    def places(self) -> Mapping[tuple[str, str], int]:
        """Return definition and period → line."""
        return {key: line for line, key in enumerate(zip(self.series, self.periods, strict=True))}

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the definitions in their order."""
        return tuple(dict.fromkeys(self.series))

    @property
    def present(self) -> Mask:
        """Tell where there is a row, with a value or with the reason for its lack."""
        return self.tables > 0

    def chosen(self, lines: Iterable[int]) -> Sheet:
        """Return some of the lines, in the order given."""
        at = np.fromiter(lines, dtype=np.int64)
        return Sheet(
            tuple(self.series[line] for line in at),
            tuple(self.periods[line] for line in at),
            self.blocks[at],
            self.figures[at],
            self.symbols[at],
            self.tables[at],
            self.names,
            tuple(self.methods[line] for line in at),
            self.counted[at],
        )

    def held(self) -> Sheet:
        """Return the lines that have a row, in order of definition and time.

        A definition that only the whole country has stands after the others.
        """
        told = self.present
        lines = np.flatnonzero(told.any(axis=1)).tolist()
        municipal = np.flatnonzero(told[:, :-1].any(axis=1)).tolist()
        order = dict.fromkeys(self.series[line] for line in (*municipal, *lines))
        place = {label: number for number, label in enumerate(order)}
        months = [month_number(period) for period in self.periods]
        in_order = sorted(
            lines, key=lambda line: (place[self.series[line]], months[line], self.periods[line])
        )
        return self if in_order == list(range(len(self))) else self.chosen(in_order)

    def only(self, kept: Mask) -> Sheet:
        """Return the same lines with the rows of some cells only."""
        return replace(
            self,
            figures=np.where(kept, self.figures, np.nan),
            symbols=np.where(kept, self.symbols, np.int8(0)),
            tables=np.where(kept, self.tables, np.int32(0)),
        )

    def without_country(self) -> Sheet:
        """Return the same lines without the country's figures."""
        kept = np.ones(self.figures.shape, dtype=bool)
        kept[:, -1] = False
        return replace(
            self.only(kept), methods=("",) * len(self), counted=np.zeros(len(self), dtype=np.int64)
        )


def new_sheet(
    series: Sequence[str], periods: Sequence[str], columns: int, names: tuple[str, ...] = ("",)
) -> Sheet:
    """Return a sheet without any row, to be filled.

    Parameters
    ----------
    columns
        Number of municipalities and one more.
    """
    shape = (len(periods), columns)
    return Sheet(
        tuple(series),
        tuple(periods),
        np.zeros(len(periods), dtype=np.int64),
        np.full(shape, np.nan),
        np.zeros(shape, dtype=np.int8),
        np.zeros(shape, dtype=np.int32),
        names,
        ("",) * len(periods),
        np.zeros(len(periods), dtype=np.int64),
    )


@dataclass(frozen=True)
class Cells:
    """Hold tidy rows by the cells of a sheet they belong to.

    Parameters
    ----------
    periods
        In order of time.
    columns
        Number of columns.
    spots
        Line times `columns` plus column, one per row.
    figures, symbols
        One per row.
    """

    periods: tuple[str, ...]
    columns: int
    spots: Numbers
    figures: Figures
    symbols: Symbols


def cells_of(rows: pd.DataFrame, areas: Mapping[str, int]) -> Cells:
    """Find the cells of tidy rows.

    Parameters
    ----------
    rows
        ``area, period, value, symbol`` of municipalities of the register and the whole country.
    areas
        Municipality code → column.
    """
    area, codes = codes_of(rows["area"])
    columns = {**areas, WHOLE_COUNTRY: len(areas)}
    column = np.array([columns.get(code, -1) for code in codes.tolist()], dtype=np.int64)
    time, texts = codes_of(rows["period"])
    periods = texts.tolist()
    held = np.flatnonzero(np.bincount(time, minlength=len(periods))).tolist()
    held.sort(key=lambda code: (month_number(periods[code]), periods[code]))
    line = np.zeros(len(periods), dtype=np.int64)
    line[held] = np.arange(len(held))
    symbol, texts = codes_of(rows["symbol"])
    marks = np.array([CODES[text] for text in texts.tolist()], dtype=np.int8)
    return Cells(
        tuple(periods[code] for code in held),
        len(columns),
        line[time] * len(columns) + column[area],
        rows["value"].to_numpy(dtype=float),
        marks[symbol] if len(marks) else np.zeros(0, dtype=np.int8),
    )


def laid_over(sheets: Sequence[Sheet], labels: Sequence[str] = ()) -> Sheet:
    """Lay sheets over each other: a value of an earlier one wins, a later one fills a gap.

    Where none has a value, the first that has a row tells the reason. A line's block is that of the first
    sheet with a row of it.

    Parameters
    ----------
    sheets
        With as many columns each.
    labels
        The definitions' order; by default that of the sheets.
    """
    keys = {key: None for sheet in sheets for key in zip(sheet.series, sheet.periods, strict=True)}
    order = {label: place for place, label in enumerate(dict.fromkeys([*labels, *(one for one, _ in keys)]))}
    lines = sorted(keys, key=lambda key: (order[key[0]], month_number(key[1]), key[1]))
    names = tuple(dict.fromkeys(["", *(name for sheet in sheets for name in sheet.names)]))
    made = new_sheet([one for one, _ in lines], [one for _, one in lines], sheets[0].figures.shape[1], names)
    methods = list(made.methods)
    for sheet in sheets:
        at = np.array([made.places[key] for key in zip(sheet.series, sheet.periods, strict=True)], dtype=int)
        if not len(at):
            continue
        filled, told = np.isfinite(made.figures[at]), made.present[at]
        taken = sheet.present & np.where(np.isfinite(sheet.figures), ~filled, ~told)
        new = ~told.any(axis=1) & sheet.present.any(axis=1)
        made.blocks[at[new]] = sheet.blocks[new]
        numbers = np.array([names.index(name) for name in sheet.names], dtype=np.int32)
        made.figures[at] = np.where(taken, sheet.figures, made.figures[at])
        made.symbols[at] = np.where(taken, sheet.symbols, made.symbols[at])
        made.tables[at] = np.where(taken, numbers[sheet.tables], made.tables[at])
        for line in np.flatnonzero(taken[:, -1]).tolist():
            methods[at[line]], made.counted[at[line]] = sheet.methods[line], sheet.counted[line]
    return replace(made, methods=tuple(methods))


def rows_of(sheet: Sheet, codes: Sequence[str], written: Sequence[str]) -> pd.DataFrame:
    """Return a sheet's rows one under the other: municipalities first, then the whole country.

    Parameters
    ----------
    codes
        Codes of the municipalities in the order of the columns.
    written
        The symbols by their codes.

    Returns
    -------
    DataFrame
        ``line, area, period, series, block, value, symbol, tables, method, n``.
    """
    told = sheet.present
    municipal, country = np.nonzero(told[:, :-1]), np.flatnonzero(told[:, -1])
    line = np.concatenate([municipal[0], country])
    column = np.concatenate([municipal[1], np.full(len(country), len(codes), dtype=np.int64)])
    own = column == len(codes)
    texts = {
        "area": (np.array([*codes, WHOLE_COUNTRY], dtype=object), column),
        "period": (np.array(sheet.periods, dtype=object), line),
        "series": (np.array(sheet.series, dtype=object), line),
        "symbol": (np.array(written, dtype=object), sheet.symbols[line, column]),
        "tables": (np.array(sheet.names, dtype=object), sheet.tables[line, column]),
        "method": (np.array(["", *sheet.methods], dtype=object), np.where(own, line + 1, 0)),
    }
    made: dict[str, object] = {name: pd.Series(known[at], dtype="str") for name, (known, at) in texts.items()}
    made |= {"line": line, "block": sheet.blocks[line], "value": sheet.figures[line, column]}
    return pd.DataFrame({**made, "n": np.where(own, sheet.counted[line], 0)})
