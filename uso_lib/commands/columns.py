"""Set rows of text in columns. Does not know what they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def in_columns(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Return one line per row, columns two spaces apart; the last column is not padded.

    Parameters
    ----------
    rows
        Rows with the same number of cells, the heading among them.
    right
        Columns set to the right: numbers.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_cells(row, widths, right)).rstrip() for row in rows]


def _cells(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> list[str]:
    pads = zip(row, widths, strict=True)
    return [
        cell.rjust(width) if column in right else cell.ljust(width)
        for column, (cell, width) in enumerate(pads)
    ]
