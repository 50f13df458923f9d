"""Read the rows below the headings: whose figures they are, and the figures.

Does not judge the figures against each other (checks.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from uso_lib.errors import CellProblem
from uso_lib.live_specs import LiveDimension, LiveTable
from uso_lib.plain_text import LONGEST_NAME
from uso_lib.sources.imports.areas import COUNTRY, TOTALS, Area, AreaReader, Skipped, differing
from uso_lib.sources.imports.cells import Cell, Fault, Figure, Notation, is_empty, read_figure
from uso_lib.sources.imports.headings import cell_text, dimension_code, dimension_texts, folded
from uso_lib.sources.imports.layout import Layout, content_texts, key_places
from uso_lib.sources.imports.mapping import Mapping as FileMapping
from uso_lib.sources.imports.mapping import Place
from uso_lib.sources.imports.periods import Period, read_period
from uso_lib.sources.imports.reading import Sheet
from uso_lib.strict_yaml import did_you_mean

Reader = Callable[[Cell], "str | Fault | Skipped | None"]
MISSING_KEY = {"area": "the municipality is missing", "period": "the period is missing"}


@dataclass(frozen=True)
class Record:
    """Hold one figure, its key, and the cell it stands in (row from 1, column from 0)."""

    key: Mapping[str, str]
    figure: Figure
    row: int
    column: int


@dataclass
class Gathered:
    """Gather what the rows of a sheet give.

    Parameters
    ----------
    skipped
        Text → rows of totals, regions and split municipalities that were left out.
    others
        Text → rows of contents that the mapping does not name.
    notes
        Rows without any figure.
    remarks
        English sentences on abolished municipalities, each once.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    skipped: dict[str, list[int]] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)
    notes: list[int] = field(default_factory=list)
    remarks: dict[str, None] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    """Hold one row of the sheet while it is read; its number from 1."""

    number: int
    cells: tuple[Cell, ...]
    keys: Mapping[str, Cell]

    def cell(self, column: int) -> Cell:
        """Return a cell, empty beyond the row's end."""
        return self.cells[column] if column < len(self.cells) else ""


def read_rows(
    sheet: Sheet,
    layout: Layout,
    mapping: FileMapping,
    table: LiveTable,
    *,
    areas: AreaReader,
    notation: Notation,
) -> Gathered:
    """Read every row below the headings.

    Rows without figures (notes, empty rows) and rows of totals and regions are left out and counted. A row
    with figures whose municipality, period or code cannot be read is a problem.
    """
    gathered = Gathered()
    places = key_places(mapping, table)
    readers = _readers(mapping, table, areas, gathered)
    contents = {content.code: content for content in table.contents}
    for row in _rows(sheet, layout, mapping, places):
        filled = [one for one in layout.figures if not is_empty(row.cell(one.column))]
        if not filled and not all(is_empty(cell) for cell in row.cells):
            gathered.notes.append(row.number)
        if not filled or not _wanted(row, layout):
            continue
        key, provisional = _key(row, layout, places, readers, gathered, sheet.name)
        if key is None:
            continue
        gathered.rows.append(row.number)
        for column in filled:
            whole = {**key, **column.codes}
            content = contents[whole["content"]]
            cell, unit = row.cell(column.column), content.unit or ""
            figure = read_figure(cell, notation, unit=unit, nil=content.nil)
            if isinstance(figure, Fault):
                where = layout.column(column.column)
                gathered.problems.append(_problem(sheet.name, row.number, where, figure))
            elif figure is not None:
                marked = _marked(figure, provisional=provisional or column.provisional)
                gathered.records.append(Record(whole, marked, row.number, column.column))
    return gathered


def figure_texts(sheet: Sheet, layout: Layout, mapping: FileMapping) -> list[str]:
    """Return the cells of figures that are text, from which the decimal mark is found."""
    last = mapping.last_row or len(sheet.rows)
    rows = sheet.rows[layout.first : last]
    cells = (row[one.column] for row in rows for one in layout.figures if one.column < len(row))
    return [cell for cell in cells if isinstance(cell, str)]


def _rows(sheet: Sheet, layout: Layout, mapping: FileMapping, places: Mapping[str, Place]) -> list[_Row]:
    """Return the rows that may hold figures, merged key cells filled from above."""
    above: dict[str, Cell] = {}
    found = []
    for index, cells in enumerate(sheet.rows[: mapping.last_row or len(sheet.rows)]):
        if index < layout.first or index in layout.header or index + 1 in mapping.skip_rows:
            continue
        keys = {key: cells[one] if one < len(cells) else "" for key, one in layout.keys.items()}
        titles = {key: layout.titles.get(one) for key, one in layout.keys.items()}
        if keys and all(_repeats(cell, titles[key]) for key, cell in keys.items()):
            continue
        for key, cell in keys.items():
            if key in places and places[key].fill:
                above[key] = keys[key] = above.get(key, "") if is_empty(cell) else cell
        found.append(_Row(index + 1, cells, keys))
    return found


def _repeats(cell: Cell, title: str | None) -> bool:
    """Tell whether a cell repeats the heading of its column, as printed tables do on every page."""
    return title is not None and isinstance(cell, str) and folded(cell) == folded(title)


