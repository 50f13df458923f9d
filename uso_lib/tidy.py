"""Check tidy tables: the one shape in which figures move between the stages.

Does not repair anything; a table that breaks a rule is refused with the rows that break it.
"""

from __future__ import annotations

import pandas as pd

from uso_lib.errors import SnapshotError

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
    texts = [column for column in frame.columns if column != "value"]
    for column in texts:
        _refuse(frame, frame[column].isna(), where, f"{column} is missing")
    if not pd.api.types.is_float_dtype(frame["value"]):
        message = f"{where}: value is {frame['value'].dtype}, not a float."
        raise SnapshotError(message)
    for column, pattern in (("area", AREA), ("period", PERIOD)):
        known = frame[column].drop_duplicates()
        wrong = known[~known.str.fullmatch(pattern)]
        _refuse(frame, frame[column].isin(wrong), where, f"{column} is not of the form {pattern}")
    for column in (*dimensions(frame), "content"):
        _refuse(frame, frame[column].eq(""), where, f"{column} is empty")
    null = frame["value"].isna()
    _refuse(frame, frame["value"].isin([float("inf"), float("-inf")]), where, "value is infinite")
    missing_mark = frame["symbol"].isin(MISSING_MARKS)
    _refuse(frame, null & ~missing_mark, where, "a missing value has no mark that says why")
    value_mark = frame["symbol"].isin(VALUE_MARKS)
    _refuse(frame, ~null & ~value_mark, where, "a value has the mark of a missing one")
    keys = [column for column in texts if column != "symbol"]
    _refuse(frame, frame.duplicated(keys, keep=False), where, "the same key stands on several rows")


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
        if column != "value" and not pd.api.types.is_string_dtype(frame[column].dtype):
            message = f"{where}: column {column} is {frame[column].dtype}, not text."
            raise SnapshotError(message)


def _refuse(frame: pd.DataFrame, wrong: pd.Series[bool], where: str, rule: str) -> None:
    if wrong.any():
        rows = frame[wrong].head(3).to_dict("records")
        message = f"{where}: {rule} ({int(wrong.sum())} rows, first: {rows})."
        raise SnapshotError(message)
