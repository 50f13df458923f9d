"""Say what tables hold, or will hold once they have been fetched: contents, dimensions and their codes.

Does not read tables or declarations: the store and live/ say it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from uso_lib.live_specs import LiveDimension, LiveTable

TOTAL = "SSS"
_RANGE = re.compile(r"(\d+)-(\d*)")
#: Class at the top of an age or another range without end: how far single codes are counted.
_TOP = 120


@dataclass(frozen=True)
class TableShape:
    """Say what a table holds.

    Parameters
    ----------
    contents
        Content codes.
    dimensions
        Dimension column → its codes; None where they are only known once the table has been fetched.
    periods
        First and last period; None when they are only known once the table has been fetched.
    """

    contents: Collection[str]
    dimensions: Mapping[str, Collection[str] | None]
    periods: tuple[str, str] | None


def joined(held: Mapping[str, TableShape], live: Iterable[LiveTable]) -> dict[str, TableShape]:
    """Return what every table holds or may come to hold.

    Parameters
    ----------
    held
        What the tables of the store hold, by table id.
    live
        The declared tables that are fetched or imported.
    """
    found = dict(held)
    for table in live:
        new = live_shape(table)
        found[table.id] = _both(found[table.id], new) if table.id in found else new
    return found


def live_shape(table: LiveTable) -> TableShape:
    """Return what a table will hold according to its declaration."""
    return TableShape(
        [one.code for one in table.contents], {one.name: _codes(one) for one in table.dimensions}, None
    )


def _both(one: TableShape, other: TableShape) -> TableShape:
    """Return the contents and codes of either."""
    dimensions = {
        name: _either(one.dimensions.get(name, ()), other.dimensions.get(name, ()))
        for name in dict.fromkeys([*one.dimensions, *other.dimensions])
    }
    return TableShape([*dict.fromkeys([*one.contents, *other.contents])], dimensions, None)


def _either(one: Collection[str] | None, other: Collection[str] | None) -> Collection[str] | None:
    return None if one is None or other is None else [*dict.fromkeys([*one, *other])]


def _codes(dimension: LiveDimension) -> list[str] | None:
    """Return the codes a dimension is declared to have: those written, and the numbers of ranges."""
    if dimension.values is None:
        return None
    found = dict.fromkeys(dimension.values)
    for value in dimension.values:
        match = _RANGE.fullmatch(value)
        if match:
            last = int(match[2]) if match[2] else _TOP
            found |= dict.fromkeys(str(number) for number in range(int(match[1]), last + 1))
    return list(found)
