"""Write every number of a report into a workbook and a CSV file.

Takes the harvested lines as they are, at full precision. Does not compute, and writes no formula, link or
name of a person or a machine; the same lines give the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uso_lib.reports.harvest import COLUMNS, Cell, Harvest, Number, Section
from uso_lib.reports.summary_sheet import SUMMARY_HEADERS, Line, summary_lines
from uso_lib.reports.workbook_words import HEADERS, SOURCES_HEADERS, SOURCES_SHEET, SUMMARY_SHEET, WORDS

#: Workbooks carry a date of creation; a fixed one keeps the bytes the same.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
REPEATING = ("cover", "summary")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write_workbook(harvest: Harvest, target: Path, *, title: str) -> None:
    """Write ``tables.xlsx``: a summary sheet, one sheet per theme in long form, and the sources.

    Parameters
    ----------
    harvest
        The sections of an executed notebook.
    title
        Title of the workbook's properties: "Tornion tilanneanalyysi".
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(target), options) as workbook:
        workbook.set_properties({"title": title, "author": "", "created": CREATED})
        header = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {
            decimals: workbook.add_format(
                {"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")}
            )
            for decimals in range(7)
        }
        for name, headers, lines in _sheets(harvest):
            sheet = workbook.add_worksheet(name)
            _fill(sheet, headers, lines, header=header, formats=formats)


def write_csv(harvest: Harvest, target: Path) -> None:
    """Write ``indicators.csv``: the long-form lines of all sheets, UTF-8, comma, full precision.

    Text that a spreadsheet would take for a formula gets an apostrophe in front; a lone mark such as "-" does
    not.
    """
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for _, lines in long_sheets(harvest):
            writer.writerows([_harmless(line[column]) for column in COLUMNS] for _, line in lines)


def long_sheets(harvest: Harvest) -> list[tuple[str, list[tuple[Section, Number]]]]:
    """Return name and lines of every long-form sheet, in the order of the report; each line with its section.

    Cover and summary repeat numbers of the rows, so they have no long form of their own.
    """
    sheets: dict[str, list[tuple[Section, Number]]] = {}
    for section in harvest.sections:
        if section.kind not in REPEATING:
            lines = [(section, line) for line in section.numbers]
            sheets.setdefault(section.chapter or section.title, []).extend(lines)
    return [(name, lines) for name, lines in sheets.items() if lines]


def _sheets(harvest: Harvest) -> Iterable[tuple[str, Sequence[str], list[Line]]]:
    """Return name, header and lines of every sheet; a cell is a value and its number of decimals."""
    used: set[str] = {SUMMARY_SHEET.lower(), SOURCES_SHEET.lower()}
    yield SUMMARY_SHEET, SUMMARY_HEADERS, summary_lines(harvest)
    for name, lines in long_sheets(harvest):
        cells = [[_cell(section, line, column) for column in COLUMNS] for section, line in lines]
        yield _sheet_name(name, used), [HEADERS[column] for column in COLUMNS], cells
    yield SOURCES_SHEET, SOURCES_HEADERS, _sources(harvest)


def _cell(section: Section, line: Number, column: str) -> tuple[Cell, int | None]:
    """Return a cell in the workbook's words, titles for ids and Finnish for codes, and its decimals."""
    if column == "value":
        return line["value"], int(line["decimals"] or 0)
    if column in ("theme", "row"):
        return (section.chapter if column == "theme" else section.title), None
    content = line[column]
    return WORDS.get(column, {}).get(str(content), content), None


def _sources(harvest: Harvest) -> list[Line]:
    tables: dict[tuple[str, str], list[str]] = {}
    for _, lines in long_sheets(harvest):
        for _, line in lines:
            key = (str(line["producer"] or ""), str(line["table"] or ""))
            tables.setdefault(key, []).append(str(line["period"] or ""))
    # A change spans two periods, "2015-2020".
    named = sorted((key, sorted(set("-".join(ps).split("-")) - {""}), len(ps)) for key, ps in tables.items())
    return [
        [(producer, None), (table, None), *((edge, None) for edge in _edges(periods)), (count, 0)]
        for (producer, table), periods, count in named
        if producer or table
    ]


def _edges(periods: list[str]) -> tuple[str, str]:
    return (periods[0], periods[-1]) if periods else ("", "")


def _sheet_name(title: str, used: set[str]) -> str:
    """Return a name Excel accepts: at most 31 characters, none of Excel's own signs, unique in any case."""
    wanted = " ".join(title.translate(_FORBIDDEN).split()).strip("'")[:31] or "Luvut"
    name, count = wanted, 1
    while name.lower() in used:
        count += 1
        name = f"{wanted[:27]} ({count})"
    used.add(name.lower())
    return name


def _fill(
    sheet: Any,
    headers: Sequence[str],
    lines: list[Line],
    *,
    header: Any,
    formats: dict[int, Any],
) -> None:
    widths = [len(text) for text in headers]
    sheet.write_row(0, 0, headers, header)
    for index, line in enumerate(lines, start=1):
        for column, (value, decimals) in enumerate(line):
            widths[column] = max(widths[column], len(_seen(value, decimals)))
            if isinstance(value, str):
                sheet.write_string(index, column, value)
            elif value is not None:
                sheet.write_number(index, column, value, None if decimals is None else formats[decimals])
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(lines), 1), len(headers) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _seen(value: Cell, decimals: int | None) -> str:
    if isinstance(value, float | int) and decimals is not None:
        return f"{value:,.{decimals}f}"
    return str(value or "")


def _harmless(value: Cell) -> Cell:
    if isinstance(value, str) and len(value) > 1 and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
