"""Turn rows of Sotkanet into one tidy table.

Does not read answers (rows.py) and does not fold merged municipalities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from uso_lib.errors import BadAnswer
from uso_lib.live_specs import LiveTable
from uso_lib.sources.sotkanet.guard import PAGE, Series
from uso_lib.sources.sotkanet.rows import Row, read_figure

_KEYS = ["area", "period", "content"]
_COLUMNS = [*_KEYS, "value", "symbol"]


def tidy_rows(
    table: LiveTable, rows: Sequence[Row], *, areas: Mapping[int, str], series: Mapping[int, Series]
) -> pd.DataFrame:
    """Return rows in the store's coding, sorted and each once.

    Parameters
    ----------
    rows
        Rows of the regions in `areas` and the indicators in `series`.
    areas
        Region id → area.
    series
        Indicator id → its content.

    Returns
    -------
    pandas.DataFrame
        ``area, period, content, value, symbol``; a figure that is not there has no row.

    Raises
    ------
    BadAnswer
        A figure is no number, a key stands twice with different values, or the declared field is never filled
        although the other one is.
    """
    for number, one in series.items():
        _check_field(table, one, [row for row in rows if row.indicator == number])
    made = [
        (
            areas[row.region],
            str(row.year),
            series[row.indicator].content.code,
            *_read(table, row, areas, series),
        )
        for row in rows
        if row.of(table.field) is not None
    ]
    return _unique(table, made)


def _check_field(table: LiveTable, series: Series, rows: Sequence[Row]) -> None:
    """Stop when the declared field of an indicator is never filled although the other one is."""
    other = "value" if table.field == "absValue" else "absValue"
    n_other = sum((row.value if other == "value" else row.abs_value) is not None for row in rows)
    if n_other and all(row.of(table.field) is None for row in rows):
        number = series.found.id
        message = (
            f"{table.id}: indicator {number} (content {series.content.code}) has `{other}` in {n_other} rows "
            f"but `{table.field}` in none → if that is the figure meant, declare `field: {other}` in "
            f"live/sotkanet.yml; see {PAGE}{number}"
        )
        raise BadAnswer(message)


def _read(
    table: LiveTable, row: Row, areas: Mapping[int, str], series: Mapping[int, Series]
) -> tuple[float | None, str]:
    """Return value and mark of a row."""
    figure = row.of(table.field)
    read = read_figure(figure, nil=series[row.indicator].content.nil)
    if read is None:
        where = f"indicator {row.indicator}, region {row.region} ({areas[row.region]}), {row.year}"
        message = (
            f"{table.id}: {str(figure)[:60]!r} is neither a number nor a mark ({where}). Try again later."
        )
        raise BadAnswer(message)
    return read


def _unique(table: LiveTable, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Return the rows sorted, each once; a key with two values stops the table."""
    frame = pd.DataFrame(rows, columns=_COLUMNS).drop_duplicates()
    frame = frame.astype({name: "float64" if name == "value" else "str" for name in _COLUMNS})
    twice = frame[frame.duplicated(_KEYS, keep=False)].sort_values(_KEYS)
    if not twice.empty:
        area, period, content = twice.iloc[0][_KEYS]
        values = " and ".join(f"{value:g}" for value in twice["value"].head(2))
        message = (
            f"{table.id}: the answers contradict each other: {content} of area {area} in {period} is "
            f"{values} ({len(twice)} such rows). Try again later."
        )
        raise BadAnswer(message)
    return frame.sort_values(_KEYS, ignore_index=True)
