"""Recompute breakdowns, flows, criteria and the likeness of peers from a proof's cells.

Does not know which of them the report shows (measures.py).
"""

from __future__ import annotations

import math
from functools import cached_property
from statistics import pstdev

from uso_lib.verification import arithmetic
from uso_lib.verification.arithmetic import Optional
from uso_lib.verification.grids import Grids
from uso_lib.verification.proof import Part, at, damaged

#: Formula of a breakdown → what the quotient is multiplied by.
_FACTORS = {"share": 100.0, "per_1000": 1000.0, "index": 100.0}
_SIDES = ("inflow", "outflow")


class Breakdown:
    """Give the figures of one breakdown by category.

    Parameters
    ----------
    part
        The proof's cells of it.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.categories = part.texts("categories")
        self.periods = part.texts("periods")
        self.newest = part.text("newest")
        self._formula = part.text("formula")
        self._levels = part.rows("own")

    @property
    def is_level(self) -> bool:
        """Tell whether its figures are cells, taken as published."""
        return self._formula == "level"

    def value(self, category: str, period: str) -> Optional:
        """Return the municipality's figure of a category."""
        line, number = self._place(self.periods, period), self._place(self.categories, category)
        return self._shown(
            self._cell(self._levels, line, number),
            lambda divisor: self._cell(divisor.rows("own"), line, number, shared=True),
        )

    def mean(self, category: str, columns: list[int]) -> tuple[Optional, int]:
        """Return the mean of a category over municipalities, and how many have data."""
        number = self._place(self.categories, category)
        levels = self.part.rows("areas")
        values = [
            self._shown(
                self._cell(levels, number, column),
                lambda divisor, column=column: self._cell_of_area(divisor, number, column),
            )
            for column in columns
        ]
        return arithmetic.mean(values), sum(one is not None for one in values)

    def country_mean(self, category: str) -> Optional:
        """Return the mean of a category over all municipalities: their sum by their number."""
        number = self._place(self.categories, category)
        count = at(self.part.numbers("n"), number, self.part.name)
        return arithmetic.quotient(at(self.part.numbers("sum"), number, self.part.name), count)

    def country(self, category: str) -> Optional:
        """Return the whole country's own figure of a category."""
        number = self._place(self.categories, category)
        level = at(self.part.numbers("country"), number, self.part.name)
        return self._shown(level, lambda divisor: self._of_country(divisor, number))

    def quotient(self, category: str) -> Optional:
        """Return the location quotient: the category's share by its share in the country."""
        number = self._place(self.categories, category)
        line, wholes = self._place(self.periods, self.newest), self.part.part("wholes")
        own = arithmetic.quotient(
            self._cell(self._levels, line, number), self._cell(wholes.rows("own"), line, number, shared=True)
        )
        level = at(self.part.numbers("country"), number, self.part.name)
        return arithmetic.quotient(own, arithmetic.quotient(level, self._of_country(wholes, number)))

    def change(self, category: str) -> tuple[Optional, Optional]:
        """Return the first and the newest figure of a category."""
        return self.value(category, min(self.periods)), self.value(category, self.newest)

    def share(self, category: str) -> Optional:
        """Return the share (%) of a category in the newest period of the sum of all but the total."""
        parts = [one for one in self.categories if one != self.part.text("total")]
        whole = arithmetic.total([self.value(one, self.newest) for one in parts])
        return arithmetic.quotient(self.value(category, self.newest), whole, 100.0)

    def _shown(self, level: Optional, divisor: object) -> Optional:
        """Divide a level when its formula does; `divisor` finds what it is divided by."""
        if self.is_level:
            return level
        if self._formula not in _FACTORS or not callable(divisor):
            raise damaged(self.part.name, "formula")
        by = divisor(self.part.part("divisor" if "divisor" in self.part else "wholes"))
        return None if by is None or by <= 0 else arithmetic.quotient(level, by, _FACTORS[self._formula])

    def _of_country(self, divisor: Part, number: int) -> Optional:
        numbers = divisor.numbers("country")
        return at(numbers, number if len(numbers) > 1 else 0, divisor.name)

    def _cell_of_area(self, divisor: Part, number: int, column: int) -> Optional:
        rows = divisor.rows("areas")
        return self._cell(rows, number if len(rows) > 1 else 0, column)

    def _cell(self, rows: list[list[Optional]], line: int, number: int, *, shared: bool = False) -> Optional:
        """Return a cell; a divisor may have one for all categories."""
        row = at(rows, line, self.part.name)
        return at(row, 0 if shared and len(row) == 1 else number, self.part.name)

    def _place(self, names: list[str], name: str) -> int:
        if name not in names:
            raise damaged(self.part.name, name)
        return names.index(name)


