"""The frozen result objects of the analysis.

Figure, table, sentence, alt text and workbook are all made from these and from nothing else, so that they
cannot disagree. Does not compute (comparison.py, breakdown.py, flows.py, criteria.py) and does not format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from uso_lib import specs
from uso_lib.analysis.certainty import Interval as Interval
from uso_lib.analysis.certainty import Trend as Trend
from uso_lib.regions import Municipality

GroupId = Literal["peers", "network", "region", "country", "country_own"]
#: peers, network, region, country = simple means over municipalities (own peers with the municipality
#: itself; all network members; all municipalities of the region; all municipalities); country_own = the
#: whole country's own figure.


@dataclass(frozen=True)
class Origin:
    """Name where figures come from: one table of the store.

    Parameters
    ----------
    table
        Id in the store; with "@1" and so on for an earlier edition that stands apart.
    newest
        Newest period of the table, "2025" or "2026M06".
    retrieved
        Day it was fetched or imported, "2026-11-21", or month it was bundled, "2026-06"; empty when unknown.
    """

    table: str
    producer: str
    table_id: str
    title: str
    vintage: str
    licence: str
    newest: str
    retrieved: str = ""


@dataclass(frozen=True)
class GroupFigure:
    """Give a group's figure for the period of a comparison.

    Parameters
    ----------
    method
        ``mean`` (simple mean of municipalities with data), ``published``, ``sum`` or ``weighted``
        (country_own).
    value
        None when no municipality of the group has data.
    with_data, members
        n of N: municipalities with data, municipalities in the group. For country_own both are 0 if
        published.
    change
        The group's change over the municipality's own `Comparison.change` periods: mean of the
        municipalities' absolute changes (or the own figure's change), None when there is none.
    change_pct
        The same as mean of relative changes, %.
    """

    group: GroupId
    method: Literal["mean", "published", "sum", "weighted"]
    value: float | None
    with_data: int
    members: int
    change: float | None = None
    change_pct: float | None = None


@dataclass(frozen=True)
class Position:
    """Give the municipality's place, 1 = best in the declared direction; ties share the better place.

    Parameters
    ----------
    tied
        How many municipalities share the place, the municipality itself included (1 = alone).
    """

    group: Literal["peers", "country"]
    place: int
    of: int
    tied: int


@dataclass(frozen=True)
class Change:
    """Give the change from `start` to `end` (periods); `years` apart. Never crosses a declared break.

    Parameters
    ----------
    relative_pct
        Per cent of the start value; None when the start is not positive or the unit is a rate without
        meaning for it.
    nearest
        True when the base is not exactly five years earlier but the nearest available period.
    """

    start: str
    end: str
    years: float
    start_value: float
    absolute: float
    relative_pct: float | None
    nearest: bool


@dataclass(frozen=True)
class Comparison:
    """Hold one indicator of one municipality against its groups.

    Parameters
    ----------
    period, value, symbol
        The newest period with a value for the municipality (None, None when it has none at all), the value
        in the indicator's unit at full precision and the producer's mark.
    groups
        Keyed by group id; a group that cannot be formed is left out.
    positions
        Keyed "peers", "country"; empty when no direction is declared (neither, contested).
    change, year_change
        Over five years (or the nearest available) and from the previous year.
    history
        One line per series and period, sorted: columns ``series`` (label, "" for the main one), ``segment``
        (int, a new number after every break: lines are never joined across segments), ``period``, ``value``,
        ``symbol``, ``peers``, ``network``, ``region``, ``country`` (simple means), ``country_own``,
        ``peers_low``, ``peers_high`` (least and greatest of the peers without the municipality), ``peers_n``.
    ranking
        The municipality and its peers at `period`: ``area``, ``name``, ``value``, ``symbol``, ``is_member``;
        ``low``, ``high`` (limits of the interval, null when the counts are not known or not declared);
        sorted best first (greatest first without a direction); municipalities without data last with null.
    origins
        The tables the figures come from, newest first.
    age_years
        Whole years between the period and the reference year of the store; 0 or 1 counts as fresh.
    breaks
        The declared breaks that fall within the history, in order.
    interval
        Of the municipality's own value at `period`; None when its counts are not known or not declared.
    start_interval
        Of the value that `change` starts from; the same holds of its counts.
    trend
        None when there are not five points of one definition, or no test is declared.
    count_origins
        Further tables that only the interval's counts come from.
    """

    indicator: specs.Indicator
    municipality: Municipality
    period: str | None
    value: float | None
    symbol: str
    groups: Mapping[str, GroupFigure]
    positions: Mapping[str, Position]
    change: Change | None
    year_change: Change | None
    history: pd.DataFrame
    ranking: pd.DataFrame
    origins: tuple[Origin, ...]
    age_years: int | None
    breaks: tuple[specs.Break, ...]
    interval: Interval | None = None
    trend: Trend | None = None
    count_origins: tuple[Origin, ...] = ()
    start_interval: Interval | None = None

    @property
    def missing(self) -> bool:
        """Tell whether the municipality has no figure at all."""
        return self.value is None


@dataclass(frozen=True)
class BreakdownResult:
    """Hold figures by category.

    Parameters
    ----------
    table
        One line per period and category in declared order: ``period``, ``category``, ``title``, ``value``,
        ``symbol``, ``peers``, ``network``, ``region``, ``country`` (simple means), ``country_own`` (the
        category over all municipalities: sum for levels, share of sums for shares), ``location_quotient``
        (null unless declared).
    period
        The newest period with values for the municipality, None when it has none.
    """

    breakdown: specs.Breakdown
    municipality: Municipality
    period: str | None
    table: pd.DataFrame
    origins: tuple[Origin, ...]
    age_years: int | None

    @property
    def missing(self) -> bool:
        """Tell whether the municipality has no figure at all."""
        return self.period is None


@dataclass(frozen=True)
class FlowResult:
    """Hold migration or commuting by partner municipality.

    Parameters
    ----------
    partners
        Every partner with a flow in `period`: ``area``, ``name``, ``inflow``, ``outflow``, ``net``; sorted
        by net, greatest first.
    classes
        Sums by closeness: ``class`` ("subregion", "region", "rest"), ``title``, ``inflow``, ``outflow``,
        ``net``; partners of the nearer class are not counted again in the farther one.
    yearly
        ``period``, ``class``, ``net`` for all periods.
    """

    flow: specs.Flow
    municipality: Municipality
    period: str | None
    partners: pd.DataFrame
    classes: pd.DataFrame
    yearly: pd.DataFrame
    origins: tuple[Origin, ...]
    age_years: int | None

    @property
    def missing(self) -> bool:
        """Tell whether the municipality has no figure at all."""
        return self.period is None


@dataclass(frozen=True)
class CriterionResult:
    """Hold one criterion of the assessment procedure.

    Parameters
    ----------
    verdict
        ``met``, ``not_met`` or ``unknown``; unknown whenever an input of a required year is missing and none
        of the known years fails the condition.
    limit
        The limit in the indicator's unit (computed from the mean when the rule says so), None when unknown.
    distance
        value - limit in the indicator's unit; None when either is missing.
    inputs
        Period → value (null when missing) for every required year, newest first.
    """

    criterion: specs.Criterion
    period: str | None
    value: float | None
    limit: float | None
    distance: float | None
    verdict: Literal["met", "not_met", "unknown"]
    inputs: Mapping[str, float | None]
    reason: str
    origins: tuple[Origin, ...]
