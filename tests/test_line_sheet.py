"""Sheets written line by line are, byte for byte, the sheets XlsxWriter writes cell by cell."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from uso_lib.reports.line_sheet import LineSheet
from uso_lib.reports.sheets import Looks, fill
from uso_lib.reports.summary_sheet import Line
from uso_lib.reports.workbook import CREATED

TEXTS = (
    "Tornio",
    "=1+1",
    "-",
    " välissä ",
    "a & b <c>",
    "rivi\nvaihtuu",
    "",
    "020",
    "–",
    "𝄞" * 20_000,
    "_x000D_",
)
NUMBERS = (0, -1.5, 1e-12, 123456789.123, 10**15, True, -0.0, 7)


class CellSheet(Worksheet):  # type: ignore[misc]
    """Write the same lines with XlsxWriter's own calls."""

    def write_lines(self, lines: list[Line], *, text: Any, number: Any) -> None:
        for row, line in enumerate(lines, start=1):
            for column, (content, decimals) in enumerate(line):
                if isinstance(content, str):
                    self.write_string(row, column, *text(column, content))
                elif content is not None:
                    self.write_number(row, column, content, number(decimals))


def written(target: Path, sheets: list[list[Line]], kind: type[Worksheet]) -> bytes:
    with xlsxwriter.Workbook(str(target)) as book:
        book.set_properties({"created": CREATED})
        looks = Looks(book)
        for number, lines in enumerate(sheets):
            name = "Yhteenveto" if number == 0 else f"Sivu {number}"
            sheet = book.add_worksheet(name, worksheet_class=kind)
            fill(sheet, ["Teema", "Tunnusluku", "Arvo", "Taulu"], lines, looks=looks, title=name)
    return target.read_bytes()


def lines(chance: random.Random, count: int) -> list[Line]:
    """Return lines with every kind of cell, rows that begin or end empty among them."""
    cells = (*TEXTS, *NUMBERS, None, None)
    return [[(chance.choice(cells), chance.choice((None, 0, 1, 9))) for _ in range(4)] for _ in range(count)]


@pytest.mark.parametrize("seed", range(12))
def test_lines_give_the_bytes_of_single_cells(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    sheets = [lines(chance, count) for count in (chance.randrange(40), 15, 16, 17)]
    both = [written(tmp_path / f"{kind.__name__}.xlsx", sheets, kind) for kind in (CellSheet, LineSheet)]
    assert both[0] == both[1]


def test_a_sheet_may_have_no_lines_and_lines_no_cells(tmp_path: Path) -> None:
    empty: Line = [(None, None)] * 4
    sheets: list[list[Line]] = [[], [empty] * 20, [empty, [("a", None), *empty[1:]], empty]]
    both = [written(tmp_path / f"{kind.__name__}.xlsx", sheets, kind) for kind in (CellSheet, LineSheet)]
    assert both[0] == both[1]
