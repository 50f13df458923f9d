"""Read declared selections out of the store's tidy tables, one value per area, definition and period.

Does not apply formulas beyond adding up parts, and does not know blocks or segments (series.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from uso_lib import specs
from uso_lib.analysis import formulas
from uso_lib.analysis.context import Context
from uso_lib.analysis.memory import remembered
from uso_lib.analysis.periods import bounds, month_number
from uso_lib.analysis.selection import WHOLE_COUNTRY, select


def read_selections(context: Context, indicator: specs.Indicator) -> pd.DataFrame:
    """Read an indicator's declared selections: municipalities and ``SSS``, the earlier selection first.

    Within one definition (series) a value of an earlier selection wins over a later one; a later value fills
    a gap.

    Returns
    -------
    DataFrame
        ``area, period, series, block, value, symbol, tables``; empty when the store has none of the tables.
    """
    labels = {
        label: order
        for order, label in enumerate(dict.fromkeys(one.series or "" for one in indicator.source))
    }
    found = []
    for rank, selection in enumerate(indicator.source):
        if context.store.has(selection.table):
            rows = _selected(context, indicator, selection)
            found.append(rows.assign(series=selection.series or "", tables=selection.table, rank=rank))
    if not found:
        return nothing()
    if len(found) == 1:
        return found[0].assign(block=0)[formulas.COLUMNS]
    rows = united(found)
    rows = rows.assign(missing=rows["value"].isna(), order=rows["series"].map(labels))
    rows = rows.sort_values(["order", "missing", "rank"], kind="stable").drop_duplicates(
        ["area", "period", "series"]
    )
    return rows.assign(block=0)[formulas.COLUMNS].reset_index(drop=True)


def united(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames one after the other; empty ones are left out, they would only blur the column types."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def municipal_rows(context: Context, table: str, contents: Sequence[str]) -> pd.DataFrame:
    """Return a table's rows of some contents: municipalities and the whole country, all periods."""
    by_content = remembered(context, "table", table, lambda: _by_content(context, table))
    return united([by_content[one] for one in contents if one in by_content] or [by_content[""]])


def _by_content(context: Context, table: str) -> dict[str, pd.DataFrame]:
    """Split a table by content, so that a selection need not search the whole of it; "" holds no rows."""
    rows = context.store.read(table)
    rows = rows[rows["area"].isin([*context.areas, WHOLE_COUNTRY])]
    return {
        "": rows.iloc[:0],
        **{str(content): part for content, part in rows.groupby("content", observed=True)},
    }


def _selected(context: Context, indicator: specs.Indicator, selection: specs.Selection) -> pd.DataFrame:
    """Return one value per area and period of one selection, in the indicator's unit."""
    contents = [selection.content] if isinstance(selection.content, str) else selection.content
    rows = municipal_rows(context, selection.table, contents)
    if selection.periods:
        low, high = bounds(selection.periods)
        admitted = [period for period in rows["period"].unique() if low <= month_number(period) <= high]
        rows = rows[rows["period"].isin(admitted)]
    where = f"indicator {indicator.id}, table {selection.table}"
    picked = select(rows, contents, selection.dims, where=where)
    values = formulas.level(picked.rows) if picked.parts == 1 else formulas.summed(picked.rows, picked.parts)
    return values if selection.scale == 1 else values.assign(value=values["value"] * selection.scale)


def nothing() -> pd.DataFrame:
    """Return an empty frame with the columns and types of a full one."""
    text = {name: pd.Series(dtype="str") for name in ("area", "period", "series", "symbol", "tables")}
    return pd.DataFrame({**text, "block": pd.Series(dtype="int64"), "value": pd.Series(dtype="float64")})[
        formulas.COLUMNS
    ]
