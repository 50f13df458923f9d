"""Recompute the number of any line of a report by its measure: a closed vocabulary, nothing else is known.

Does not know where on the page a number stands (readings.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from uso_lib.errors import ProofError
from uso_lib.verification import arithmetic, details
from uso_lib.verification.comparisons import Comparison
from uso_lib.verification.grids import Grids
from uso_lib.verification.lines import UNKNOWN, Line, Result
from uso_lib.verification.maps import Map
from uso_lib.verification.proof import Proof

_MONTHS = 12


class Recomputation:
    """Recompute lines of a proof, each part of it once.

    Parameters
    ----------
    proof
        Checked for its kind as far as it is used.
    """

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.grids = Grids(proof)
        self._parts: dict[tuple[str, str], Any] = {}

    @cached_property
    def lines(self) -> list[Line]:
        """Return the lines of the report."""
        columns = self.proof.lines.columns
        found = []
        for cells in zip(*columns.values(), strict=True):
            subject, *rest = cells
            kind, _, name = str(subject).partition(":")
            found.append(Line(kind, name, *rest))
        return found

    @cached_property
    def results(self) -> list[Result]:
        """Return the recomputed number of every line."""
        return [self.result(one) for one in self.lines]

    def result(self, line: Line) -> Result:
        """Recompute one line; a line that the proof's cells do not reach is not known."""
        maker = self._makers.get(line.kind)
        try:
            return maker(line) if maker else UNKNOWN
        except ZeroDivisionError:
            return UNKNOWN
        except OverflowError as error:
            message = "The proof in the file is damaged: its figures are beyond all measure."
            raise ProofError(message) from error

    @cached_property
    def _makers(self) -> dict[str, Callable[[Line], Result]]:
        return {
            "indicator": self._indicator,
            "breakdown": self._breakdown,
            "flow": self._flow,
            "criterion": self._criterion,
            "total": self._total,
            "likeness": self._likeness,
            "property": self._property,
            "map": self._map,
            "given": self._given,
        }

    def _indicator(self, line: Line) -> Result:
        if line.subject not in self.grids:
            return UNKNOWN
        if ("grids", line.subject) not in self._parts:
            compared = Comparison(self.proof, self.grids.grid(line.subject))
            self._parts["grids", line.subject] = compared
        comparison: Comparison = self._parts["grids", line.subject]
        return comparison.result(line)

    def _breakdown(self, line: Line) -> Result:
        if line.subject not in self.proof.part("breakdowns"):
            return UNKNOWN
        one = self._part("breakdowns", line.subject, details.Breakdown)
        match line.measure:
            case "category":
                return Result(one.value(line.part, line.period), leaf=one.is_level)
            case "category_mean" if line.group == "country":
                return Result(one.country_mean(line.part))
            case "category_mean" if line.group in self.proof.groups:
                return Result(one.mean(line.part, self.proof.groups[line.group])[0])
            case "category_own":
                return Result(one.country(line.part), leaf=one.is_level)
            case "location_quotient":
                return Result(one.quotient(line.part))
            case "category_change":
                start, end = one.change(line.part)
                return Result(arithmetic.difference(end, start))
            case "category_change_pct":
                start, end = one.change(line.part)
                return Result(arithmetic.growth(end, start))
            case "category_share":
                return Result(one.share(line.part))
        return UNKNOWN

    def _flow(self, line: Line) -> Result:
        if line.subject not in self.proof.part("flows") or line.measure not in ("inflow", "outflow", "net"):
            return UNKNOWN
        one = self._part("flows", line.subject, details.Flow)
        if line.group == "partner":
            return Result(one.partner(line.measure, line.area), leaf=line.measure != "net")
        if line.group == "partners":
            return Result(one.near(line.measure, line.part, line.period))
        return Result(one.all(line.measure))

    def _criterion(self, line: Line) -> Result:
        if line.subject not in self.proof.part("criteria"):
            return UNKNOWN
        one = details.Criterion(self.proof.part("criteria").part(line.subject), self.grids)
        if line.measure == "value":
            return Result(one.value(line.period), leaf=True)
        limit = one.limit if line.period else None
        if line.measure == "limit":
            return Result(limit)
        return Result(arithmetic.difference(one.value(line.period), limit))

    def _total(self, line: Line) -> Result:
        totals = self.proof.part("totals")
        if line.subject not in totals:
            return UNKNOWN
        grids = [self.grids.grid(name) for name in totals.texts(line.subject)]
        return Result(arithmetic.total([one.value(one.line(line.period), 0) for one in grids]))

    def _likeness(self, line: Line) -> Result:
        one = self._alike
        if line.measure == "likeness":
            return Result(one.distances.get(line.area))
        return Result(one.rank(line.area), of=len(one.distances))

    def _given(self, line: Line) -> Result:
        """Return a number that the report could only carry as it was told."""
        return Result(self.proof.part("given").number(line.subject), known=False)

    def _property(self, line: Line) -> Result:
        return Result(self._alike.value(line.subject, line.area), leaf=True)

    def _map(self, line: Line) -> Result:
        maps = self.proof.part("maps")
        if line.subject not in maps:
            return UNKNOWN
        if ("maps", line.subject) not in self._parts:
            part, indicator = self.proof.part("maps").part(line.subject), self.grids.indicator(line.subject)
            self._parts["maps", line.subject] = Map(self.proof, part, indicator)
        drawn: Map = self._parts["maps", line.subject]
        return drawn.result(line)

    @cached_property
    def _alike(self) -> details.Likeness:
        return details.Likeness(self.proof.part("likeness"), self.proof.text("code"))

    def _part(self, kind: str, name: str, make: Any) -> Any:
        if (kind, name) not in self._parts:
            self._parts[kind, name] = make(self.proof.part(kind).part(name))
        return self._parts[kind, name]
