"""Carry the symbols of figures through operations, as small numbers.

The marks of a value are the bits 1 (``*``, provisional) and 2 (``~``, recomputed); every other number is a
symbol that stands alone. Does not compute figures (formulas.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Symbols = NDArray[np.int8]
#: Symbols by their numbers: marks of values first, then what stands alone.
SYMBOLS = ("", "*", "~", "*~", "-", ".", "..", "...", "/")
CODES = {symbol: code for code, symbol in enumerate(SYMBOLS)}
NOT_APPLICABLE = CODES["."]
_PROVISIONAL = CODES["*"]
_FIRST_ALONE = CODES["-"]
_TEXTS = np.array(SYMBOLS, dtype=object)


def written(symbols: Symbols) -> NDArray[np.object_]:
    """Return symbols as they are printed, in the same shape."""
    texts: NDArray[np.object_] = _TEXTS[symbols]
    return texts


def marks_of(symbols: Symbols) -> Symbols:
    """Return the marks of values; 0 for a symbol that stands alone."""
    return np.where(symbols < _FIRST_ALONE, symbols, np.int8(0))


def provisional(symbols: Symbols) -> NDArray[np.bool_]:
    """Tell which values are provisional."""
    return (marks_of(symbols) & _PROVISIONAL) > 0


def carried(
    value: NDArray[np.float64], value_2: NDArray[np.float64], symbol: Symbols, symbol_2: Symbols
) -> Symbols:
    """Return the symbols of computed values: a missing input's own (the first one's first), else both marks.

    Parameters
    ----------
    value, value_2
        The two inputs; NaN where missing.
    symbol, symbol_2
        Their symbols.
    """
    if not (symbol.any() or symbol_2.any()):
        return symbol
    missing = np.isnan(value)
    gaps = np.where(missing, symbol, symbol_2)
    return np.where(missing | np.isnan(value_2), gaps, marks_of(symbol) | marks_of(symbol_2))
