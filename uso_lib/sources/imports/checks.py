"""Judge imported figures against their table: doubled keys, bounds, percent given as fractions.

Does not change any figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from uso_lib.errors import CellProblem
from uso_lib.live_specs import LiveContent, LiveTable
from uso_lib.sources.imports.layout import Layout
from uso_lib.sources.imports.mapping import Mapping
from uso_lib.sources.imports.rows import Record
from uso_lib.sources.imports.workbook_cells import column_letters

#: Faults of one kind in one column that are told one by one; the rest are told as a number of cells.
TOLD = 20


def scaled(records: Sequence[Record], mapping: Mapping) -> list[Record]:
    """Return the figures in the table's unit, without the rounding errors of binary multiplication."""
    return [_scaled(record, mapping.factor(record.key["content"])) for record in records]


def _scaled(record: Record, factor: float | int) -> Record:
    if record.figure.value is None or factor == 1:
        return record
    value = float(Decimal(repr(record.figure.value)) * Decimal(repr(factor)))
    return replace(record, figure=replace(record.figure, value=value))


def faults(records: Sequence[Record], table: LiveTable, layout: Layout, sheet: str) -> list[CellProblem]:
    """List what is wrong with the figures: doubled keys, then contents one by one."""
    found = list(_doubled(records, sheet))
    for content in table.contents:
        own = [one for one in records if one.key["content"] == content.code and one.figure.value is not None]
        found += _bounds(own, content, layout, sheet)
    return found


def shortened(problems: Sequence[CellProblem]) -> list[CellProblem]:
    """Return problems in the order of the rows, of each kind in each column at most twenty.

    What is left out is told as a number, so that a wrong column does not hide the other faults.
    """
    ordered = sorted(problems, key=lambda one: (one.sheet, one.row or 0))
    counts: dict[tuple[str, str, str], int] = {}
    told, more = [], {}
    for one in ordered:
        kind = (one.sheet, one.column, one.hint)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= TOLD:
            told.append(one)
        else:
            more[kind] = one
    for kind, last in more.items():
        number = counts[kind] - TOLD
        reason = f"{number} more of the same kind, the last on row {last.row}"
        told.append(CellProblem(last.sheet, None, last.column, reason, last.hint))
    return told


def _doubled(records: Sequence[Record], sheet: str) -> Iterator[CellProblem]:
    """Go through figures whose key stands before already."""
    seen: dict[tuple[tuple[str, str], ...], Record] = {}
    for record in records:
        key = tuple(sorted(record.key.items()))
        first = seen.setdefault(key, record)
        if first is not record:
            key_text = ", ".join(value for _, value in key)
            place = f"{column_letters(first.column)}{first.row}"
            reason = f"a figure of {key_text} stands in {place} already"
            hint = "remove one of them" if first.figure == record.figure else "keep the right one of them"
            yield CellProblem(sheet, record.row, column_letters(record.column), reason, hint)


def _bounds(
    records: Sequence[Record], content: LiveContent, layout: Layout, sheet: str
) -> Iterator[CellProblem]:
    """Go through figures that no true figure of the content can be."""
    values = [one.figure.value for one in records if one.figure.value is not None]
    if _fractions(values, content):
        first = records[0]
        reason = f"all figures are between 0 and 1 (first: {values[0]:g}), but the unit is percent"
        hint = "percent given as fractions: write scale: 100 in the mapping"
        yield CellProblem(sheet, first.row, layout.column(first.column), reason, hint)
        return
    for one, value in zip(records, values, strict=True):
        low, high = content.low, content.high
        if low is not None and value < low:
            reason, bound = f"{value:g} is lower than any true figure", f"the lowest possible is {low:g}"
        elif high is not None and value > high:
            reason, bound = f"{value:g} is higher than any true figure", f"the highest possible is {high:g}"
        else:
            continue
        unit = f" {content.unit}" if content.unit else ""
        hint = f"{bound}{unit}; correct it, or set scale in the mapping when the unit differs"
        yield CellProblem(sheet, one.row, layout.column(one.column), reason, hint)


def _fractions(values: Sequence[float], content: LiveContent) -> bool:
    """Tell whether percentages were given as fractions: all within 0–1, and not all zero."""
    percent = "%" in (content.unit or "")
    return percent and any(values) and all(0 <= value <= 1 for value in values)
