"""Recompute the numbers of a map: every municipality's value, the limits of the classes, the ends.

Does not know how a map is drawn.
"""

from __future__ import annotations

import re
from functools import cached_property

from uso_lib.verification import arithmetic
from uso_lib.verification.arithmetic import Optional
from uso_lib.verification.finnish import rounded
from uso_lib.verification.lines import UNKNOWN, Line, Result
from uso_lib.verification.proof import Part, Proof, damaged

_CLASSES = 5
#: The part of a class's line: "luokka 3 alkaa".
_CLASS = re.compile(r"luokka (?P<number>[1-5]) (?P<end>alkaa|päättyy)$")


class Map:
    """Give the values of all municipalities, and the printed limits of their classes.

    Parameters
    ----------
    part
        The proof's cells of it.
    indicator
        The declaration of what is drawn.
    """

    def __init__(self, proof: Proof, part: Part, indicator: Part) -> None:
        codes = proof.texts("municipalities")
        region = [list(proof.areas)[column] for column in proof.groups.get("region", [])]
        self._decimals = indicator.count("decimals")
        self.leaf = "values" in part
        values = part.numbers("values") if self.leaf else _combined(part, indicator)
        if len(values) != len(codes):
            raise damaged(part.name, "values")
        self._values = dict(zip(codes, values, strict=True))
        self._region = [self._values.get(code) for code in region]

    def result(self, line: Line) -> Result:
        """Recompute one line."""
        if line.measure == "value":
            known_area = line.area in self._values
            return Result(self._values[line.area], leaf=self.leaf) if known_area else UNKNOWN
        inside = list(self._values.values()) if line.area == "SSS" else self._region
        known = [one for one in inside if one is not None]
        match line.measure:
            case "least" if known:
                return Result(min(known), len(known), len(inside))
            case "greatest" if known:
                return Result(max(known), len(known), len(inside))
            case "without_data":
                return Result(len(inside) - len(known))
            case "class_limit":
                return self._limit(line)
        return UNKNOWN

    def _limit(self, line: Line) -> Result:
        found, classes = _CLASS.search(line.part), self.classes
        if found is None or int(found["number"]) > len(classes):
            return UNKNOWN
        low, high, count = classes[int(found["number"]) - 1]
        known = sum(one is not None for one in self._values.values())
        return Result(low if found["end"] == "alkaa" else high, count, known)

    @cached_property
    def classes(self) -> list[tuple[float, float, int]]:
        """Return the classes: least and greatest printed value and how many municipalities.

        The k-th class ends at the value of the municipality that stands at k fifths of all; equal values are
        never parted.
        """
        known = sorted(rounded(one, self._decimals) for one in self._values.values() if one is not None)
        ends = [known[-(-number * len(known) // _CLASSES) - 1] for number in range(1, _CLASSES + 1) if known]
        found, above = [], 0
        for end in dict.fromkeys(ends):
            below = sum(one <= end for one in known)
            found.append((float(known[above]), float(end), below - above))
            above = below
        return found


def _combined(part: Part, indicator: Part) -> list[Optional]:
    """Combine two rows of cells by the declared formula."""
    in_per_cent = bool(indicator.content.get("in_per_cent"))
    calculate = arithmetic.two_operands(indicator.text("formula"), in_per_cent=in_per_cent)
    first, second = part.numbers("first"), part.numbers("second")
    if calculate is None or len(first) != len(second):
        raise damaged(part.name, "first")
    return [calculate(one, other) for one, other in zip(first, second, strict=True)]
