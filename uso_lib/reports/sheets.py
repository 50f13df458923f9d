"""Lay lines of cells out as sheets that are pleasant to read, filter and print.

Every text is written as text, whatever it looks like. Does not choose what stands on a sheet (workbook.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from uso_lib.plain_text import one_line
from uso_lib.reports.formulas import looks_like_formula
from uso_lib.reports.harvest import Cell
from uso_lib.reports.summary_sheet import Line
from uso_lib.reports.workbook_words import SOURCES_SHEET, SUMMARY_SHEET

#: Names that spreadsheets keep for themselves.
RESERVED = ("history",)
#: A spreadsheet takes no longer text into a cell.
LONGEST_CELL = 32_000
#: The same in units of UTF-16; a rare character has two.
MOST_UNITS = 32_767
LONGEST_SHEET_NAME = 31
#: Characters, by heading; the contents decide the width of other columns up to `WIDEST`.
WIDTHS = {"Teema": 18, "Rivi": 26, "Tunnus": 14}
#: Sheet → columns that stay in sight when it is moved sideways: they leave room for the others.
STAYING = {SUMMARY_SHEET: WIDTHS | {"Tunnusluku": 36}}
NARROWEST, WIDEST = 6, 60
#: What is as wide as it is high needs room for the filter's button in the heading.
FILTER_BUTTON = 3
TABS = {SUMMARY_SHEET: "#0a4c86", SOURCES_SHEET: "#7f7f7f"}
HEADER = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#dbe7f3"}
MOST_DECIMALS = 7
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


class Looks:
    """Hold the formats of one workbook: header, numbers by decimals, text, text that must not calculate."""

    def __init__(self, workbook: Any) -> None:
        self.header = workbook.add_format(HEADER)
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        # The mark a person gives with an apostrophe: also after editing the cell stays text.
        self.quoted = workbook.add_format({"quote_prefix": True})
        self._numbers = [
            workbook.add_format({"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")})
            for decimals in range(MOST_DECIMALS + 1)
        ]

    def number(self, decimals: int | None) -> Any:
        """Return the format of a number; None for one that is shown as it is."""
        return None if decimals is None else self._numbers[min(max(decimals, 0), MOST_DECIMALS)]

    def text(self, text: str, *, wrapped: bool) -> tuple[str, Any]:
        """Return a text as a cell shows it, and its format; what looks like a formula must not calculate."""
        look = self.quoted if looks_like_formula(text) else self.wrapped if wrapped else None
        return _cut_at(one_line(text, longest=LONGEST_CELL), MOST_UNITS), look


def fill(sheet: Any, headers: Sequence[str], lines: Sequence[Line], *, looks: Looks, title: str) -> None:
    """Write a header and lines, and set the sheet up for reading, filtering and printing.

    Parameters
    ----------
    title
        Printed at the foot of every page.
    """
    staying = STAYING.get(sheet.get_name(), {})
    wrapped = [heading in staying for heading in headers]
    sheet.write_row(0, 0, headers, looks.header)
    sheet.write_lines(
        lines, text=lambda column, text: looks.text(text, wrapped=wrapped[column]), number=looks.number
    )
    for column, width in enumerate(_widths(headers, lines)):
        sheet.set_column(column, column, staying.get(headers[column], width))
    sheet.freeze_panes(1, len(staying))
    last = max(len(lines), 1)
    sheet.autofilter(0, 0, last, len(headers) - 1)
    # Codes and years are names, not amounts: "020" is not 20. Spreadsheets would flag every one of them.
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_letters(len(headers) - 1)}{last + 1}"})
    if sheet.get_name() in TABS:
        sheet.set_tab_color(TABS[sheet.get_name()])
    _print_setup(sheet, title)


def sheet_name(title: str, used: set[str]) -> str:
    """Return a name spreadsheets accept: at most 31 characters, none of their own signs, unique in any case.

    Parameters
    ----------
    used
        Names that are taken, in lower case; the new one is added.
    """
    wanted = _cut(" ".join(one_line(title).translate(_FORBIDDEN).split()), LONGEST_SHEET_NAME) or "Luvut"
    name, count = wanted, 1
    while name.lower() in used:
        count += 1
        name = f"{_cut(wanted, LONGEST_SHEET_NAME - len(f' ({count})'))} ({count})"
    used.add(name.lower())
    return name


def _cut(text: str, longest: int) -> str:
    """Cut a text at what spreadsheets count as characters; no apostrophe may begin or end a name."""
    return _cut_at(text.strip("' "), longest).strip("' ")


def _cut_at(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def _widths(headers: Sequence[str], lines: Sequence[Line]) -> list[int]:
    widths = [max(map(len, text.split())) + FILTER_BUTTON for text in headers]
    columns: list[set[tuple[Cell, int | None]]] = [set(column) for column in zip(*lines, strict=True)]
    for place, column in enumerate(columns):
        widths[place] = max(widths[place], *(len(_seen(value, decimals)) for value, decimals in column))
    return [
        WIDTHS.get(header, min(max(width, NARROWEST), WIDEST) + 2)
        for header, width in zip(headers, widths, strict=True)
    ]


def _seen(value: object, decimals: int | None) -> str:
    if isinstance(value, float | int) and decimals is not None:
        return f"{value:,.{decimals}f}"
    return "" if value is None else str(value)


def _print_setup(sheet: Any, title: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    # An & begins a code of the footer's own.
    sheet.set_footer(f"&L{one_line(title, longest=100).replace('&', '&&')}&R&P/&N")


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))
