"""Turn cubes into one tidy table in the store's coding, the same for any way they were split.

Does not read JSON (jsonstat.py), does not check that the cubes are what was asked (adapter.py) and does not
fold merged municipalities.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from uso_lib.errors import BadAnswer
from uso_lib.sources.pxweb.jsonstat import Cube, Values
from uso_lib.sources.pxweb.marks import NONE, PLAIN, PROVISIONAL, SYMBOLS, Marks, apply_nil, marks_of
from uso_lib.sources.pxweb.periods import PARTS, fineness
from uso_lib.sources.pxweb.resolve import Content, Resolution
from uso_lib.sources.pxweb.yearly import to_years

Keys = npt.NDArray[np.int64]
_SHOWN = 3


@dataclass(frozen=True)
class _Rows:
    """Hold rows as numbers: one key of all columns, the figure, the mark."""

    keys: Keys
    figures: Values
    marks: Marks

    def where(self, chosen: npt.NDArray[np.bool_] | Keys) -> _Rows:
        return _Rows(self.keys[chosen], self.figures[chosen], self.marks[chosen])


@dataclass(frozen=True)
class _Coding:
    """Number the codes of every column; a row's key holds one digit per column, in the order of sorting."""

    columns: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]

    def place(self, column: str) -> int:
        """Return what one step of a column adds to the key."""
        after = self.codes[self.columns.index(column) + 1 :]
        return int(np.prod([len(codes) for codes in after], dtype="int64"))

    def numbers(self, column: str, codes: Iterable[str]) -> Keys:
        """Return what each code of a column adds to the key."""
        known = {code: number for number, code in enumerate(self.codes[self.columns.index(column)])}
        return np.array([known[code] for code in codes], dtype="int64") * self.place(column)

    def digits(self, keys: Keys, column: str) -> Keys:
        """Return the numbers of a column's codes in keys."""
        return keys // self.place(column) % len(self.codes[self.columns.index(column)])


def tidy_table(
    resolution: Resolution, cubes: Iterable[Cube], *, where: str, absent_zero: bool = False
) -> pd.DataFrame:
    """Turn cubes into one tidy table.

    Parameters
    ----------
    cubes
        Answers to parts of what was resolved, in any order; read one at a time.
    where
        What the table is called in an error.
    absent_zero
        Whether a row that is not there means zero: then rows of plain zeros are left out.

    Returns
    -------
    pandas.DataFrame
        ``area, period, <dimensions>, content, value, symbol``, sorted by all columns before the value.
        ``attrs["remarks"]`` holds English sentences on marks that were dropped.

    Raises
    ------
    BadAnswer
        A key stands twice with different values, or a part of the table is missing.
    """
    coding = _coding(resolution)
    parts, remarks = [], set[str]()
    for cube in cubes:
        marks, told = marks_of(cube)
        remarks |= told
        parts += [_content_rows(resolution, coding, cube, marks, content) for content in resolution.contents]
    rows = _once(coding, _joined(parts), where)
    _refuse_gaps(resolution, coding, rows, where)
    rows = _once(coding, _with_years(resolution, coding, rows), where)
    if absent_zero:
        rows = rows.where((rows.figures != 0) | ((rows.marks != PLAIN) & (rows.marks != NONE)))
    frame = _frame(coding, rows)
    frame.attrs["remarks"] = tuple(sorted(remarks))
    return frame


def _coding(resolution: Resolution) -> _Coding:
    """Give every code of the table a number, the years that periods become among them."""
    periods = set(resolution.periods.values()) | {one.period for one in resolution.contents} - {""}
    if any(one.declared.yearly for one in resolution.contents):
        periods |= {period[:4] for period in periods}
    columns = {
        "area": set(resolution.areas.values()),
        "period": periods,
        **{name: set(codes.values()) for name, (_, codes) in resolution.dimensions.items()},
        "content": {one.declared.code for one in resolution.contents},
    }
    return _Coding(tuple(columns), tuple(tuple(sorted(codes)) for codes in columns.values()))


def _content_rows(
    resolution: Resolution, coding: _Coding, cube: Cube, marks: Marks, content: Content
) -> _Rows:
    """Return the rows of one content in a cube; none when the cube does not hold it."""
    mapped = {resolution.area.code: ("area", resolution.areas)}
    mapped |= {variable.code: (name, codes) for name, (variable, codes) in resolution.dimensions.items()}
    if resolution.time:
        mapped[resolution.time.code] = ("period", resolution.periods)
    named = resolution.contents_variable.code if resolution.contents_variable else None
    base = coding.numbers("content", [content.declared.code])[0]
    base += coding.numbers("period", [content.period])[0] if content.period else 0
    keys, taken = np.full((1,) * len(cube.shape), base), []
    for axis, (name, codes) in enumerate(cube.variables.items()):
        column = mapped.get(name)
        if column:
            added = coding.numbers(column[0], [column[1][code] for code in codes])
            keys = keys + added.reshape([-1 if place == axis else 1 for place in range(len(cube.shape))])
        at = [place for place, code in enumerate(codes) if code == content.code] if name == named else None
        taken.append(slice(None) if at is None else slice(at[0], at[0] + 1) if at else slice(0, 0))
    values = cube.figures.reshape(cube.shape)[tuple(taken)]
    keys = np.broadcast_to(keys, values.shape) if values.size else keys[:0]
    numbers = marks.reshape(cube.shape)[tuple(taken)].ravel()
    figures, numbers = apply_nil(values.ravel(), numbers, content.declared.nil)
    rows = _Rows(keys.ravel(), figures, numbers)
    return _provisional(resolution, coding, rows)


