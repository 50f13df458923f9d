"""Write every number of a report into a workbook and a CSV file.

Takes the harvested lines as they are, at full precision. Does not compute, and writes no formula, link or
name of a person or a machine; the same lines give the same bytes.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from uso_lib.plain_text import LONGEST_NAME, one_line
from uso_lib.reports.canary import MARK, told_by
from uso_lib.reports.formulas import harmless
from uso_lib.reports.harvest import COLUMNS, Harvest, Number, Section
from uso_lib.reports.sheets import RESERVED, Looks, fill, sheet_name
from uso_lib.reports.summary_sheet import SUMMARY_HEADERS, Line, summary_lines
from uso_lib.reports.workbook_words import (
    HEADERS,
    OTHER_PEERS,
    SOURCES_HEADERS,
    SOURCES_SHEET,
    SUMMARY_SHEET,
    WORDS,
)

#: Workbooks carry a date of creation; a fixed one keeps the bytes the same.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
REPEATING, FIGURES = ("cover", "summary"), ("figure",)
_CELLS, _SOURCE = itemgetter(*COLUMNS), itemgetter("producer", "table", "period")
_THEME, _ROW, _GROUP, _VALUE = (COLUMNS.index(name) for name in ("theme", "row", "group", "value"))
_WORDED = [(COLUMNS.index(name), words) for name, words in WORDS.items()]
CATEGORY = "Tilanneanalyysi"
COMMENT = (
    "Luvut täydellä tarkkuudella. Sarakkeet voi suodattaa otsikkorivistä; lähteet ovat viimeisellä sivulla."
)


def write_workbook(
    harvest: Harvest, target: Path, *, title: str, tables: Mapping[str, Any] | None = None
) -> None:
    """Write ``tables.xlsx``: a summary sheet, one sheet per theme in long form, and the sources.

    Parameters
    ----------
    harvest
        The sections of an executed notebook.
    title
        Title of the workbook's properties: "Tornion tilanneanalyysi".
    tables
        The proof's tables: id → producer, table_id, licence and parts with their vintage and day.
    """
    import xlsxwriter

    from uso_lib.reports.line_sheet import LineSheet

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(target), options) as workbook:
        workbook.set_properties(
            {"title": one_line(title, longest=LONGEST_NAME), "author": "", "created": CREATED,
             "category": CATEGORY, "comments": COMMENT}
        )  # fmt: skip
        workbook.set_custom_property("Language", "fi-FI", "text")
        workbook.set_custom_property(MARK, str(told_by(harvest)), "text")
        looks = Looks(workbook)
        for name, headers, lines in _sheets(harvest, list((tables or {}).values())):
            sheet = workbook.add_worksheet(name, worksheet_class=LineSheet)
            fill(sheet, headers, lines, looks=looks, title=f"{title}: {name}")


def write_csv(harvest: Harvest, target: Path) -> None:
    """Write ``indicators.csv``: the long-form lines of all sheets, UTF-8, comma, full precision.

    Text that a spreadsheet would take for a formula gets an apostrophe in front; a lone mark such as "-" does
    not.
    """
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for _, lines in long_sheets(harvest):
            cells = [_CELLS(line) for _, line in lines]
            texts = {text for text in set(chain.from_iterable(cells)) if isinstance(text, str)}
            changed = {text: safe for text in texts if (safe := harmless(text)) != text}
            writer.writerows(map(changed.get, line, line) for line in cells)


def long_sheets(harvest: Harvest) -> list[tuple[str, list[tuple[Section, Number]]]]:
    """Return name and lines of every long-form sheet, in the order of the report; each line with its section.

    Cover and summary repeat numbers of the rows, so they have no long form of their own. A consultant's own
    figure lists what no row does.
    """
    sheets: dict[str, list[tuple[Section, Number]]] = {}
    rows = [one for one in harvest.sections if one.kind not in (*REPEATING, *FIGURES)]
    figures = any(section.kind in FIGURES for section in harvest.sections)
    told = {_CELLS(line) for one in rows for line in one.numbers} if figures else set()
    for section in harvest.sections:
        if section.kind not in REPEATING:
            own = section.kind in FIGURES
            lines = [(section, line) for line in section.numbers if not own or _CELLS(line) not in told]
            sheets.setdefault(section.chapter or section.title, []).extend(lines)
    return [(name, lines) for name, lines in sheets.items() if lines]


def _sheets(
    harvest: Harvest, tables: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[str, Sequence[str], list[Line]]]:
    """Return name, header and lines of every sheet; a cell is a value and its number of decimals."""
    used: set[str] = {SUMMARY_SHEET.lower(), SOURCES_SHEET.lower(), *RESERVED}
    yield SUMMARY_SHEET, SUMMARY_HEADERS, summary_lines(harvest)
    for name, lines in long_sheets(harvest):
        worded = [_long_line(section, line) for section, line in lines]
        yield sheet_name(name, used), [HEADERS[column] for column in COLUMNS], worded
    yield SOURCES_SHEET, SOURCES_HEADERS, _sources(harvest, tables)


def _long_line(section: Section, line: Number) -> Line:
    """Return a line in the workbook's words: titles for ids, Finnish for codes; a value with its decimals."""
    cells: Line = [(content, None) for content in _CELLS(line)]
    for at, words in _WORDED:
        content = cells[at][0]
        cells[at] = (words.get(str(content), content), None)
    if str(line["group"]).startswith(OTHER_PEERS):
        cells[_GROUP] = (WORDS["group"].get(OTHER_PEERS, OTHER_PEERS), None)
    cells[_THEME], cells[_ROW] = (section.chapter, None), (section.title, None)
    cells[_VALUE] = (line["value"], int(line["decimals"] or 0))
    return cells


def _sources(harvest: Harvest, tables: Sequence[Mapping[str, Any]]) -> list[Line]:
    used: dict[tuple[str, str], Counter[str]] = {}
    for (producer, table, period), count in Counter(
        _SOURCE(line) for _, lines in long_sheets(harvest) for _, line in lines
    ).items():
        used.setdefault((str(producer or ""), str(table or "")), Counter())[str(period or "")] += count
    # A change spans two periods, "2015-2020".
    named = sorted((key, sorted(set("-".join(ps).split("-")) - {""}), ps.total()) for key, ps in used.items())
    return [
        [(producer, None), (table, None), *((edge, None) for edge in _edges(periods)), (count, 0),
         *((text, None) for text in _origin(producer, table, tables))]
        for (producer, table), periods, count in named
        if producer or table
    ]  # fmt: skip


def _origin(producer: str, named: str, tables: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """Return vintage, day and licence of the tables a line names; several are told one after the other."""
    known = [one for one in tables if one["producer"] in producer]
    names = _named(named, {str(one[key]) for one in known for key in ("table_id", "title")})
    found = [one for one in known if not names.isdisjoint((one["table_id"], one["title"]))]
    parts = [part for one in found for part in one["parts"]]
    columns = (
        [part["vintage"] for part in parts], [part["retrieved"] for part in parts],
        [one["licence"] for one in found],
    )  # fmt: skip
    return ("; ".join(dict.fromkeys(str(text) for text in column if text)) for column in columns)


def _named(text: str, names: Iterable[str]) -> set[str]:
    """Return the names that a text holds as whole names, none of them as a part of a longer one."""
    found = set()
    for name in sorted(names, key=len, reverse=True):
        text, count = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", "", text)
        found |= {name} if count else set()
    return found


def _edges(periods: list[str]) -> tuple[str, str]:
    return (periods[0], periods[-1]) if periods else ("", "")
