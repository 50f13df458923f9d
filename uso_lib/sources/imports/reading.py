"""Read a file to import into sheets of cells, row by row and column by column as a spreadsheet shows it.

Knows files by what is in them, not by their names. Does not look for a table in them (layout.py).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)  # fmt: skip

from uso_lib.errors import CellProblem, ImportProblems, UsoError
from uso_lib.sources.imports.cells import Cell
from uso_lib.sources.imports.workbook_cells import MOST_CELLS, damaged_cells

LARGEST_MB = 50
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = (";", "\t", ",", "|")
#: As many columns as a spreadsheet has.
MOST_COLUMNS = 16_384
#: Lines looked at when the separator is sought.
SAMPLE = 200

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """Hold the cells of one sheet.

    Parameters
    ----------
    name
        Empty for a CSV file.
    rows
        From the first row and column of the sheet on, empty ones included; rows may differ in length.
    merged
        Merged ranges, corners (row, column) from 0, both included.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    visible: bool = True
    merged: tuple[Range, ...] = ()


def read_content(file: Path) -> bytes:
    """Return the bytes of a file to import.

    Raises
    ------
    UsoError
        It cannot be read, is empty or larger than 50 MB.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_MB * 2**20 + 1)
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). See that it exists and is not open elsewhere."
        raise UsoError(message) from error
    if len(content) > LARGEST_MB * 2**20:
        message = f"{file} is larger than {LARGEST_MB} MB. Leave out the sheets that are not needed."
        raise UsoError(message)
    if not content.strip():
        message = f"{file} is empty. Save the table into it first."
        raise UsoError(message)
    return content


def read_sheets(
    file: Path, content: bytes, *, encoding: str | None = None, separator: str | None = None
) -> tuple[Sheet, ...]:
    """Read every sheet of a workbook (xlsx, xlsm, xlsb, xls, ods), or a CSV file as its only sheet.

    Parameters
    ----------
    file
        What the file is called in errors.
    encoding, separator
        Of a CSV file; recognised by default.

    Raises
    ------
    ImportProblems
        The file is damaged, protected by a password, too large, or no table at all.
    """
    if content.startswith((ZIP, OLE)):
        return _workbook(file, content)
    if content.lstrip().startswith(b"<") or content.startswith(b"%PDF"):
        kind = "a PDF" if content.startswith(b"%PDF") else "a web page or XML, whatever its name says"
        raise _refused(file, f"the file is {kind}", "open it in a spreadsheet and save it as .xlsx or .csv")
    if b"\x00" in content and not content.startswith(UTF16):
        raise _refused(file, "the file is neither a workbook nor text", "save the table as .xlsx or .csv")
    return (_csv(file, decode(file, content, encoding), separator),)


def decode(file: Path, content: bytes, encoding: str | None = None) -> str:
    """Return the text of a CSV file: UTF-8, UTF-16 with a byte order mark, otherwise Western European.

    Raises
    ------
    ImportProblems
        The bytes are not text in the encoding that the mapping names, or in any known one.
    """
    if encoding:
        tried = ["utf-8-sig" if encoding == "utf-8" else encoding]
    else:
        tried = ["utf-16"] if content.startswith(UTF16) else ["utf-8-sig", "cp1252"]
    for one in tried:
        try:
            return content.decode(one)
        except UnicodeDecodeError:
            continue
    line = content.count(b"\n") + 1
    reason = f"the file ({line} lines) is not text in the encoding {tried[-1]}"
    raise _refused(file, reason, "save it as CSV UTF-8, or name its encoding in the mapping")


def find_separator(text: str) -> str:
    """Return the separator that divides most lines of a CSV text into the same number of cells."""
    lines = [line for line in text.splitlines()[:SAMPLE] if line.strip()]
    best, most = SEPARATORS[0], 0
    for separator in SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        except csv.Error:
            continue
        agreeing = max(widths.values(), default=0)
        if agreeing > most:
            best, most = separator, agreeing
    return best


def _csv(file: Path, text: str, separator: str | None) -> Sheet:
    """Read a CSV text; a quoted cell may hold separators and line ends."""
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=separator or find_separator(text))
        rows = tuple(tuple(row) for row in read)
    except csv.Error as error:
        raise _refused(file, f"the file is not CSV ({error})", "save the table again as .csv") from error
    widest = max(map(len, rows), default=0)
    if widest > MOST_COLUMNS:
        raise _refused(file, f"a row has {widest} cells", "name the separator in the mapping, if it is CSV")
    return Sheet("", rows)


def _workbook(file: Path, content: bytes) -> tuple[Sheet, ...]:
    """Read the sheets of a workbook; formulas give the values calculated when it was saved."""
    damaged = damaged_cells(content)
    if isinstance(damaged, str):
        raise _refused(file, damaged, "delete what does not belong to the table, and save it again")
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheets = []
            for one in workbook.sheets_metadata:
                if one.typ == SheetTypeEnum.WorkSheet:
                    sheet = workbook.get_sheet_by_name(one.name)
                    visible = one.visible == SheetVisibleEnum.Visible
                    sheets.append(_sheet(file, sheet, damaged.get(one.name, {}), visible=visible))
    except PasswordError as error:
        raise _refused(file, "the workbook is protected by a password", "save it without one") from error
    except (CalamineError, ValueError, OverflowError) as error:
        reason = f"the workbook cannot be read ({re.sub(r'[^ -~]', ' ', str(error))[:120]})"
        raise _refused(file, reason, "open it in a spreadsheet and save it again as .xlsx") from error
    return tuple(sheets)


def _sheet(file: Path, sheet: CalamineSheet, damaged: dict[tuple[int, int], str], *, visible: bool) -> Sheet:
    """Take the cells of one sheet, with marks where a formula gives an error or nothing."""
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        reason = f"the sheet {sheet.name} has {sheet.total_height} rows and {sheet.total_width} columns"
        raise _refused(file, reason, "delete what does not belong to the table, and save it again")
    rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), mark in damaged.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
        rows[row][column] = mark
    merged = tuple(sheet.merged_cell_ranges or ())
    return Sheet(sheet.name, tuple(tuple(row) for row in rows), visible, merged)


def _refused(file: Path, reason: str, hint: str) -> ImportProblems:
    """Say what is wrong with the whole file."""
    return ImportProblems(file, [CellProblem("", None, "", reason, hint)])
