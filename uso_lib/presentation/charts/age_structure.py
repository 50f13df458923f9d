"""Gather a breakdown by age into the two years and the age groups of a pyramid.

Does not draw (pyramid.py) and does not compute a projection.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from uso_lib.analysis.results import BreakdownResult
from uso_lib.presentation.words import finnish

_STEP_YEARS = 5
_OLDEST = 90


@dataclass(frozen=True)
class Pyramid:
    """Hold two years' population by age group, youngest first.

    Parameters
    ----------
    groups
        Names of the age groups.
    now, then
        Persons in the earlier and the later year.
    """

    groups: list[str]
    now: list[float]
    then: list[float]
    periods: tuple[str, str]


def two_periods(result: BreakdownResult, wanted: list[str] | None) -> tuple[str, str] | None:
    """Return the two periods of a pyramid: the declared ones, or the first and the last; None without two."""
    known = sorted(result.table.loc[result.table["value"].notna(), "period"].unique())
    chosen = [period for period in wanted if period in known] if wanted else [*known[:1], *known[-1:]]
    return (chosen[0], chosen[-1]) if len(set(chosen)) >= 2 else None


def age_groups(result: BreakdownResult, wanted: list[str] | None) -> Pyramid:
    """Return both years' figures by age group; single years of age are added up into five-year groups.

    Raises
    ------
    ValueError
        The breakdown has not two periods with values (the dispatcher asks `two_periods` first).
    """
    periods = two_periods(result, wanted)
    if periods is None:
        message = f"{result.breakdown.id}: a pyramid needs two periods with values"
        raise ValueError(message)
    table = result.table.loc[result.table["category"] != result.breakdown.total]
    single = all(str(name).isdigit() for name in table["category"].unique())
    named = table.assign(group=table["category"].map(_five_years) if single else table["title"])
    order = list(dict.fromkeys(named["group"]))
    now, then = (_sums(named.loc[named["period"] == period], order) for period in periods)
    return Pyramid(order, now, then, periods)


def _sums(rows: pd.DataFrame, order: list[str]) -> list[float]:
    sums = rows.groupby("group", sort=False)["value"].sum(min_count=1)
    return [float(sums.get(name, float("nan"))) for name in order]


def _five_years(age: str) -> str:
    first = min(int(age) // _STEP_YEARS * _STEP_YEARS, _OLDEST)
    return f"{first}+" if first == _OLDEST else f"{first}{finnish.DASH}{first + _STEP_YEARS - 1}"
