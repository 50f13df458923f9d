"""Recompute what is told of one indicator and its groups: values, means, places, changes, intervals, slopes.

Does not know other kinds of numbers (measures.py).
"""

from __future__ import annotations

from typing import Any

from uso_lib.verification import arithmetic
from uso_lib.verification.arithmetic import Optional
from uso_lib.verification.grids import Grid
from uso_lib.verification.lines import UNKNOWN, Line, Result
from uso_lib.verification.proof import Proof

_MONTHS = 12


class Comparison:
    """Recompute what is told of one indicator against its groups."""

    def __init__(self, proof: Proof, grid: Grid) -> None:
        self._proof, self._grid = proof, grid

    def result(self, line: Line) -> Result:
        """Recompute one line."""
        match line.measure:
            case "value":
                return self._value(line)
            case "mean":
                return self._mean(line, self._at(line.period, line.part))
            case "own":
                return self._own(self._at(line.period, line.part))
            case "least" | "greatest":
                return self._extreme(line)
            case "age":
                return Result(max(0, self._proof.count("reference_year") - int(line.period[:4])))
            case "position":
                return self._position(line)
            case "difference":
                figure = self._figure(line.group, self._at(line.period, line.part))
                return Result(arithmetic.difference(self._own_value(line.period, line.part), figure))
            case "change" | "change_pct" | "year_change" | "year_change_pct":
                return self._change(line)
            case "interval_low" | "interval_high":
                return self._limit(line)
            case "trend":
                return self._slope()
        return UNKNOWN

    def _at(self, period: str, series: str) -> int | None:
        """Return the line of a period of a definition."""
        return self._grid.line(period, series)

    def _own_value(self, period: str, series: str) -> Optional:
        return self._grid.value(self._at(period, series), 0)

    def _value(self, line: Line) -> Result:
        at = self._at(line.period, line.part)
        column = 0 if line.group == "municipality" else self._proof.areas.get(line.area)
        if at is None or column is None:
            return UNKNOWN
        return Result(self._grid.value(at, column), leaf=self._grid.is_leaf(at))

    def _mean(self, line: Line, at: int | None) -> Result:
        if at is None:
            return UNKNOWN
        if line.group == "country":
            count = int(self._country(at)["n"] or 0)
            return Result(self._figure("country", at), count, len(self._proof.texts("municipalities")))
        columns = self._proof.groups.get(line.group)
        if columns is None:
            return UNKNOWN
        values = self._grid.values(at, columns)
        return Result(arithmetic.mean(values), sum(one is not None for one in values), len(columns))

    def _own(self, at: int | None) -> Result:
        if at is None or at not in self._grid.country:
            return UNKNOWN
        found = self._country(at)
        counted = found["method"] != "published"
        n = int(found["own_n"] or 0) if counted else None
        of = len(self._proof.texts("municipalities")) if counted else None
        return Result(self._figure("country_own", at), n, of, leaf=found.get("made") is None)

    def _country(self, at: int | None) -> dict[str, Any]:
        return dict(self._grid.country.get(at if at is not None else -1, {}))

    def _figure(self, group: str, at: int | None) -> Optional:
        """Return a group's figure."""
        if at is None:
            return None
        if group in ("country", "country_own"):
            found = self._country(at)
            if group == "country_own":
                return found.get("own") if found.get("made") is None else found["made"]
            return arithmetic.quotient(found.get("sum"), found.get("n"))
        return arithmetic.mean(self._grid.values(at, self._proof.groups.get(group, [])))

    def _extreme(self, line: Line) -> Result:
        at = self._at(line.period, line.part)
        columns = [column for column in self._proof.groups.get(line.group, []) if column]
        known = [one for one in self._grid.values(at, columns) if one is not None]
        if at is None or not known:
            return UNKNOWN
        return Result(min(known) if line.measure == "least" else max(known))

    def _position(self, line: Line) -> Result:
        at, declared = self._at(line.period, line.part), self._grid.indicator
        if line.group == "country":
            values = self._grid.part.numbers("printed") if "printed" in self._grid.part else []
        else:
            values = self._grid.values(at, self._proof.groups.get(line.group, []))
        place, of, tied = arithmetic.place(
            self._grid.value(at, 0),
            values,
            upwards=declared.text("direction") == "up",
            decimals=declared.count("decimals"),
        )
        return Result(place, of=of) if place and tied else UNKNOWN

    def _change(self, line: Line) -> Result:
        first, _, last = line.period.partition("-")
        start, end = (self._ends(one) for one in (first, last))
        relative = line.measure.endswith("_pct")
        if relative and not self._grid.indicator.content.get("relative"):
            return UNKNOWN
        if line.group == "country":
            return self._country_change(relative=relative)
        calculate = arithmetic.growth if relative else arithmetic.difference
        if line.group == "country_own":
            return Result(calculate(self._figure("country_own", end), self._figure("country_own", start)))
        columns = [0] if line.group == "municipality" else self._proof.groups.get(line.group, [])
        pairs = zip(self._grid.values(end, columns), self._grid.values(start, columns), strict=True)
        return Result(arithmetic.mean([calculate(one, other) for one, other in pairs]))

    def _ends(self, period: str) -> int | None:
        """Return the line of a period in the compared definition."""
        return self._grid.line(period, self._grid.newest[1])

    def _country_change(self, *, relative: bool) -> Result:
        if "changes" not in self._grid.part:
            return UNKNOWN
        sums = self._grid.part.numbers("changes")
        if len(sums) != 4:
            return UNKNOWN
        total, count = sums[2:] if relative else sums[:2]
        return Result(arithmetic.quotient(total, count))

    def _limit(self, line: Line) -> Result:
        """Recompute a limit of an interval from its counts."""
        if "counts" not in self._grid.part:
            return UNKNOWN
        part, column = self._grid.part.part("counts"), self._proof.areas.get(line.area)
        if column is None:
            return UNKNOWN
        counts, wholes = part.numbers("count"), part.numbers("of")
        if not max(len(counts), len(wholes)) > column or len(counts) != len(wholes):
            return UNKNOWN
        count, of = counts[column], wholes[column]
        if count is None or of is None:
            return UNKNOWN
        level = part.number("level_pct") or 95.0
        if part.text("kind") == "difference":
            taken = part.numbers("minus") if "minus" in part else []
            minus = taken[column] if len(taken) > column else None
            limits = None if minus is None else arithmetic.balance(count, minus, of, level)
        else:
            method = arithmetic.wilson if part.text("kind") == "binomial" else arithmetic.byar
            limits = method(count, of, level)
        scale = part.number("scale") or 1.0
        value = self._grid.value(self._at(line.period, line.part), column)
        if limits is None or value is None:
            return UNKNOWN
        # Of very great counts a published, rounded rate could lie outside by less than its last decimal.
        low, high = min(limits[0] * scale, value), max(limits[1] * scale, value)
        return Result(high if line.measure == "interval_high" else low)

    def _slope(self) -> Result:
        """Recompute the slope of the tested points, in a year."""
        if "trend" not in self._grid.part:
            return UNKNOWN
        part = self._grid.part.part("trend")
        lines = [self._ends(period) for period in part.texts("periods")]
        values = [self._grid.value(at, 0) for at in lines]
        years = [_years(period) for period in part.texts("periods")]
        weights = part.numbers("weights")
        slope = arithmetic.slope(years, values, weights or [1.0] * len(years))
        return UNKNOWN if slope is None else Result(slope)


def _years(period: str) -> float:
    """Return a period as years and parts of them."""
    year, _, month = period.partition("M")
    return int(year) + (int(month) - 1 if month.isdigit() else 0) / _MONTHS
