"""Find where a sheet says what: its headings, the columns of the keys and the columns of the figures.

Does not read figures (rows.py). What is not found is told with the nearest heading there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, field

from uso_lib.errors import CellProblem
from uso_lib.live_specs import LiveTable
from uso_lib.sources.imports.cells import is_empty
from uso_lib.sources.imports.headings import (
    Heading,
    coordinates,
    dimension_texts,
    folded,
    headings,
)  # fmt: skip
from uso_lib.sources.imports.mapping import (
    Mapping,
    Place,
    area_place,
    content_headings,
    content_place,
    dimension_place,
    period_place,
)  # fmt: skip
from uso_lib.sources.imports.reading import Sheet
from uso_lib.sources.imports.workbook_cells import column_letters, column_number
from uso_lib.strict_yaml import did_you_mean

#: Rows from the top among which the headings are sought.
HEADER_ROWS = 60


@dataclass(frozen=True)
class ValueColumn:
    """Name a column of figures and what its heading says of them."""

    column: int
    codes: Pairs[str, str]
    provisional: bool = False


@dataclass(frozen=True)
class Layout:
    """Say where a sheet says what; rows and columns from 0.

    Parameters
    ----------
    keys
        Part of the key (area, period, content, a dimension, ``name``) → its column.
    where
        Column → folded texts; only rows that have one of them are read.
    titles
        Column → its heading.
    figures
        The columns of figures.
    unread, absent
        Headings of columns that are not read; contents that have no column.
    """

    header: tuple[int, ...]
    first: int
    keys: Pairs[str, int]
    figures: tuple[ValueColumn, ...]
    where: Pairs[int, frozenset[str]]
    titles: Pairs[int, str]
    unread: tuple[str, ...]
    absent: tuple[str, ...]

    def column(self, number: int) -> str:
        """Return how a problem names a column: letter and heading."""
        title = self.titles.get(number)
        return f"{column_letters(number)} ({title})" if title else column_letters(number)


@dataclass
class _Search:
    """Gather what is found under one choice of headings."""

    sheet: Sheet
    header: tuple[int, ...]
    found: tuple[Heading, ...]
    keys: dict[str, int] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    hits: int = 0

    def column(self, names: Sequence[str], what: str, *, needed: bool = True) -> int | None:
        """Find a column by heading or letter; note a problem when it is needed and not there."""
        for name in names:
            called = [one.column for one in self.found if one.called(name)]
            if len(called) > 1:
                letters = " and ".join(column_letters(one) for one in called)
                hint = "write the letter of the column in the mapping instead of its heading"
                self.report(f'{letters} have the same heading "{name}"', hint)
                return None
            if called or (re.fullmatch(r"[A-Z]{1,3}", name) and column_number(name) < self._width()):
                self.hits += 1
                return called[0] if called else column_number(name)
        if needed:
            self.missing(names, what)
        return None

    def missing(self, names: Sequence[str], what: str) -> None:
        """Note that no column has one of the headings."""
        wanted = " or ".join(f'"{name}"' for name in names[:3])
        near = [did_you_mean(name, [one.text for one in self.found]) for name in names]
        hint = next((one for one in near if one.startswith("did")), near[0] if near else "")
        if not self.found:
            hint = "the row is empty; give the row of the headings as header in the mapping"
        if what == _KINDS["area"]:
            hint += "; a file of one municipality needs a mapping with area: {fixed: …}"
        self.report(f"no column with the heading {wanted} ({what})", hint)

    def report(self, reason: str, hint: str) -> None:
        """Note a problem of the row of headings."""
        row = self.header[-1] + 1 if self.header else None
        self.problems.append(CellProblem(self.sheet.name, row, "", reason, hint))

    def _width(self) -> int:
        return max((len(row) for row in self.sheet.rows), default=0)


def find_layout(
    sheet: Sheet, mapping: Mapping, table: LiveTable, *, declared: bool
) -> tuple[Layout | None, list[CellProblem], int]:
    """Find where a sheet says what.

    Parameters
    ----------
    declared
        Whether the mapping is the user's own: then every content it names must be there.

    Returns
    -------
    tuple
        The layout, or None with what is missing on the best row of headings; and how many headings were found
        there, by which the right sheet of several is known.
    """
    best: tuple[Layout | None, list[CellProblem], int] | None = None
    for header in _candidates(sheet, mapping):
        tried = _try(sheet, header, mapping, table, declared=declared)
        if tried[0] is not None:
            return tried
        if best is None or tried[2] > best[2]:
            best = tried
    if best is None:
        problem = CellProblem(sheet.name, None, "", "the sheet is empty", "choose another sheet with --sheet")
        return None, [problem], 0
    return best


def _candidates(sheet: Sheet, mapping: Mapping) -> list[tuple[int, ...]]:
    """Return the rows that may be the headings."""
    if mapping.header is not None:
        rows = [mapping.header] if isinstance(mapping.header, int) else mapping.header
        return [tuple(sorted(row - 1 for row in rows))]
    filled = (number for number, row in enumerate(sheet.rows) if not all(is_empty(cell) for cell in row))
    return [(number,) for number in filled if number < HEADER_ROWS]


def _try(
    sheet: Sheet, header: tuple[int, ...], mapping: Mapping, table: LiveTable, *, declared: bool
) -> tuple[Layout | None, list[CellProblem], int]:
    """Look for everything under one choice of headings."""
    search = _Search(sheet, header, headings(sheet, header))
    places = key_places(mapping, table)
    for key, place in places.items():
        if place.columns:
            found = search.column(place.columns, _KINDS.get(key, key))
            if found is not None:
                search.keys[key] = found
    name = area_place(mapping, table).name
    named = search.column([name], "name", needed=mapping.area is not None) if name else None
    if named is not None and named != search.keys.get("area"):
        search.keys["name"] = named
    where = {search.column([text], "where"): _texts(wanted) for text, wanted in mapping.where.items()}
    figures, absent = _figures(search, places, mapping, table, declared=declared)
    if search.problems:
        return None, search.problems, search.hits
    layout = Layout(
        header=header,
        first=mapping.first_row - 1 if mapping.first_row else (header[-1] + 1 if header else 0),
        keys=search.keys,
        figures=figures,
        where={column: texts for column, texts in where.items() if column is not None},
        titles={one.column: one.text for one in search.found if one.parts},
        unread=_unread(search, figures, where),
        absent=absent,
    )
    return layout, [], search.hits


_KINDS = {"area": "municipality", "period": "period", "content": "content"}


def key_places(mapping: Mapping, table: LiveTable) -> dict[str, Place]:
    """Return where each part of the key stands: area, period, content and every dimension."""
    dimensions = {one.name: dimension_place(mapping, table, one) for one in table.dimensions}
    fixed = {"area": area_place(mapping, table), "period": period_place(mapping)}
    return {**fixed, "content": content_place(mapping, table), **dimensions}


def _figures(
    search: _Search, places: Pairs[str, Place], mapping: Mapping, table: LiveTable, *, declared: bool
) -> tuple[tuple[ValueColumn, ...], tuple[str, ...]]:
    """Find the columns of figures, and the contents that have none."""
    headed = {key for key, place in places.items() if place.headings}
    if not headed:
        names = [mapping.value] if isinstance(mapping.value, str) else mapping.value or []
        if not names:
            search.report("nothing says which column holds the figures", "give it as value in the mapping")
            return (), ()
        column = search.column(names, "figures")
        return ((ValueColumn(column, {}),) if column is not None else ()), ()
    texts = {one.name: dimension_texts(one, places[one.name].codes)
             for one in table.dimensions if one.name in headed}  # fmt: skip
    if "content" in headed:
        texts["content"] = content_texts(mapping, table)
    found = []
    for heading in search.found:
        if heading.column not in search.keys.values() and heading.parts:
            said = coordinates(
                heading, texts, period="period" in headed, provisional=mapping.provisional
            )  # fmt: skip
            if said:
                found.append(ValueColumn(heading.column, *said))
    search.hits += len(found)
    return tuple(found), _absent(search, tuple(found), headed, mapping, table, declared=declared)


def _absent(
    search: _Search,
    found: tuple[ValueColumn, ...],
    headed: set[str],
    mapping: Mapping,
    table: LiveTable,
    *,
    declared: bool,
) -> tuple[str, ...]:
    """Return the contents that no heading names; note a problem when they should be there."""
    if "content" not in headed:
        if not found:
            what = "years or months" if "period" in headed else ", ".join(sorted(headed))
            search.report(f"no column of figures: no heading names {what}", "see the mapping's headings")
        return ()
    wanted = {one.code: content_headings(mapping, one) for one in table.contents}
    absent = [code for code, names in wanted.items()
              if names and code not in {one.codes.get("content") for one in found}]  # fmt: skip
    others = [one.text for one in search.found if one.column not in {column.column for column in found}]
    for code in absent:
        misspelt = any(did_you_mean(name, others).startswith("did") for name in wanted[code])
        if not found or misspelt or (declared and mapping.contents is not None):
            search.missing(wanted[code], "figures")
    return tuple(absent)


def content_texts(mapping: Mapping, table: LiveTable) -> dict[str, str]:
    """Return every text that stands for a content, folded."""
    return {folded(text): one.code for one in table.contents for text in content_headings(mapping, one)}


def _texts(wanted: str | list[str]) -> frozenset[str]:
    return frozenset(folded(text) for text in ([wanted] if isinstance(wanted, str) else wanted))


def _unread(
    search: _Search, figures: tuple[ValueColumn, ...], where: Pairs[int | None, object]
) -> tuple[str, ...]:
    """Return the headings of the columns that nothing is read from."""
    used = {*search.keys.values(), *(one.column for one in figures), *where}
    return tuple(one.text for one in search.found if one.parts and one.column not in used)
