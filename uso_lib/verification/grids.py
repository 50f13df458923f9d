"""Recompute indicators of a proof from its leaf cells: shares, rates, differences, changes, indices, means.

Does not know lines of the report (measures.py) and reads nothing but the proof.
"""

from __future__ import annotations

from functools import cached_property

from uso_lib.verification import arithmetic
from uso_lib.verification.arithmetic import Optional
from uso_lib.verification.proof import Part, Proof, at, damaged

_MONTHS = 12
#: Indicators made of indicators made of indicators: more levels than any declaration has.
_DEEPEST = 8


class Grid:
    """Give the figures of one indicator: one line per definition and period, one column per municipality.

    Parameters
    ----------
    part, indicator
        The proof's cells and declaration of it.
    operands
        The grids it is made of, the first operand first; none for leaves.
    columns
        How many municipalities there are cells of.
    """

    def __init__(self, part: Part, indicator: Part, operands: tuple[Grid, ...], columns: int) -> None:
        self.part, self.indicator, self._operands = part, indicator, operands
        self.series, self.periods = part.texts("series"), part.texts("periods")
        self.leaves = set(part.counts("leaves"))
        self._lines = (
            {key: line for line, key in reversed([*enumerate(zip(self.series, self.periods, strict=True))])}
            if len(self.series) == len(self.periods)
            else {}
        )
        self._values = self._filled(columns)

    @cached_property
    def by_period(self) -> dict[str, int]:
        """Return period → its first line."""
        return {period: line for line, period in reversed([*enumerate(self.periods)])}

    @cached_property
    def newest(self) -> tuple[str, str]:
        """Return period and definition of the compared figures."""
        found = self.part.texts("newest")
        return at(found, 0, f"{self.part.name}.newest"), at(found, 1, f"{self.part.name}.newest")

    def line(self, period: str, series: str = "") -> int | None:
        """Return the line of a period of a definition."""
        return self._lines.get((series, period))

    def row(self, line: int) -> list[Optional]:
        """Return all figures of a line."""
        return at(self._values, line, self.part.name)

    def value(self, line: int | None, column: int) -> Optional:
        """Return one figure."""
        return None if line is None else at(self.row(line), column, self.part.name)

    def values(self, line: int | None, columns: list[int]) -> list[Optional]:
        """Return the figures of some municipalities."""
        if line is None:
            return [None] * len(columns)
        row = self.row(line)
        if columns and not 0 <= min(columns) <= max(columns) < len(row):
            raise damaged(self.part.name)
        return [row[column] for column in columns]

    def is_leaf(self, line: int | None) -> bool:
        """Tell whether a line's figures are cells, taken as published."""
        return line in self.leaves

    @cached_property
    def country(self) -> dict[int, dict[str, Optional | str]]:
        """Return line → sum and count over all municipalities, and the country's own figure."""
        part = self.part.part("country")
        numbers: dict[str, list[Optional]] = {key: part.numbers(key) for key in ("sum", "n", "own", "own_n")}
        lines, methods = part.counts("lines"), part.texts("method")
        if "first" in part:
            numbers["made"] = self._made(part)
        if {len(methods), *(len(one) for one in numbers.values())} - {len(lines)}:
            raise damaged(part.name)
        return {
            line: {**{key: column[place] for key, column in numbers.items()}, "method": methods[place]}
            for place, line in enumerate(lines)
        }

    def _made(self, part: Part) -> list[Optional]:
        """Return the country's own figures that are made of two operands of the whole country."""
        in_per_cent = bool(self.indicator.content.get("in_per_cent"))
        calculate = arithmetic.two_operands(self.indicator.text("formula"), in_per_cent=in_per_cent)
        first, second = part.numbers("first"), part.numbers("second")
        if calculate is None or len(first) != len(second):
            raise damaged(part.name, "first")
        return [calculate(one, other) for one, other in zip(first, second, strict=True)]

    def tables(self, line: int) -> list[str]:
        """Return the tables a line's figures come from."""
        names, places = self.part.texts("from"), self.part.counts("tables")
        return at(names, at(places, line, self.part.name), self.part.name).split("+")

    def _filled(self, columns: int) -> list[list[Optional]]:
        """Put the leaves into their places and combine the rest."""
        name, count = self.part.name, len(self.periods)
        cells, leaves = self.part.rows("values"), self.part.counts("leaves")
        if len(cells) != columns or any(len(one) != len(leaves) for one in cells):
            raise damaged(name, "values")
        if any(line >= count for line in leaves) or len(self.leaves) != len(leaves):
            raise damaged(name, "leaves")
        filled: list[list[Optional]] = [[None] * columns for _ in range(count)]
        for line, row in zip(leaves, zip(*cells, strict=True), strict=False):
            filled[line] = list(row)
        rest = [line for line in range(count) if line not in self.leaves]
        parts = [self._places(key) for key in ("first", "second")]
        if any(len(one) != len(rest) for one in parts):
            raise damaged(name, "first")
        for line, first, second in zip(rest, parts[0], parts[1], strict=True):
            filled[line] = self._combined(first, second)
        return filled

    def _places(self, key: str) -> list[list[int]]:
        return [[int(one or 0) for one in row] for row in self.part.rows(key)]

    def _combined(self, first: list[int], second: list[int]) -> list[Optional]:
        """Combine lines of the operands by the declared formula."""
        formula = self.indicator.text("formula")
        if not self._operands:
            raise damaged(self.part.name, "first")
        ones = [self._operands[0].row(place) for place in first]
        if formula == "mean_12m" and len(ones) == _MONTHS:
            return [arithmetic.whole_mean(months) for months in zip(*ones, strict=True)]
        in_per_cent = bool(self.indicator.content.get("in_per_cent"))
        calculate = arithmetic.two_operands(formula, in_per_cent=in_per_cent)
        if calculate is None or len(first) != 1 or len(second) != 1:
            raise damaged(self.part.name, "first")
        pairs = zip(ones[0], self._operands[1].row(second[0]), strict=True)
        return [calculate(one, other) for one, other in pairs]


class Grids:
    """Give the grids of a proof, each recomputed once."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        self._made: dict[str, Grid] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._proof.part("grids")

    def grid(self, name: str, depth: int = 0) -> Grid:
        """Return the grid of an indicator."""
        if name not in self._made:
            if depth > _DEEPEST:
                raise damaged(self._proof.name, "indicators", name)
            part, declared = self._proof.part("grids").part(name), self.indicator(name)
            combined = bool(part.rows("first"))
            names = self._operands(declared) if combined else ()
            operands = tuple(self.grid(one, depth + 1) for one in names)
            self._made[name] = Grid(part, declared, operands, len(self._proof.areas))
        return self._made[name]

    def indicator(self, name: str) -> Part:
        """Return how an indicator is declared."""
        return self._proof.part("indicators").part(name)

    def _operands(self, declared: Part) -> tuple[str, str]:
        of = declared.text("of")
        second = next((declared.text(key) for key in ("minus", "per") if key in declared), of)
        return of, second