def _provisional(resolution: Resolution, coding: _Coding, rows: _Rows) -> _Rows:
    """Mark the plain figures of provisional periods."""
    if not resolution.provisional:
        return rows
    known = coding.codes[coding.columns.index("period")]
    numbers = [number for number, period in enumerate(known) if period in resolution.provisional]
    marked = np.isin(coding.digits(rows.keys, "period"), numbers) & (rows.marks == PLAIN)
    return _Rows(rows.keys, rows.figures, np.where(marked, PROVISIONAL, rows.marks).astype("int8"))


def _joined(parts: Sequence[_Rows]) -> _Rows:
    empty = _Rows(np.zeros(0, dtype="int64"), np.zeros(0), np.zeros(0, dtype="int8"))
    parts = [empty, *parts]
    return _Rows(
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.figures for part in parts]),
        np.concatenate([part.marks for part in parts]),
    )


def _once(coding: _Coding, rows: _Rows, where: str) -> _Rows:
    """Sort rows and keep each key once; refuse a key with two different values or marks."""
    rows = rows.where(np.argsort(rows.keys, kind="stable"))
    again = np.r_[False, rows.keys[1:] == rows.keys[:-1]] if rows.keys.size else np.zeros(0, dtype="bool")
    if again.any():
        late = np.flatnonzero(again)
        now, before = rows.figures[late], rows.figures[late - 1]
        equal = (now == before) | (np.isnan(now) & np.isnan(before))
        wrong = late[~(equal & (rows.marks[late] == rows.marks[late - 1]))]
        if wrong.size:
            first = _frame(coding, rows.where(np.r_[wrong[:1] - 1, wrong[:1]])).to_dict("records")
            message = (
                f"{where}: {wrong.size} figures stand twice with different values, first {first}. "
                "Nothing was kept; fetch again."
            )
            raise BadAnswer(message)
    return rows.where(~again)


def _refuse_gaps(resolution: Resolution, coding: _Coding, rows: _Rows, where: str) -> None:
    """Refuse a table whose parts do not make the whole that was resolved."""
    periods = len(set(resolution.periods.values())) or 1
    others = [
        len(codes) for column, codes in zip(coding.columns, coding.codes, strict=True) if column != "period"
    ]
    whole = periods * math.prod(others)
    if rows.keys.size < whole:
        message = (
            f"{where}: the answers hold {rows.keys.size} of {whole} figures: a part is missing. Fetch again."
        )
        raise BadAnswer(message)


def _with_years(resolution: Resolution, coding: _Coding, rows: _Rows) -> _Rows:
    """Replace the months or quarters of contents declared so by complete years."""
    declared = {one.declared.code: one.declared.yearly for one in resolution.contents}
    periods = coding.codes[coding.columns.index("period")]
    number = {period: place for place, period in enumerate(periods)}
    year = np.array([number.get(period[:4], 0) for period in periods], dtype="int64")
    parts = np.array([PARTS.get(fineness(period), 1) for period in periods])
    content, period = coding.digits(rows.keys, "content"), coding.digits(rows.keys, "period")
    made = []
    for place, code in enumerate(coding.codes[-1]):
        for needed in PARTS.values():
            how = declared[code]
            chosen = (content == place) & (parts[period] == needed)
            if how is None or not chosen.any():
                continue
            taken, when = rows.where(chosen), period[chosen]
            keys = taken.keys + (year[when] - when) * coding.place("period")
            made.append(_Rows(*to_years(keys, when, taken.figures, taken.marks, how=how, parts=needed)))
            rows, content, period = rows.where(~chosen), content[~chosen], period[~chosen]
    return _joined([rows, *made]) if made else rows


def _frame(coding: _Coding, rows: _Rows) -> pd.DataFrame:
    columns = {
        column: _texts(coding.digits(rows.keys, column), codes)
        for column, codes in zip(coding.columns, coding.codes, strict=True)
    }
    return pd.DataFrame({**columns, "value": rows.figures, "symbol": _texts(rows.marks, SYMBOLS)})


def _texts(numbers: Keys | Marks, codes: tuple[str, ...]) -> pd.Series[str]:
    """Return a text column by number of code, without making a Python object per row."""
    dictionary = pa.array(codes, pa.large_string())
    coded = pa.DictionaryArray.from_arrays(pa.array(numbers.astype("int32")), dictionary)
    return pd.Series(coded.cast(pa.large_string()).to_pandas(), dtype="str")
