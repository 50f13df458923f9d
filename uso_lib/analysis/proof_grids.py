"""Gather the figures from which every number on an indicator can be recomputed: leaves and how they combine.

Does not compute numbers of the report: it looks up which lines of which series a figure is made of, and keeps
a combination only when it gives the very figures; what is not such a combination is kept as a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uso_lib.analysis.context import Context
from uso_lib.analysis.counts import counts_behind
from uso_lib.analysis.everywhere import Everywhere
from uso_lib.analysis.groups import printed
from uso_lib.analysis.intervals import LEVEL_PCT
from uso_lib.analysis.periods import MONTHS_OF_YEAR, shifted
from uso_lib.analysis.proof_cells import change_sums, country_cells, plain, plains, tested_lines
from uso_lib.analysis.proof_formulas import combined, other_period, same, second_operand
from uso_lib.analysis.results import Comparison
from uso_lib.analysis.series import IndicatorSeries, indicator_series

Lines = tuple[int, ...]
#: Part of its size by which floating point may move a sum over all municipalities.
ROUNDING_OF_SUMS = 1e-11


@dataclass
class _Needed:
    """Hold what is needed of one indicator: leaf lines, combined lines with their parts, shown lines."""

    leaves: set[int] = field(default_factory=set)
    combined: dict[int, tuple[Lines, Lines]] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)

    @property
    def lines(self) -> list[int]:
        return sorted(self.leaves | set(self.combined))


class Grids:
    """Gather grids of figures for a report.

    Parameters
    ----------
    context
        Municipality, peers, network, figures.
    areas
        Columns of the register whose figures are kept, the municipality's own first.
    """

    def __init__(self, context: Context, areas: NDArray[np.int64]) -> None:
        self._context = context
        self._areas = areas
        self._needed: dict[str, _Needed] = {}
        self._extra: dict[str, dict[str, Any]] = {}

    def add_comparison(self, comparison: Comparison) -> None:
        """Ask for everything that a comparison tells."""
        if comparison.missing or comparison.period is None:
            return
        name = comparison.indicator.id
        series = indicator_series(self._context, name)
        newest = self._newest(series, comparison.period)
        label = series.grid.keys.series[newest]
        history = zip(comparison.history["series"], comparison.history["period"], strict=True)
        keys = {(str(one), str(period)) for one, period in history}
        keys |= {(label, one.start) for one in (comparison.change, comparison.year_change) if one is not None}
        tested = tested_lines(series, comparison, label, self._context.column)
        keys |= {(label, series.grid.keys.periods[line]) for line in tested}
        places = series.grid.keys.places
        lines = {newest, *(places[key] for key in keys if key in places)}
        self.require(name, lines, shown=True)
        self._extra[name] = self._whole_country(series, comparison, newest)
        self._extra[name] |= self._certainty(series, comparison, newest, tested)

    def add_periods(self, name: str, periods: Iterable[str]) -> None:
        """Ask for the first declared figures of some periods, with the country's."""
        by_period = indicator_series(self._context, name).grid.keys.lines_of
        self.require(name, {by_period[one][0] for one in periods if one in by_period}, shown=True)

    def require(self, name: str, lines: Iterable[int], *, shown: bool = False) -> None:
        """Ask for lines of an indicator and for what they are made of."""
        needed = self._needed.setdefault(name, _Needed())
        lines = set(lines)
        if shown:
            needed.shown |= lines
        for line in sorted(lines - needed.leaves - set(needed.combined)):
            parts = self._parts(name, line)
            if parts is None:
                needed.leaves.add(line)
            else:
                needed.combined[line] = parts
                indicator = self._context.catalog.indicator(name)
                self.require(str(indicator.of), parts[0])
                self.require(second_operand(indicator), parts[1])

    def everywhere(self, drawn: Everywhere) -> dict[str, Any]:
        """Return what all municipalities' values of a map are recomputed from, in the register's order."""
        name, period = drawn.indicator.id, str(drawn.period)
        series = indicator_series(self._context, name)
        newest = self._newest(series, period)
        parts = self._parts(name, newest)
        if parts is None or len(parts[0]) != 1:
            return {"period": period, "values": plains(series.grid.figures[newest])}
        first, second = (
            indicator_series(self._context, one).grid.figures[lines[0]]
            for one, lines in zip(
                (str(series.indicator.of), second_operand(series.indicator)), parts, strict=True
            )
        )
        return {"period": period, "first": plains(first), "second": plains(second)}

    def content(self) -> dict[str, Any]:
        """Return indicator → its grid."""
        places = {
            name: {line: place for place, line in enumerate(one.lines)} for name, one in self._needed.items()
        }
        return {name: self._grid(name, places) for name in sorted(self._needed)}

    @property
    def names(self) -> list[str]:
        """Return the indicators that figures are kept of."""
        return sorted(self._needed)

    def _newest(self, series: IndicatorSeries, period: str) -> int:
        """Return the compared line: the first of the period with a figure of the municipality."""
        own = series.grid.figures[:, self._context.column]
        return next(line for line in series.grid.keys.lines_of[period] if np.isfinite(own[line]))

    def _parts(self, name: str, line: int) -> tuple[Lines, Lines] | None:
        """Return the lines of the operands that give a line's figures; None when it is a leaf."""
        indicator = self._context.catalog.indicator(name)
        if indicator.source or indicator.of is None or indicator.formula in ("level", "sum", "weighted_sum"):
            return None
        series = indicator_series(self._context, name)
        label, period = series.grid.keys.series[line], series.grid.keys.periods[line]
        first = indicator_series(self._context, indicator.of)
        second = indicator_series(self._context, second_operand(indicator))
        starts, ends = (
            one.grid.keys.lines_of.get(when, ())
            for one, when in ((first, period), (second, other_period(indicator, period)))
        )
        if indicator.formula == "mean_12m":
            return self._twelve_months(series, first, line)
        wanted = series.grid.figures[line]
        for one, other in product(
            self._preferred(starts, first, label), self._preferred(ends, second, label)
        ):
            made = combined(indicator, first.grid.figures[one], second.grid.figures[other])
            if same(made, wanted):
                return (one,), (other,)
        return None

    def _preferred(self, lines: Sequence[int], series: IndicatorSeries, label: str) -> list[int]:
        """Return lines with those of the same definition first."""
        labels = series.grid.keys.series
        return sorted(lines, key=lambda line: labels[line] != label)

    def _twelve_months(
        self, series: IndicatorSeries, of: IndicatorSeries, line: int
    ) -> tuple[Lines, Lines] | None:
        label, period = series.grid.keys.series[line], series.grid.keys.periods[line]
        places = of.grid.keys.places
        months = [(label, shifted(period, months=-back)) for back in range(MONTHS_OF_YEAR - 1, -1, -1)]
        if any(one not in places for one in months):
            return None
        lines = tuple(places[one] for one in months)
        made = of.grid.figures[list(lines)].mean(axis=0)
        return (lines, ()) if same(made, series.grid.figures[line]) else None

    def _grid(self, name: str, places: Mapping[str, Mapping[int, int]]) -> dict[str, Any]:
        """Return one grid as plain data."""
        needed, series = self._needed[name], indicator_series(self._context, name)
        lines, leaves, own = needed.lines, sorted(needed.leaves), self._context.column
        keys = series.grid.keys
        indicator = series.indicator
        of, other = (places.get(one, {}) for one in (str(indicator.of), second_operand(indicator)))
        made = [needed.combined[line] for line in lines if line in needed.combined]
        tables = [str(series.grid.tables[line, own]) for line in lines]
        names = sorted(set(tables))
        marks = [str(series.grid.symbols[line, own]) for line in lines]
        return {
            "series": [keys.series[line] for line in lines],
            "periods": [keys.periods[line] for line in lines],
            "from": names,
            "tables": [names.index(one) for one in tables],
            "marks": marks if any(marks) else [],
            "leaves": [places[name][line] for line in leaves],
            "values": plains(series.grid.figures[leaves][:, self._areas].T),
            "first": [[of[line] for line in first] for first, _ in made],
            "second": [[other[line] for line in second] for _, second in made],
            "country": self._country(name, sorted(needed.shown), places[name]),
            **self._extra.get(name, {}),
        }

    def _country(self, name: str, lines: list[int], places: Mapping[int, int]) -> dict[str, Any]:
        """Return sums over all municipalities, and the country's own figure or what it is made of."""
        series, needed = indicator_series(self._context, name), self._needed[name]
        found = country_cells(series, lines, places)
        own = series.grid.country.figures
        parts = [self._country_parts(series, needed.combined.get(line), float(own[line])) for line in lines]
        if any(part is not None for part in parts):
            found["first"], found["second"] = (
                [None if part is None else plain(part[side]) for part in parts] for side in (0, 1)
            )
            pairs = zip(found["own"], parts, strict=True)
            found["own"] = [one if part is None else None for one, part in pairs]
        return found

    def _country_parts(
        self, series: IndicatorSeries, lines: tuple[Lines, Lines] | None, own: float
    ) -> tuple[float, float] | None:
        """Return the operands that give the country's own figure: their own, or sums of municipalities."""
        if lines is None or len(lines[0]) != 1 or not np.isfinite(own):
            return None
        indicator = series.indicator
        one, other = (
            indicator_series(self._context, name).grid
            for name in (str(indicator.of), second_operand(indicator))
        )
        first, second = one.figures[lines[0][0]], other.figures[lines[1][0]]
        both = np.isfinite(first) & np.isfinite(second)
        candidates = (
            (one.country.figures[lines[0][0]], other.country.figures[lines[1][0]]),
            (first[both].sum(), second[both].sum()),
        )
        for pair in candidates:
            made = combined(indicator, *(np.array([float(part)]) for part in pair))
            if abs(made[0] - own) <= ROUNDING_OF_SUMS * abs(own):
                return float(pair[0]), float(pair[1])
        return None

    def _whole_country(self, series: IndicatorSeries, comparison: Comparison, newest: int) -> dict[str, Any]:
        """Return what the place and the change among all municipalities are recomputed from."""
        found: dict[str, Any] = {"newest": [comparison.period, series.grid.keys.series[newest]]}
        values = series.grid.figures[newest]
        if "country" in comparison.positions:
            present = values[np.isfinite(values)]
            found["printed"] = plains(np.sort(printed(present, comparison.indicator.decimals)))
        country = comparison.groups.get("country")
        if comparison.change is not None and country is not None and country.change is not None:
            label = series.grid.keys.series[newest]
            start = series.grid.figures[series.grid.keys.places[label, comparison.change.start]]
            found["changes"] = change_sums(start, values)
        return found

    def _certainty(
        self, series: IndicatorSeries, comparison: Comparison, newest: int, tested: list[int]
    ) -> dict[str, Any]:
        """Return the counts that intervals are computed from, and the weights of the tested points."""
        found: dict[str, Any] = {}
        counts = counts_behind(self._context, series, [newest])
        if counts is not None:
            found["counts"] = {
                "kind": counts.kind,
                "level_pct": LEVEL_PCT,
                "scale": counts.scale,
                "count": plains(counts.count[0][self._areas]),
                "of": plains(counts.of[0][self._areas]),
            }
            if counts.minus is not None:
                found["counts"]["minus"] = plains(counts.minus[0][self._areas])
        if comparison.trend is not None:
            weighted = counts_behind(self._context, series, tested) if comparison.trend.weighted else None
            found["trend"] = {
                "periods": [series.grid.keys.periods[line] for line in tested],
                "weights": [] if weighted is None else plains(weighted.of[:, self._context.column]),
            }
        return found
