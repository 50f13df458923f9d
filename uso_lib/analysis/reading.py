"""Read declared selections out of the store's tidy tables, one value per area, definition and period.

Does not apply formulas beyond adding up parts, does not decide which tables make one series (joining.py) and
does not know blocks or segments (series.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from uso_lib import specs
from uso_lib.analysis import formulas
from uso_lib.analysis.context import Context, edition_key
from uso_lib.analysis.joining import Piece, series_labels
from uso_lib.analysis.memory import remembered
from uso_lib.analysis.periods import bounds, month_number
from uso_lib.analysis.selection import WHOLE_COUNTRY, Selected, select
from uso_lib.analysis.sheet import Sheet, laid_over, new_sheet
from uso_lib.store import TableInfo
from uso_lib.tidy import among, codes_of

#: Share of the municipalities that a series must tell in a period to stand for other figures of it.
COVERAGE = 0.9


@dataclass(frozen=True)
class _Found:
    """Hold what one selection finds in one edition of its table."""

    piece: Piece
    sheet: Sheet


def read_selections(context: Context, indicator: specs.Indicator) -> Sheet:
    """Read an indicator's declared selections: municipalities and the whole country.

    Within one definition (series) a value of an earlier selection wins over a later one; a later value fills
    a gap. Editions of a table that do not join, and tables that may not be joined, are series of their own;
    one of them that has no period of its own is left out, unless somebody imported it.

    Returns
    -------
    Sheet
        Without lines when the store has none of the tables.
    """
    found = [
        one
        for selection in indicator.source
        if context.store.has(selection.table)
        for one in _in_editions(context, indicator, selection)
    ]
    if not found:
        return nothing(context)
    labels = series_labels([one.piece for one in found])
    found, labels = _told_once(found, labels)
    parts = [
        replace(one.sheet, series=(label,) * len(one.sheet)) for one, label in zip(found, labels, strict=True)
    ]
    return parts[0] if len(parts) == 1 else laid_over(parts, _order(indicator, found, labels))


def table_rows(context: Context, table: str, *, edition: int = 0) -> pd.DataFrame:
    """Return a table's rows of municipalities and the whole country, texts as categoricals."""
    key = edition_key(table, edition)
    return remembered(context, "table", key, lambda: _municipal(context, table, edition))


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


def _in_editions(context: Context, indicator: specs.Indicator, selection: specs.Selection) -> list[_Found]:
    """Read one selection from every edition of its table; earlier editions only if they have figures."""
    table, declared = selection.table, selection.series or ""
    contents = [selection.content] if isinstance(selection.content, str) else selection.content
    found: list[_Found] = []
    for number in fitting_editions(context, table, contents, selection.dims):
        sheet = _selected(context, indicator, selection, edition=number)
        if len(sheet) or not found:
            found.append(_Found(Piece(declared, context.store.info(table, number)), sheet))
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
            [main.sheet for main, name in zip(found, labels, strict=True) if name == one.piece.declared],
            one.sheet,
        )
    ]
    return [one for one, _ in kept], [label for _, label in kept]


def _imported(info: TableInfo) -> bool:
    return "imported" in {info.kind, *(part.kind for part in info.parts)}


def _has_periods(main: Sequence[Sheet], apart: Sheet) -> bool:
    """Tell whether a series has every period of figures that stand apart from it."""
    areas = {period: np.isfinite(apart.figures[line]) for line, period in enumerate(apart.periods)}
    told = {period: np.zeros_like(known) for period, known in areas.items()}
    for sheet in main:
        for line, period in enumerate(sheet.periods):
            if period in told:
                told[period] |= np.isfinite(sheet.figures[line])
    return all(told[period].sum() >= COVERAGE * known.sum() for period, known in areas.items())


def _order(indicator: specs.Indicator, found: Sequence[_Found], labels: Sequence[str]) -> list[str]:
    """Return the series in their order: as declared, each before those that were set apart from it."""
    order: dict[str, None] = {}
    for name in dict.fromkeys(one.series or "" for one in indicator.source):
        order[name] = None
        order |= dict.fromkeys(
            label for one, label in zip(found, labels, strict=True) if one.piece.declared == name
        )
    return list(order)


def _municipal(context: Context, table: str, edition: int) -> pd.DataFrame:
    """Read a table without regions and abolished municipalities."""
    rows = context.store.coded(table, edition)
    known = among(rows["area"], [*context.areas, WHOLE_COUNTRY])
    return rows if known.all() else rows.iloc[np.flatnonzero(known)]


def _selected(
    context: Context, indicator: specs.Indicator, selection: specs.Selection, *, edition: int
) -> Sheet:
    """Return one value per area and period of one selection, in the indicator's unit."""
    rows = table_rows(context, selection.table, edition=edition)
    admitted = None
    if selection.periods:
        low, high = bounds(selection.periods)
        periods = [str(period) for period in codes_of(rows["period"])[1]]
        admitted = [period for period in periods if low <= month_number(period) <= high]
    where = f"indicator {indicator.id}, table {selection.table}"
    picked = select(rows, selection.content, selection.dims, where=where, periods=admitted)
    sheet = one_value(picked, context.areas, edition_key(selection.table, edition))
    return sheet if selection.scale == 1 else replace(sheet, figures=sheet.figures * selection.scale)


def one_value(picked: Selected, areas: Mapping[str, int], table: str) -> Sheet:
    """Return picked rows with one value per area and period: as published, or the sum of their parts."""
    if picked.parts == 1:
        return formulas.level(picked.rows, areas, table)
    return formulas.summed(picked.rows, picked.parts, areas, table)


def nothing(context: Context) -> Sheet:
    """Return a sheet without lines."""
    return new_sheet((), (), len(context.areas) + 1)
