"""Turn a service's marks into the few that a tidy table knows.

Does not know codes or periods (tidy.py).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from uso_lib.sources.pxweb.jsonstat import Cube, Values

Marks = npt.NDArray[np.int8]

#: Marks by number; the missing ones come last and the most telling of them at the end.
SYMBOLS = ("", "*", "-", ".", "..", "...")
PLAIN, PROVISIONAL, NONE = 0, 1, 2
MISSING, NOT_AVAILABLE = 3, 4
_KNOWN = {symbol: number for number, symbol in enumerate(SYMBOLS)}


def marks_of(cube: Cube) -> tuple[Marks, set[str]]:
    """Return a number into `SYMBOLS` for every figure of a cube, and remarks.

    A missing figure has a missing mark or, where the producer writes ``-``, `NONE`: what that means is for
    `apply_nil`. A missing figure without a mark, or with one nobody knows, is not available. A figure keeps
    ``*``, and ``-`` beside a zero; any other mark beside a figure is dropped with a remark.
    """
    null = np.isnan(cube.figures)
    marks = np.where(null, NOT_AVAILABLE, PLAIN).astype("int8")
    remarks = set()
    for symbol, positions in cube.symbols.items():
        number = _KNOWN.get(symbol, NOT_AVAILABLE)
        absent = positions[null[positions]]
        marks[absent] = number if number >= NONE else NOT_AVAILABLE
        beside = positions[~null[positions]]
        kept = (
            beside
            if number == PROVISIONAL
            else beside[cube.figures[beside] == 0][: len(beside) * (number == NONE)]
        )
        marks[kept] = number
        if len(kept) < len(beside):
            remarks.add(f'The mark "{symbol}" stands beside figures and was dropped.')
        if len(absent) and symbol.strip(".") and symbol not in _KNOWN:
            remarks.add(f'The mark "{symbol}" stands for missing figures: taken as not available.')
    return marks, remarks


def apply_nil(values: Values, marks: Marks, nil: Literal["zero", "missing"]) -> tuple[Values, Marks]:
    """Make the producer's ``-`` a zero marked so, or a figure that is not available."""
    nothing = (marks == NONE) & np.isnan(values)
    if nil == "zero":
        return np.where(nothing, 0.0, values), marks
    return values, np.where(nothing, NOT_AVAILABLE, marks).astype("int8")