class Flow:
    """Give the flows between the municipality and its partners."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._classes = part.texts("classes")
        self._closeness = part.counts("closeness")
        self._numbers = {side: part.numbers(side) for side in _SIDES}

    def partner(self, side: str, area: str) -> Optional:
        """Return a flow to or from one municipality, or what it gains."""
        places = {code: place for place, code in enumerate(self.part.texts("partners"))}
        return self._side(side, [places[area]]) if area in places else None

    def near(self, side: str, name: str, period: str) -> Optional:
        """Return the sum of a class of closeness in a year; what it gains in any year."""
        if name not in self._classes:
            return None
        number = self._classes.index(name)
        if period == self.part.text("period"):
            return self._side(side, [at for at, one in enumerate(self._closeness) if one == number])
        years = self.part.texts("years")
        if side != "net" or period not in years:
            return None
        place = years.index(period) * len(self._classes) + number
        inflow, outflow = (at(self.part.numbers(f"yearly_{one}"), place, self.part.name) for one in _SIDES)
        return arithmetic.difference(inflow, outflow)

    def all(self, side: str) -> Optional:
        """Return the sum of all partners."""
        return self._side(side, range(len(self._closeness)))

    def _side(self, side: str, places: range | list[int]) -> Optional:
        sums = [
            arithmetic.total([at(self._numbers[one], place, self.part.name) for place in places]) or 0.0
            for one in _SIDES
        ]
        return sums[0] - sums[1] if side == "net" else sums[_SIDES.index(side)]


class Criterion:
    """Give value, limit and distance of one criterion of the assessment procedure."""

    def __init__(self, part: Part, grids: Grids) -> None:
        self.part, self._grids = part, grids

    def value(self, period: str) -> Optional:
        """Return the municipality's figure of a year."""
        if "indicator" not in self.part or self.part.text("indicator") not in self._grids:
            return None
        grid = self._grids.grid(self.part.text("indicator"))
        return grid.value(grid.by_period.get(period), 0)

    @property
    def limit(self) -> Optional:
        """Return the limit of the newest year: as declared, or from the mean of all municipalities."""
        declared = self.part.number("limit")
        rule = self.part.text("rule")
        if declared is None:
            return None
        if not rule.startswith("mean_"):
            return -declared if rule == "at_least_deficit" else declared
        mean = arithmetic.quotient(self.part.number("weighted_sum"), self.part.number("weights"))
        if mean is None:
            return None
        return mean + declared if rule == "mean_plus_points" else mean * (1 + declared / 100)


class Likeness:
    """Give how much municipalities resemble the report's own: standardised distances and ranks."""

    def __init__(self, part: Part, own: str) -> None:
        self.part, self._own = part, own
        self._areas = part.texts("areas")
        self._values = part.rows("values")
        self._variables = part.texts("variables")
        if any(len(row) != len(self._areas) for row in self._values):
            raise damaged(part.name, "values")

    def value(self, variable: str, area: str) -> Optional:
        """Return a property of a municipality."""
        if variable not in self._variables or area not in self._areas:
            return None
        return at(self._values, self._variables.index(variable), self.part.name)[self._areas.index(area)]

    @cached_property
    def distances(self) -> dict[str, float]:
        """Return the distance of every compared municipality, nearest first."""
        squares = [0.0] * len(self._areas)
        own = self._areas.index(self._own) if self._own in self._areas else None
        weights, logarithms = self.part.numbers("weights"), self.part.counts("logarithms")
        if own is None:
            raise damaged(self.part.name, "areas")
        for number, row in enumerate(self._values):
            if any(one is None or (at(logarithms, number, "") and one <= 0) for one in row):
                raise damaged(self.part.name, "values")
            figures = [float(one or 0) for one in row]
            scaled = [math.log10(one) for one in figures] if logarithms[number] else figures
            spread = pstdev(scaled)
            weight = at(weights, number, self.part.name) or 0.0
            for place, one in enumerate(scaled):
                squares[place] += weight * ((one - scaled[own]) / spread) ** 2 if spread else 0.0
        order = sorted(range(len(squares)), key=lambda place: squares[place])
        return {self._areas[place]: math.sqrt(squares[place]) for place in order if place != own}

    def rank(self, area: str) -> int | None:
        """Return the place of a municipality, 1 = nearest."""
        order = list(self.distances)
        return order.index(area) + 1 if area in order else None
