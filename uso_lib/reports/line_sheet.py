"""A worksheet that takes whole lines of cells: the bytes XlsxWriter gives cell by cell, many times faster.

A theme's sheet has tens of thousands of cells with few different texts, and each text is put into words and
marks once. Does not choose looks (sheets.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from uso_lib.reports.summary_sheet import Line

#: Rows whose extent is told together; the format's own number.
_BLOCK = 16


class LineSheet(Worksheet):  # type: ignore[misc]
    """Hold a heading, written as in any worksheet, and the lines below it."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[list[str]] = []

    def write_lines(
        self,
        lines: Sequence[Line],
        *,
        text: Callable[[int, str], tuple[str, Any]],
        number: Callable[[int | None], Any],
    ) -> None:
        """Write lines below the heading, which must have been written and fill as many columns.

        Parameters
        ----------
        lines
            Cells with their number of decimals; an empty cell is None.
        text
            Column and text → the text as it is written, and its format; asked once for each.
        number
            Decimals → the format of a number.
        """
        for heading in self.table[0].values():
            self._style(heading.format)  # formats are numbered in the order of their first cells
        columns = [_Once(partial(self._text, text, column)) for column in range(self._width)]
        numbers = _Once(lambda decimals: f'"{self._style(number(decimals))}><v>')
        texts = 0
        for line in lines:
            cells = []
            for known, (content, decimals) in zip(columns, line, strict=True):
                if isinstance(content, str):
                    cells.append(known[content])
                    texts += 1
                else:
                    cells.append("" if content is None else f"{numbers[decimals]}{content:.16G}</v></c>")
            self._lines.append(cells)
        # Each text of the table of shared texts was counted once, when it was put there.
        self.str_table.count += texts - sum(map(len, columns))
        filled = [row for row, cells in enumerate(self._lines, start=1) if any(cells)]
        self._check_dimensions(filled[-1] if filled else 0, 0)

    @property
    def _width(self) -> int:
        return int(self.dim_colmax) + 1

    def _text(self, text: Callable[[int, str], tuple[str, Any]], column: int, content: str) -> str:
        shown, look = text(column, content)
        place = self.str_table._get_shared_string_index(shown)
        return f'"{self._style(look)} t="s"><v>{place}</v></c>'

    def _style(self, look: Any) -> str:
        """Return what names a format in a cell."""
        return f' s="{look._get_xf_index()}"' if look else ""

    def _write_rows(self) -> None:
        super()._write_rows()
        letters = [xl_col_to_name(column) for column in range(self._width)]
        rows = [letters, *self._lines]  # the heading fills every column
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            filled = [at for at, cells in enumerate(zip(*block, strict=True), start=1) if any(cells)]
            beginning = f'spans="{filled[0]}:{filled[-1]}">' if filled else ""
            for row, cells in enumerate(block, start=start + 1):
                named = zip(letters, cells, strict=True)
                content = "".join([f'<c r="{letter}{row}{cell}' for letter, cell in named if cell])
                if content and row > 1:
                    self.fh.write(f'<row r="{row}" {beginning}{content}</row>')


class _Once(dict[Any, str]):
    """Ask for each key once."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> str:
        made = self[key] = self._make(key)
        return made
