"""Read declared selections out of the store's tidy tables, one value per area, definition and period.

Does not apply formulas beyond adding up parts, does not decide which tables make one series (joining.py) and
does not know blocks or segments (series.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from uso_lib import specs
from uso_lib.analysis import formulas
from uso_lib.analysis.context import Context, edition_key
from uso_lib.analysis.joining import Piece, series_labels
from uso_lib.analysis.memory import remembered
from uso_lib.analysis.periods import bounds, month_number
from uso_lib.analysis.selection import WHOLE_COUNTRY, select
from uso_lib.store import TableInfo

#: Share of the municipalities that a series must tell in a period to stand for other figures of it.
COVERAGE = 0.9


@dataclass(frozen=True)
class _Found:
    """Hold what one selection finds in one edition of its table; `rank` is the selection's place."""

    piece: Piece
    key: str
    rank: int
    rows: pd.DataFrame


def read_selections(context: Context, indicator: specs.Indicator) -> pd.DataFrame:
    """Read an indicator's declared selections: municipalities and ``SSS``, the earlier selection first.

    Within one definition (series) a value of an earlier selection wins over a later one; a later value fills
    a gap. Editions of a table that do not join, and tables that may not be joined, are series of their own;
    one of them that has no period of its own is left out, unless somebody imported it.

    Returns
    -------
    DataFrame
        ``area, period, series, block, value, symbol, tables``; empty when the store has none of the tables.
    """
    found = [
        one
        for rank, selection in enumerate(indicator.source)
        if context.store.has(selection.table)
        for one in _in_editions(context, indicator, selection, rank)
    ]
    if not found:
        return nothing()
    labels = series_labels([one.piece for one in found])
    found, labels = _told_once(found, labels)
    parts = [
        one.rows.assign(series=label, tables=one.key, rank=one.rank)
        for one, label in zip(found, labels, strict=True)
    ]
    if len(parts) == 1:
        return parts[0].assign(block=0)[formulas.COLUMNS]
    order = _order(indicator, found, labels)
    rows = united(parts)
    rows = rows.assign(missing=rows["value"].isna(), order=rows["series"].map(order))
    rows = rows.sort_values(["order", "missing", "rank"], kind="stable").drop_duplicates(
        ["area", "period", "series"]
    )
    return rows.assign(block=0)[formulas.COLUMNS].reset_index(drop=True)


def united(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames one after the other; empty ones are left out, they would only blur the column types."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def municipal_rows(
    context: Context, table: str, contents: Sequence[str], *, edition: int = 0
) -> pd.DataFrame:
    """Return a table's rows of some contents: municipalities and the whole country, all periods."""
    key = edition_key(table, edition)
    by_content = remembered(context, "table", key, lambda: _by_content(context, table, edition))
    return united([by_content[one] for one in contents if one in by_content] or [by_content[""]])


def fitting_editions(
    context: Context, table: str, contents: Collection[str], dimensions: Collection[str]
) -> list[int]:
    """Return the editions of a table that have what is named of it, the newest first.

    An edition fits when it has all of the contents that any edition has, and all dimensions. A table of one
    edition, or none of whose editions fits, is read as it is: what is wrong with it is told when it is read.
    """
    editions = context.store.editions(table)
    contents = set(contents) & set[str]().union(*(info.contents for info in editions))
    fitting = [
        number
        for number, info in enumerate(editions)
        if contents <= set(info.contents) and set(dimensions) <= set(info.dimensions)
    ]
    return fitting if len(editions) > 1 and fitting else [0]


def _in_editions(
    context: Context, indicator: specs.Indicator, selection: specs.Selection, rank: int
) -> list[_Found]:
    """Read one selection from every edition of its table; earlier editions only if they have figures."""
    table, declared = selection.table, selection.series or ""
    contents = [selection.content] if isinstance(selection.content, str) else selection.content
    found: list[_Found] = []
    for number in fitting_editions(context, table, contents, selection.dims):
        rows = _selected(context, indicator, selection, edition=number)
        if found and rows.empty:
            continue
        piece = Piece(declared, context.store.info(table, number))
        found.append(_Found(piece, edition_key(table, number), rank, rows))
    return found


def _told_once(found: list[_Found], labels: list[str]) -> tuple[list[_Found], list[str]]:
    """Leave out figures that stand apart though the series they were declared in has their periods.

    They were to fill gaps and would say the same again, beside it. A period is had when the series tells
    nearly as many municipalities (`COVERAGE`) as they do. What was imported somebody wants to see.
    """
    kept = [
        (one, label)
        for one, label in zip(found, labels, strict=True)
        if label == one.piece.declared
        or _imported(one.piece.info)
        or not _has_periods(
            [main.rows for main, name in zip(found, labels, strict=True) if name == one.piece.declared],
            one.rows,
        )
    ]
    return [one for one, _ in kept], [label for _, label in kept]


def _imported(info: TableInfo) -> bool:
    return "imported" in {info.kind, *(part.kind for part in info.parts)}


def _has_periods(main: Sequence[pd.DataFrame], apart: pd.DataFrame) -> bool:
    """Tell whether a series has every period of figures that stand apart from it."""
    told, wanted = (
        rows[rows["value"].notna()].groupby("period")["area"].nunique() for rows in (united(main), apart)
    )
    return bool((told.reindex(wanted.index, fill_value=0) >= COVERAGE * wanted).all())


def _order(indicator: specs.Indicator, found: Sequence[_Found], labels: Sequence[str]) -> dict[str, int]:
    """Return every series' place: as declared, each before those that were set apart from it."""
    order: dict[str, int] = {}
    for name in dict.fromkeys(one.series or "" for one in indicator.source):
        order.setdefault(name, len(order))
        for one, label in zip(found, labels, strict=True):
            if one.piece.declared == name:
                order.setdefault(label, len(order))
    return order


def _by_content(context: Context, table: str, edition: int) -> dict[str, pd.DataFrame]:
    """Split a table by content, so that a selection need not search the whole of it; "" holds no rows."""
    rows = context.store.read(table, edition)
    rows = rows[rows["area"].isin([*context.areas, WHOLE_COUNTRY])]
    return {
        "": rows.iloc[:0],
        **{str(content): part for content, part in rows.groupby("content", observed=True)},
    }


def _selected(
    context: Context, indicator: specs.Indicator, selection: specs.Selection, *, edition: int
) -> pd.DataFrame:
    """Return one value per area and period of one selection, in the indicator's unit."""
    contents = [selection.content] if isinstance(selection.content, str) else selection.content
    rows = municipal_rows(context, selection.table, contents, edition=edition)
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
