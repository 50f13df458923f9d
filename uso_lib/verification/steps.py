"""Write lists of numbers as steps from one to the next, in as few bytes as each step needs.

A step is a whole number of units of the last decimal. Steps below zero and missing numbers have codes of
their own; seven bits to a byte, the eighth says that another follows. Does not compress (packing.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from uso_lib.errors import ProofError

Optional = float | int | None
#: A byte with more to come; the greatest number of such bytes in one step, and the greatest scaled number.
_MORE, _LONGEST, _LARGEST = 0x80, 13, 10**25
_SEVEN = _MORE - 1
_MISSING = 0
_ROUNDED = 1e15


def add_steps(target: bytearray, numbers: Sequence[Optional], decimals: int) -> None:
    """Add the steps of a list of numbers to bytes."""
    unit, before, add = 10**decimals, 0, target.append
    for one in numbers:
        if one is None:
            add(_MISSING)
            continue
        scaled = one * unit if type(one) is int else _scaled(one, decimals, unit)
        step, before = scaled - before, scaled
        code = 2 * step + 1 if step >= 0 else -2 * step
        while code >= _MORE:
            add(code & _SEVEN | _MORE)
            code >>= 7
        add(code)


def _scaled(number: float, decimals: int, unit: int) -> int:
    """Return a number that has no more decimals as a whole number of units."""
    near = number * unit
    # A product so small is less than a half away from the exact one.
    return round(near) if -_ROUNDED < near < _ROUNDED else int(Decimal(repr(number)).scaleb(decimals))


def integers(data: bytes) -> Iterator[int]:
    """Give the codes that bytes hold.

    Raises
    ------
    ProofError
        A code is longer than any figure needs.
    """
    code = shift = 0
    for byte in data:
        code |= (byte % _MORE) << shift
        if byte < _MORE:
            yield code
            code = shift = 0
        else:
            shift += 7
            if shift > 7 * _LONGEST:
                message = "The proof in the file is damaged: a number is larger than any figure."
                raise ProofError(message)


def numbers(codes: Iterator[int], decimals: int, count: int) -> list[Optional]:
    """Return the next numbers of a list.

    Raises
    ------
    ProofError
        There are not so many, or one is larger than any figure.
    """
    unit, scaled = 10**decimals, 0
    found: list[Optional] = []
    for code in islice(codes, max(0, count)):
        if code == _MISSING:
            found.append(None)
            continue
        step = code - 1
        scaled += step // 2 if step % 2 == 0 else -(step + 1) // 2
        if abs(scaled) > _LARGEST:
            message = "The proof in the file is damaged: a number is larger than any figure."
            raise ProofError(message)
        found.append(scaled // unit if scaled % unit == 0 else scaled / unit)
    if len(found) != count:
        message = "The proof in the file is damaged: a list of numbers is not whole."
        raise ProofError(message)
    return found
