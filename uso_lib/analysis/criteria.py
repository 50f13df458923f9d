"""Hold a municipality against the limits of the assessment procedure (Local Government Act, section 118).

Does not give a verdict on missing inputs: a criterion is ``unknown`` whenever a figure of a required year, or
a weight that the law's mean needs, is missing, unless another required year already fails it; the value and
the limit that are known are given all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from uso_lib import specs
from uso_lib.analysis import change
from uso_lib.analysis.context import Context
from uso_lib.analysis.country import COVERAGE
from uso_lib.analysis.groups import Values
from uso_lib.analysis.periods import MONTHS_OF_YEAR, month_number, shifted
from uso_lib.analysis.results import CriterionResult
from uso_lib.analysis.series import IndicatorSeries, indicator_series

#: How many years older than the figure a weight may be: a year's tax rate meets the year-end before it.
WEIGHT_AGE_YEARS = 2
_NUMERALS = {2: "kaksi", 3: "kolme", 4: "neljä"}
_IN_A_ROW = {2: "kahtena", 3: "kolmena", 4: "neljänä"}
_DEFICIT = "at_least_deficit"
_MEANS = ("mean_plus_points", "mean_plus_pct")


@dataclass(frozen=True)
class Limit:
    """Hold one year's limit: None when it cannot be computed; `approximate` says why it is not the law's."""

    value: float | None
    approximate: str = ""


def assess(context: Context, criterion_ids: Sequence[str]) -> tuple[CriterionResult, ...]:
    """Hold the municipality against declared criteria, one result each, in the given order.

    Raises
    ------
    UnknownName
        There is no such criterion.
    """
    return tuple(_assessed(context, context.catalog.criterion(one)) for one in criterion_ids)


def _assessed(context: Context, criterion: specs.Criterion) -> CriterionResult:
    """Assess one criterion."""
    if criterion.indicator is None or criterion.rule == "unknown":
        reason = "Tiedot, jotka ratkaisevat kriteerin, puuttuvat."
        return CriterionResult(criterion, None, None, None, None, "unknown", {}, reason, ())
    series = indicator_series(context, criterion.indicator)
    own = series.grid.figures[:, context.column]
    line = change.newest_line(series.grid.keys, own)
    if line is None:
        reason = "Kunnan luku puuttuu."
        sources = dict.fromkeys(selection.table for selection in series.indicator.source)
        unknown = context.origins(sources)
        return CriterionResult(criterion, None, None, None, None, "unknown", {}, reason, unknown)
    origins = context.origins(dict.fromkeys(str(series.grid.tables[line, context.column]).split("+")))
    newest = series.grid.keys.periods[line]
    years = [shifted(newest, months=-MONTHS_OF_YEAR * back) for back in range(criterion.years)]
    inputs = {year: _value(series, own, year) for year in years}
    limits = {year: _limit(context, criterion, series, year, first=year == newest) for year in years}
    value, limit = float(own[line]), limits[newest].value
    verdict, reason = _verdict(criterion, inputs, limits)
    distance = None if limit is None else value - limit
    return CriterionResult(criterion, newest, value, limit, distance, verdict, inputs, reason, origins)


def _value(series: IndicatorSeries, own: Values, period: str) -> float | None:
    """Return the municipality's value of one period, None when missing."""
    lines = series.grid.keys.lines_of.get(period, ())
    return next((float(own[line]) for line in lines if np.isfinite(own[line])), None)


def _limit(
    context: Context, criterion: specs.Criterion, series: IndicatorSeries, period: str, *, first: bool
) -> Limit:
    """Return the limit of one year in the indicator's unit."""
    declared = criterion.limit if first or criterion.previous_limit is None else criterion.previous_limit
    if declared is None:
        return Limit(None)
    if criterion.rule not in _MEANS:
        return Limit(-float(declared) if criterion.rule == _DEFICIT else float(declared))
    mean, approximate = _mean(context, criterion, series, period)
    if mean is None:
        return Limit(None, approximate)
    value = mean + declared if criterion.rule == "mean_plus_points" else mean * (1 + declared / 100)
    return Limit(float(value), approximate)


def _mean(
    context: Context, criterion: specs.Criterion, series: IndicatorSeries, period: str
) -> tuple[float | None, str]:
    """Return the mean a limit is counted from, and what keeps it from being the law's mean."""
    values, weights = weighted_values(context, criterion, series, period)
    approximate = ""
    if criterion.weight:
        weight = context.catalog.indicator(criterion.weight)
        if criterion.rule == "mean_plus_points" and weight.unit != "eur":
            subject = weight.title[:1].lower() + weight.title[1:]
            approximate = (
                f"Keskiarvon painona on {subject}, koska laissa tarkoitettu verotettava tulo puuttuu"
            )
    elif criterion.rule == "mean_plus_points":
        approximate = "Keskiarvo on painottamaton, koska laissa tarkoitettu verotettava tulo puuttuu"
    both = np.isfinite(values) & np.isfinite(weights)
    if both.sum() < COVERAGE * len(values) or weights[both].sum() <= 0:
        return None, approximate
    return float(np.average(values[both], weights=weights[both])), approximate


