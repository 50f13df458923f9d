"""Read the headings of a sheet: merged and stacked ones, and what a heading says about its figures.

Does not choose which rows are headings (layout.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from uso_lib.live_specs import LiveDimension
from uso_lib.sources.imports.cells import Cell, plain, split_footnote
from uso_lib.sources.imports.periods import find_period
from uso_lib.sources.imports.reading import Sheet

TOTAL, TOTAL_WORDS = "SSS", ("SSS", "Yhteensä", "Kaikki", "Total", "Ikäryhmät yhteensä")
_AGE_WORDS = re.compile(r"(?<![ -])[ -]*(?:-?vuotiaat|vuotias|vuotta|vuot\.|v\.?)$")
_DASHES = str.maketrans(dict.fromkeys("–—−‐‑", "-"))


@dataclass(frozen=True)
class Heading:
    """Hold the heading of one column, as its parts from above to below, and which column it is of."""

    column: int
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the whole heading as one text."""
        return " ".join(self.parts)

    def called(self, name: str) -> bool:
        """Tell whether the heading is `name`: whole, or its lowest part."""
        wanted = folded(name)
        return bool(self.parts) and wanted in (folded(self.text), folded(self.parts[-1]))


@lru_cache(maxsize=2**14)
def folded(text: str) -> str:
    """Return a text without differences of case, spaces, dashes and footnote marks."""
    return split_footnote(plain(text))[0].translate(_DASHES).casefold().removesuffix("*").rstrip()


def cell_text(cell: Cell) -> str:
    """Return what a heading or code cell shows as text; a date as Finns write it."""
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    return f"{cell.day}.{cell.month}.{cell.year}" if isinstance(cell, date) else str(cell)


def headings(sheet: Sheet, rows: Sequence[int]) -> tuple[Heading, ...]:
    """Return the heading of every column that has one.

    A merged heading stands for all its columns. Where merged ranges are not known (CSV, ods, xlsb), a heading
    above another row of headings stands for the empty cells to its right.

    Parameters
    ----------
    rows
        Rows of headings from 0, from above to below.
    """
    if not rows:
        width = max((len(row) for row in sheet.rows), default=0)
        return tuple(Heading(column, ()) for column in range(width))
    width = max((len(sheet.rows[row]) for row in rows if row < len(sheet.rows)), default=0)
    lines = [_spread(sheet, row, width, upper=row != rows[-1]) for row in rows]
    found = []
    for column in range(width):
        parts = [line[column] for line in lines]
        if len(rows) > 1 and not parts[-1]:  # a heading spread over this column says nothing of its own
            own = [_at(sheet, row, column) for row in rows]
            parts = [part if mine or _merged_down(sheet, row, column) else "" for part, mine, row in
                     zip(parts, own, rows, strict=True)]  # fmt: skip
        distinct = tuple(dict.fromkeys(part for part in parts if part))
        if distinct:
            found.append(Heading(column, distinct))
    return tuple(found)


def coordinates(
    heading: Heading, texts: Mapping[str, Mapping[str, str]], *, period: bool, provisional: str
) -> tuple[dict[str, str], bool] | None:
    """Read what a heading says of the figures below it.

    Parameters
    ----------
    texts
        Part of the key ("content", a dimension) → folded text → code.
    period
        Whether the heading must hold a period.
    provisional
        Mark beside provisional years.

    Returns
    -------
    tuple or None
        The codes by part of the key (``period`` among them), and whether the figures are provisional. None
        when the heading lacks one of them or says something more: then the column holds other figures.
    """
    found: dict[str, str] = {}
    mark = False
    rest = []
    for part in heading.parts:
        inside = find_period(part, provisional=provisional) if period and "period" not in found else None
        if inside:
            found["period"], mark = inside[0].code, inside[0].provisional
        remains = inside[1] if inside else part
        if remains:
            rest.append(remains)
    if period and "period" not in found:
        return None
    if not _take(rest, texts, found) and not _take([" ".join(rest)], texts, found):
        return None
    return found, mark


def dimension_texts(dimension: LiveDimension, codes: Mapping[str, str]) -> dict[str, str]:
    """Return every text that stands for a code of a dimension, folded: codes, totals, the mapping's own."""
    known = {folded(value): value for value in dimension.values or []}
    totals = {folded(word): TOTAL for word in TOTAL_WORDS if TOTAL in (dimension.values or [TOTAL])}
    renamed = {folded(text): code for text, code in dimension.rename.items()}
    return totals | known | renamed | {folded(text): code for text, code in codes.items()}


def dimension_code(text: str, texts: Mapping[str, str], *, open_values: bool) -> str | None:
    """Return the code a text stands for: as it is, or as an age ("0–6-vuotiaat", "85+"); None when for none.

    Parameters
    ----------
    open_values
        Whether the dimension has no declared codes, so that any text is one.
    """
    wanted = folded(text)
    aged = re.sub(r"\+$", "-", _AGE_WORDS.sub("", wanted))
    found = texts.get(wanted) or texts.get(aged) or texts.get(aged.replace(" ", ""))
    return found or (plain(text) if open_values and wanted else None)


def _take(rest: Iterable[str], texts: Mapping[str, Mapping[str, str]], found: dict[str, str]) -> bool:
    """Give every remaining text to the part of the key that knows it; tell whether all found their place."""
    taken: dict[str, str] = {}
    for text in filter(None, rest):
        for key, known in texts.items():
            code = dimension_code(text, known, open_values=False)
            if code and key not in taken:
                taken[key] = code
                break
        else:
            return False
    if set(taken) != set(texts):
        return False
    found.update(taken)
    return True


def _spread(sheet: Sheet, row: int, width: int, *, upper: bool) -> list[str]:
    """Return a row of headings with merged ones repeated over their columns."""
    line = [_at(sheet, row, column) for column in range(width)]
    for (top, left), (bottom, right) in sheet.merged:
        if top <= row <= bottom:
            for column in range(left, min(right + 1, width)):
                line[column] = _at(sheet, top, left)
    if upper and not sheet.merged:
        for column in range(1, width):
            line[column] = line[column] or line[column - 1]
    return line


def _merged_down(sheet: Sheet, row: int, column: int) -> bool:
    return any(
        top <= row <= bottom and left <= column <= right
        for (top, left), (bottom, right) in sheet.merged
        if top != bottom
    )


def _at(sheet: Sheet, row: int, column: int) -> str:
    """Return the text of one cell, empty outside the sheet."""
    if row >= len(sheet.rows) or column >= len(sheet.rows[row]):
        return ""
    return cell_text(sheet.rows[row][column])
