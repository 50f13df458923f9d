"""Find the cells of an .xlsx workbook that the reading library shows as empty although they are not.

A formula that gives an error, and one that was never calculated, would pass for a missing figure. Reads only
the parts of the file that hold cells, as text; older formats (xls, xlsb, ods) are not looked into.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib

from uso_lib.sources.imports.cells import UNCALCULATED

MOST_CELLS = 20_000_000
LARGEST_PART_MB = 400
#: More than any true row number has; of a longer one the beginning is far enough away.
DIGITS = 12
#: A row or a cell: its attributes, and what is in it up to the next one; no byte is looked at twice.
_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^<>]*)>([^<]*(?:<(?!/?(?:\w+:)?(?:row|c)\b)[^<]*)*)")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>/]*>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>")

Marks = dict[tuple[int, int], str]


def damaged_cells(content: bytes) -> dict[str, Marks] | str:
    """Find cells with errors and formulas without a value.

    Returns
    -------
    dict or str
        Sheet name → (row, column) from 0 → the error ("#DIV/0!") or "=" for a formula without a value;
        nothing for other formats and for what cannot be read here. A text says why the workbook must not be
        opened: its parts, or the area they span, would fill the memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_PART_MB * 2**20:
                return f"the workbook holds more than {LARGEST_PART_MB} MB when unpacked"
            found: dict[str, Marks] = {}
            for name, part in _sheet_parts(parts).items():
                marks, rows, columns = _scan(parts.read(part))
                if rows * columns > MOST_CELLS:
                    return f"the cells of the sheet {name} lie up to {rows} rows and {columns} columns apart"
                found[name] = marks
            return found
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, NotImplementedError, RuntimeError):
        return {}  # the library that reads the workbook says what is wrong with it


def column_number(letters: str) -> int:
    """Return the place of a column from 0: "A" → 0, "AA" → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 0: 0 → "A", 26 → "AA"."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sheet_parts(parts: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of every sheet → the part of the file that holds its cells."""
    names = set(parts.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    book = parts.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = parts.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {
        _attribute(one, "Id"): _attribute(one, "Target").removeprefix("/xl/").removeprefix("xl/")
        for one in _RELATION.findall(relations)
    }
    found = {}
    for one in _SHEET.findall(book):
        part = f"xl/{targets.get(_attribute(one, r'[a-zA-Z]+:id'), '')}"
        if part in names:
            found[_attribute(one, "name")] = part
    return found


def _scan(sheet: bytes) -> tuple[Marks, int, int]:
    """Return the marks of a sheet's cells, and how many rows and columns cells with content span."""
    marks: Marks = {}
    rows = columns = 0
    row, column = -1, -1
    for kind, attributes, inside in _CELL.findall(sheet):
        place = _PLACE.search(attributes)
        if kind == b"row":
            row, column = int(place[2][:DIGITS]) - 1 if place else row + 1, -1
            continue
        column += 1
        if place is not None:
            row, column = int(place[2][:DIGITS]) - 1, column_number(place[1][:DIGITS].decode("ascii").upper())
        if not inside or attributes.endswith(b"/"):
            continue
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        value = _VALUE.search(inside)
        if b't="e"' in attributes and value:
            marks[row, column] = html.unescape(value[1].decode("utf-8", "replace"))
        elif value is None and _FORMULA.search(inside):
            marks[row, column] = UNCALCULATED
    return marks, rows, columns


def _attribute(tag: str, name: str) -> str:
    """Return an attribute of a tag, empty when it has none of the name."""
    match = re.search(rf"""\s{name}=(?:"([^"]*)"|'([^']*)')""", tag)
    return html.unescape(match[1] or match[2] or "") if match else ""