def weighted_values(
    context: Context, criterion: specs.Criterion, series: IndicatorSeries, period: str
) -> tuple[Values, Values]:
    """Return all municipalities' figures of a period and their weights, ones when none are declared."""
    values = _line(series, period)
    if not criterion.weight:
        return values, np.ones(len(values))
    return values, _weights(indicator_series(context, criterion.weight), period)


def _weights(weight: IndicatorSeries, period: str) -> Values:
    """Return the weights of the period or of the newest period before it, at most two years older."""
    known = [one for one in weight.grid.keys.periods if month_number(one) <= month_number(period)]
    newest = max(known, key=month_number, default=None)
    if newest is None or month_number(period) - month_number(newest) > WEIGHT_AGE_YEARS * MONTHS_OF_YEAR:
        return np.full(weight.grid.figures.shape[1], np.nan)
    return _line(weight, newest)


def _line(series: IndicatorSeries, period: str) -> Values:
    """Return all municipalities' values of a period."""
    lines = series.grid.keys.lines_of.get(period, ())
    if not lines:
        return np.full(series.grid.figures.shape[1], np.nan)
    line: Values = series.grid.figures[lines[0]]
    return line


def _verdict(
    criterion: specs.Criterion, inputs: Mapping[str, float | None], limits: Mapping[str, Limit]
) -> tuple[Literal["met", "not_met", "unknown"], str]:
    """Return the verdict and its reason in Finnish."""
    newest, *_ = inputs
    over = {
        year: None
        if (value is None or (limit := limits[year].value) is None)
        else _over(criterion, value, limit)
        for year, value in inputs.items()
    }
    approximate = limits[newest].approximate
    failed = [year for year, one in over.items() if one is False and not limits[year].approximate]
    if failed and None in over.values():
        span = f"{_IN_A_ROW[len(inputs)]} peräkkäisenä vuonna"
        return "not_met", f"Ehto ei täyttynyt vuonna {failed[0]}, joten se ei voinut täyttyä {span}."
    if None in over.values():
        return "unknown", " ".join(
            filter(None, [_gaps(inputs, over), _known(newest, over, limits), _sentence(approximate)])
        )
    if approximate:
        return "unknown", f"{approximate}, joten kriteeriä ei voida ratkaista. {_known(newest, over, limits)}"
    span = f"vuosina {' ja '.join(sorted(inputs))}" if len(inputs) > 1 else f"vuonna {newest}"
    if all(over.values()):
        return "met", f"Ehto täyttyi {span}."
    return "not_met", f"Ehto ei täyttynyt {'kaikkina vaadittuina vuosina' if len(inputs) > 1 else span}."


def _over(criterion: specs.Criterion, value: float, limit: float) -> bool:
    """Tell whether a value is on the side of the limit that meets the criterion."""
    if criterion.rule == "below":
        return value < limit
    if criterion.rule == _DEFICIT:
        return value <= limit
    return value >= limit


def _gaps(inputs: Mapping[str, float | None], over: Mapping[str, bool | None]) -> str:
    """Name what is missing."""
    missing = sorted(year for year, value in inputs.items() if value is None)
    if not missing:
        without = sorted(year for year, one in over.items() if one is None)
        return f"Ei tiedossa: rajaa ei voida laskea ({', '.join(without)})."
    years = " ja ".join(missing)
    needed = f", ja kriteeri vaatii {_NUMERALS[len(inputs)]} peräkkäistä vuotta" if len(inputs) > 1 else ""
    return f"Ei tiedossa: {'vuoden' if len(missing) == 1 else 'vuosien'} {years} luku puuttuu{needed}."


def _known(newest: str, over: Mapping[str, bool | None], limits: Mapping[str, Limit]) -> str:
    """Say what is known of the newest year alone; of a limit that is not the law's, no verdict."""
    if over[newest] is None:
        return ""
    if limits[newest].approximate:
        side = "ylsi likimääräiseen rajaan" if over[newest] else "jäi likimääräisen rajan alle"
        return f"Vuonna {newest} luku {side}."
    return f"Vuonna {newest} ehto {'täyttyi' if over[newest] else 'ei täyttynyt'}."


def _sentence(text: str) -> str:
    return f"{text}." if text else ""
