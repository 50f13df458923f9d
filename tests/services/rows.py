"""Tables of rows as CSV files carry them: changes that faults ask for, and writing.

Does not make figures up (world.py) and does not answer requests (ckan.py, syke.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.exchange import Changes

Cell = str | int | float | None


@dataclass(frozen=True)
class Rows:
    """Hold rows.

    Parameters
    ----------
    columns
        Headings.
    rows
        One tuple per row; None is a missing figure.
    measures
        Headings of the columns that hold figures.
    area, year
        Headings of the columns with the municipality's three-digit code and the year; "" when there is none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    measures: frozenset[str]
    area: str = ""
    year: str = ""


def changed(table: Rows, changes: Changes) -> Rows:
    """Return the rows with the changes that faults ask for."""
    rows: Iterable[tuple[Cell, ...]] = table.rows
    if changes.removed and table.area:
        place = table.columns.index(table.area)
        rows = [row for row in rows if row[place] not in changes.removed]
    if table.year:
        rows = _over_time(list(rows), table, changes)
    if changes.factor != 1:
        rows = [_times(row, table, changes.factor) for row in rows]
    rows = tuple(rows)
    if changes.duplicated and rows:
        again = rows[0] if changes.duplicated == "same" else _times(rows[0], table, 2)
        rows = (*rows, again)
    columns = table.columns
    if changes.renamed is not None:
        old, new, _ = changes.renamed
        columns = tuple(new if name == old else name for name in columns)
    return replace(table, columns=columns, rows=rows)


def _over_time(rows: list[tuple[Cell, ...]], table: Rows, changes: Changes) -> list[tuple[Cell, ...]]:
    """Revise the past and add years."""
    place = table.columns.index(table.year)
    last = max((int(row[place] or 0) for row in rows), default=0)
    newest = [row for row in rows if int(row[place] or 0) == last]
    if changes.revised:
        rows = [row if row in newest else _times(row, table, 1 + changes.revised) for row in rows]
    for step in range(1, changes.new_periods + 1):
        grown = (_times(row, table, 1.01**step) for row in newest)
        rows += [(*row[:place], last + step, *row[place + 1 :]) for row in grown]
    return rows


def _times(row: tuple[Cell, ...], table: Rows, factor: float) -> tuple[Cell, ...]:
    """Multiply the figures of a row; whole numbers stay whole."""
    cells: list[Cell] = []
    for name, cell in zip(table.columns, row, strict=True):
        if name in table.measures and isinstance(cell, int | float):
            cells.append(round(cell * factor, 3) if isinstance(cell, float) else round(cell * factor))
        else:
            cells.append(cell)
    return tuple(cells)


def written(table: Rows, *, delimiter: str, decimal: str, missing: str = "") -> str:
    """Write rows as CSV with headings; cells that hold the delimiter are quoted."""
    lines = [table.columns, *table.rows]
    return "".join(
        delimiter.join(_text(cell, delimiter, decimal, missing) for cell in row) + "\r\n" for row in lines
    )


def _text(cell: Cell, delimiter: str, decimal: str, missing: str) -> str:
    """Return one cell as text."""
    if cell is None:
        return missing
    text = repr(cell).replace(".", decimal) if isinstance(cell, float) else str(cell)
    return f'"{text}"' if delimiter in text or '"' in text else text
