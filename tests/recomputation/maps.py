"""Recompute what a map shows: every municipality's value, the limits of the classes, the ends and the counts.

The rule is written anew from the report's method: values are ordered as they are printed, a class ends at the
value of the municipality at one, two, … five fifths of them, and equal values stay together.
"""

from __future__ import annotations

from collections.abc import Iterator

from recomputation.expected import Key, Member, Want, Wanted, area_of, printed
from recomputation.figures import Indicator
from recomputation.raw import COUNTRY, Raw

FIFTHS = 5


def map_lines(raw: Raw, member: Member, name: str, indicator: Indicator, decimals: int) -> Wanted:
    """Return every line of one map; none when the municipality has no figure at all."""
    column = indicator.make(raw)
    filled = [period for period in column.periods if column.value(period, member.code) is not None]
    if not filled:
        return {}
    period = filled[-1]
    cells = {code: column.cells[period].get(code, (None, "")) for code in raw.municipalities}
    found: Wanted = {
        Key(name, "", "value", "everywhere", code, period): Want(value, mark=mark)
        for code, (value, mark) in cells.items()
    }
    known = {code: value for code, (value, _) in cells.items() if value is not None}
    for number, (low, high, count) in enumerate(classes(list(known.values()), decimals), start=1):
        for end, limit in (("alkaa", low), ("päättyy", high)):
            key = Key(name, f"luokka {number} {end}", "class_limit", "everywhere", COUNTRY, period)
            found[key] = Want(limit, count, len(known))
    region = area_of(raw, member, "region")
    for area, codes in ((COUNTRY, list(cells)), (region, raw.in_region(member.code))):
        values = [known[code] for code in codes if code in known]
        for measure, value in (("least", min(values)), ("greatest", max(values))):
            found[Key(name, "", measure, "everywhere", area, period)] = Want(value, len(values), len(codes))
    if len(known) < len(cells):
        without = float(len(cells) - len(known))
        found[Key(name, "", "without_data", "everywhere", COUNTRY, period)] = Want(without)
    return found


def classes(values: list[float], decimals: int) -> Iterator[tuple[float, float, int]]:
    """Give the least and the greatest printed value of each class and how many municipalities it has."""
    ordered = sorted(printed(value, decimals) for value in values)
    ends = [ordered[(fifth * len(ordered) + FIFTHS - 1) // FIFTHS - 1] for fifth in range(1, FIFTHS + 1)]
    above = 0
    for end in sorted(set(ends)):
        below = len([value for value in ordered if value <= end])
        yield float(ordered[above]), float(end), below - above
        above = below
