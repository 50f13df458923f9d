"""Check tidy tables, the one shape in which figures move between the stages, and find their rows by texts.

The texts of a table are texts, or categoricals of them where rows are picked from it: much quicker. Does not
repair anything; a table that breaks a rule is refused with the rows that break it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uso_lib.errors import SnapshotError

Numbers = NDArray[np.integer[Any]]
#: Keys are checked by ticking them off among all possible ones, unless these are so many times the rows.
_DENSE = 32

#: Marks of a missing value: not applicable, not available, confidential; own: lost in a merger.
MISSING_MARKS = frozenset({".", "..", "...", "/"})
#: Marks beside a value: none, true zero, provisional; own: recomputed from the parts after a merger.
VALUE_MARKS = frozenset({"", "-", "*", "~"})
RECOMPUTED, NOT_RECOMPUTABLE = "~", "/"

AREA = r"\d{3}|SSS|MK\d{2}|SK\d{3}|HVA\d{2}"
PERIOD = r"\d{4}(?:M(?:0[1-9]|1[0-2]))?"
FIRST, LAST = ("area", "period"), ("content", "value", "symbol")


def dimensions(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the dimension columns of a tidy table."""
    return tuple(column for column in frame.columns if column not in (*FIRST, *LAST, "table"))


def codes_of(column: pd.Series) -> tuple[Numbers, pd.Index]:
    """Return the numbers of a column's texts, one per row, and the texts; a categorical is taken as it is.

    A missing text has the number -1. Some texts of a categorical may stand on no row.
    """
    if isinstance(column.array, pd.Categorical):
        return column.array.codes, column.array.categories
    numbers, texts = pd.factorize(column)
    return numbers, pd.Index(texts)


def among(column: pd.Series, wanted: Collection[str]) -> NDArray[np.bool_]:
    """Tell which rows of a column of texts have one of the wanted texts."""
    numbers, texts = codes_of(column)
    held = np.array([text in wanted for text in texts.tolist()], dtype=bool)
    if held.all() or not held.any():
        return np.full(len(numbers), held.any())
    # One text alone is found much quicker by comparing than by looking every row up.
    return numbers == held.argmax() if held.sum() == 1 else held[numbers]


def as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with texts instead of categoricals."""
    return pd.DataFrame(
        {
            name: column.astype("str") if isinstance(column.array, pd.Categorical) else column
            for name, column in frame.items()
        }
    )


def check_tidy(frame: pd.DataFrame, *, where: str) -> None:
    """Check that a table is tidy: columns, types, codes, marks and unique keys.

    Parameters
    ----------
    frame
        Columns ``area, period, <dimensions>, content, value, symbol``, with or without a leading ``table``.
    where
        What the table is called in an error: a file or a table id.

    Raises
    ------
    SnapshotError
        A rule is broken; the message names the rule and the first rows.
    """
    _check_columns(frame, where)
    texts = {column: codes_of(frame[column]) for column in frame.columns if column != "value"}
    for column, (numbers, _) in texts.items():
        _refuse(frame, numbers < 0, where, f"{column} is missing")
    if not pd.api.types.is_float_dtype(frame["value"]):
        message = f"{where}: value is {frame['value'].dtype}, not a float."
        raise SnapshotError(message)
    for column, pattern in (("area", AREA), ("period", PERIOD)):
        wrong = [text for text in texts[column][1].tolist() if not re.fullmatch(pattern, text, re.ASCII)]
        _refuse(frame, among(frame[column], wrong), where, f"{column} is not of the form {pattern}")
    for column in (*dimensions(frame), "content"):
        _refuse(frame, among(frame[column], [""]), where, f"{column} is empty")
    values = frame["value"].to_numpy(dtype=float)
    null = np.isnan(values)
    _refuse(frame, np.isinf(values), where, "value is infinite")
    unexplained = null & ~among(frame["symbol"], MISSING_MARKS)
    _refuse(frame, unexplained, where, "a missing value has no mark that says why")
    explained = ~null & ~among(frame["symbol"], VALUE_MARKS)
    _refuse(frame, explained, where, "a value has the mark of a missing one")
    _check_unique(frame, {column: one for column, one in texts.items() if column != "symbol"}, where)


def _check_unique(frame: pd.DataFrame, keys: Mapping[str, tuple[Numbers, pd.Index]], where: str) -> None:
    """Check that no two rows have the same texts in all columns of the key."""
    row, possible = np.zeros(len(frame), dtype=np.int64), 1
    for numbers, known in keys.values():
        possible *= len(known)
        row = row * len(known) + numbers
    unique = False
    if possible <= _DENSE * len(frame):
        taken = np.zeros(possible, dtype=bool)
        taken[row] = True
        unique = np.count_nonzero(taken) == len(frame)
    if not unique:
        repeated = frame.duplicated(list(keys), keep=False).to_numpy()
        _refuse(frame, repeated, where, "the same key stands on several rows")


def _check_columns(frame: pd.DataFrame, where: str) -> None:
    columns = [column for column in frame.columns if column != "table"]
    expected = [*FIRST, *dimensions(frame), *LAST]
    if columns != expected:
        message = f"{where}: columns are {columns}, not area, period, <dimensions>, content, value, symbol."
        raise SnapshotError(message)
    if frame.empty:
        message = f"{where}: the table has no rows."
        raise SnapshotError(message)
    for column in expected:
        if column != "value" and not _is_text(frame[column]):
            message = f"{where}: column {column} is {frame[column].dtype}, not text."
            raise SnapshotError(message)


def _is_text(column: pd.Series) -> bool:
    if isinstance(column.array, pd.Categorical):
        return pd.api.types.is_string_dtype(column.array.categories.dtype)
    return pd.api.types.is_string_dtype(column.dtype)


def _refuse(frame: pd.DataFrame, wrong: NDArray[np.bool_], where: str, rule: str) -> None:
    if wrong.any():
        rows = as_texts(frame[wrong].head(3)).to_dict("records")
        message = f"{where}: {rule} ({int(wrong.sum())} rows, first: {rows})."
        raise SnapshotError(message)