def _wanted(row: _Row, layout: Layout) -> bool:
    return all(folded(cell_text(row.cell(column))) in texts for column, texts in layout.where.items())


def _key(
    row: _Row,
    layout: Layout,
    places: Mapping[str, Place],
    readers: Mapping[str, Reader],
    gathered: Gathered,
    sheet: str,
) -> tuple[dict[str, str] | None, bool]:
    """Read the parts of a row's key that are not in the headings; None when the row is left out."""
    key: dict[str, str] = {}
    faults: list[CellProblem] = []
    provisional = False
    for part, place in places.items():
        if place.headings:
            continue
        cell = place.fixed if place.fixed is not None else row.keys[part]
        renamed = {folded(text): code for text, code in place.codes.items()}
        found = readers[part](renamed.get(folded(cell_text(cell)), cell) if renamed else cell)
        if isinstance(found, Skipped):
            left_out = gathered.others if part == "content" else gathered.skipped
            left_out.setdefault(found.text, []).append(row.number)
            return None, False
        if found is None:
            reason = MISSING_KEY.get(part, f"the {part} is missing")
            found = Fault(reason, "fill it in, or set fill: true in the mapping when cells are merged")
        if isinstance(found, Fault):
            where = layout.column(layout.keys[part]) if part in layout.keys else ""
            faults.append(_problem(sheet, row.number, where, found))
        else:
            provisional = provisional or (part == "period" and found.endswith("*"))
            key[part] = found.removesuffix("*") if part == "period" else found
    name = row.keys.get("name", "")
    if "area" in key and not is_empty(name):
        found = readers["name"](name)
        if isinstance(found, str) and found != key["area"]:
            shown = readers["shown"](key["area"])
            fault = differing(key["area"], str(shown), cell_text(name))
            faults.append(_problem(sheet, row.number, layout.column(layout.keys["name"]), fault))
    gathered.problems += faults
    return (None if faults else key), provisional


def _readers(
    mapping: FileMapping, table: LiveTable, areas: AreaReader, gathered: Gathered
) -> dict[str, Reader]:
    """Return how each part of the key is read."""
    monthly = any(content.yearly for content in table.contents)
    paired = any(one.area for one in table.dimensions)

    def area(cell: Cell) -> str | Fault | Skipped | None:
        found = areas.read(cell)
        if isinstance(found, Area):
            if found.remark:
                gathered.remarks[found.remark] = None
            # A pair is of two municipalities: the country on either side is a total.
            return Skipped(cell_text(cell)) if paired and found.code == COUNTRY else found.code
        return found

    def period(cell: Cell) -> str | Fault | Skipped | None:
        if isinstance(cell, str) and folded(cell) in TOTALS:
            return Skipped(cell)
        found = read_period(cell, provisional=mapping.provisional, monthly=monthly)
        if isinstance(found, Period):
            return f"{found.code}*" if found.provisional else found.code
        return found

    places = key_places(mapping, table)
    coded = {
        one.name: area if one.area else _coded(one, dimension_texts(one, places[one.name].codes))
        for one in table.dimensions
    }
    content = _content(content_texts(mapping, table), table)
    return {"area": area, "name": area, "shown": lambda code: areas.name(str(code)),
            "period": period, "content": content, **coded}  # fmt: skip


def _coded(dimension: LiveDimension, texts: Mapping[str, str]) -> Reader:
    """Return how cells of a dimension are read."""

    def read(cell: Cell) -> str | Fault | None:
        if is_empty(cell):
            return None
        if not isinstance(cell, str | float | int) or isinstance(cell, bool):
            reason = f"the spreadsheet has made a date of it ({cell_text(cell)})"
            return Fault(reason, "format the cells as text and write the code again")
        code = dimension_code(cell_text(cell), texts, open_values=not dimension.values)
        if code and len(code) > LONGEST_NAME:
            hint = f"write at most {LONGEST_NAME} characters"
            return Fault(f'"{code[:60]} …" is too long for {dimension.name}', hint)
        if code:
            return code
        hint = did_you_mean(cell_text(cell), dimension.values or list(texts))
        return Fault(
            f'unknown {dimension.name} "{cell_text(cell)[:60]}"', f"{hint}; or add it to codes in the mapping"
        )

    return read


def _content(texts: Mapping[str, str], table: LiveTable) -> Reader:
    """Return how cells of a column of contents are read; contents the mapping does not name are left out."""
    codes = {folded(one.code): one.code for one in table.contents}

    def read(cell: Cell) -> str | Fault | Skipped | None:
        if is_empty(cell):
            return None
        text = folded(cell_text(cell))
        return texts.get(text) or codes.get(text) or Skipped(cell_text(cell))

    return read


def _marked(figure: Figure, *, provisional: bool) -> Figure:
    """Give a figure the provisional mark of its column or row, unless it has a mark of its own."""
    if provisional and figure.value is not None and not figure.symbol:
        return Figure(figure.value, "*", figure.footnote)
    return figure


def _problem(sheet: str, row: int, column: str, fault: Fault) -> CellProblem:
    return CellProblem(sheet, row, column, fault.reason, fault.hint)
