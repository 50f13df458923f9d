"""Read from a comparison what is worth saying: gaps, their development, extremes, the kind of change.

Does not write sentences (narrative.py) and does not compute figures: everything is taken or subtracted from
the result object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from uso_lib.analysis.results import BreakdownResult, Comparison, GroupFigure
from uso_lib.presentation.charts.series import SIZE_UNITS, comparable
from uso_lib.presentation.once import once
from uso_lib.presentation.sections.records import is_known, known_history, ranking_lines
from uso_lib.presentation.words.finnish import is_zero, rounds_equal
from uso_lib.presentation.words.places import Group

#: Units told as a relative change (per cent of the start value).
RELATIVE_UNITS = SIZE_UNITS | {"eur", "eur_per_capita", "t_co2e_per_capita", "per_1000"}
#: A difference below this share of the peers' standard deviation is "almost the same".
SIMILAR_SHARE = 0.1
#: Decimals of a relative change.
PCT_DECIMALS = 1
#: Relative changes nearer than this (percentage points) are "about as much".
SIMILAR_PCT = 0.5
#: A change below this many units of the last decimal is told as none.
FLAT_DECIMALS = 2
#: A gap must change by this share of its size to count as wider or narrower.
GAP_SHARE = 0.2
#: Figures this many years old or older are called old and told in the past tense.
OLD_YEARS = 3
#: A record needs a series of this many periods, a place a group of this many municipalities.
RECORD_PERIODS = 8
LEAST_GROUP = 4

#: ``chance``: the group's figure lies within the interval of the municipality's own.
Relation = Literal["above", "below", "same", "chance"]
Development = Literal["widened", "narrowed", "crossed", "opened", "closed"]


@dataclass(frozen=True)
class ToldChange:
    """Give a change in the form it is told.

    Parameters
    ----------
    own, peers, country
        In per cent when `relative`, otherwise in the indicator's unit; peers' and country's None when
        unknown.
    similar, least
        Changes nearer to each other than `similar` are told as equal; smaller than `least` as none.
    decimals
        Decimals of changes told in per cent.
    """

    own: float
    peers: float | None
    country: float | None
    relative: bool
    similar: float
    least: float
    decimals: int = PCT_DECIMALS

    @property
    def flat(self) -> bool:
        """Tell whether the own change is too small to call a rise or a fall."""
        return abs(self.own) < self.least

    @property
    def as_peers(self) -> bool:
        """Tell whether the change is about as great as the peers'."""
        return self.peers is not None and abs(self.peers - self.own) < self.similar


def is_projection(declared: Comparison | BreakdownResult) -> bool:
    """Tell whether the figures are a projection: its declaration carries the caveat ``projection``."""
    source = declared.indicator if isinstance(declared, Comparison) else declared.breakdown
    return "projection" in source.caveats


def is_old(comparison: Comparison) -> bool:
    """Tell whether the newest figure is so old that a reader must be told."""
    return comparison.age_years is not None and comparison.age_years >= OLD_YEARS


def follows_size(comparison: Comparison) -> bool:
    """Tell whether the level follows from the municipality's size, so that comparing levels says nothing."""
    return not comparable(comparison)


@once
def is_signed(comparison: Comparison) -> bool:
    """Tell whether a compared figure is below zero, or declared to be signed: "more" would mislead there."""
    if comparison.indicator.signed:
        return True
    figures = [comparison.value, *(one.value for one in comparison.groups.values())]
    if comparison.change is not None:
        figures += [comparison.change.start_value, (start_values(comparison) or (0.0, None))[1]]
    return any(figure is not None and figure < 0 for figure in figures)


@once
def similarity(comparison: Comparison) -> float:
    """Return the difference below which two values are "almost the same", in the indicator's unit."""
    least_shown = _last_decimal(comparison)
    spread = float(comparison.ranking["value"].astype(float).std(ddof=0))
    return max(least_shown, SIMILAR_SHARE * spread) if is_known(spread) else least_shown


def gap(comparison: Comparison, group: Group) -> float | None:
    """Return the municipality's value minus the group's, None when either is missing."""
    figure = comparison.groups.get(group)
    if comparison.value is None or figure is None or figure.value is None:
        return None
    return comparison.value - figure.value


def speaks_for(figure: GroupFigure) -> bool:
    """Tell whether at least half of a group's municipalities have data: two do not speak for eighteen."""
    return 2 * figure.with_data >= figure.members


def relation(comparison: Comparison, group: Group) -> Relation | None:
    """Return on which side of a group's figure the municipality is; "same" when the difference is small.

    A difference that fits within chance variation has no side either. None when either is missing or the
    figure does not speak for the group.
    """
    difference = gap(comparison, group)
    if difference is None or not speaks_for(comparison.groups[group]):
        return None
    side = _side(difference, similarity(comparison))
    return "chance" if side != "same" and within_chance(comparison, group) else side


def within_chance(comparison: Comparison, group: Group) -> bool:
    """Tell whether a group's figure lies within the interval of the municipality's own figure."""
    interval, figure = comparison.interval, comparison.groups.get(group)
    if interval is None or figure is None or figure.value is None:
        return False
    return interval.low <= figure.value <= interval.high


@once
def country_group(comparison: Comparison) -> Group | None:
    """Return the country figure to compare with: the country's own, else the municipalities' mean."""
    candidates: tuple[Group, ...] = ("country_own", "country")
    return next((group for group in candidates if relation(comparison, group) is not None), None)


@once
def told_change(comparison: Comparison) -> ToldChange | None:
    """Return the change in the form to tell: per cent for amounts, the unit itself for shares and rates."""
    change = comparison.change
    if change is None or is_signed(comparison):
        return None
    peers, country = comparison.groups.get("peers"), comparison.groups.get("country_own")
    if comparison.indicator.unit in RELATIVE_UNITS and change.relative_pct is not None:
        return ToldChange(
            change.relative_pct,
            peers.change_pct if peers else None,
            country.change_pct if country else None,
            relative=True,
            similar=SIMILAR_PCT,
            least=SIMILAR_PCT,
        )
    if follows_size(comparison):
        return None
    least = FLAT_DECIMALS * _last_decimal(comparison)
    return ToldChange(
        change.absolute,
        peers.change if peers else None,
        country.change if country else None,
        relative=False,
        similar=max(least, SIMILAR_SHARE * abs(change.absolute)),
        least=least,
    )


@once
def start_values(comparison: Comparison) -> tuple[float, float | None] | None:
    """Return the municipality's value and the peers' mean at the start of the change."""
    if comparison.change is None:
        return None
    lines = [line for line in known_history(comparison) if line["period"] == comparison.change.start]
    peers = [float(line["peers"]) for line in lines if is_known(line["peers"])]
    return comparison.change.start_value, peers[-1] if peers else None


@once
def gap_development(comparison: Comparison) -> Development | None:
    """Return how the gap to the peers' mean has developed over the change's span; None when it has not."""
    now, start = gap(comparison, "peers"), start_values(comparison)
    if now is None or start is None or start[1] is None or follows_size(comparison):
        return None
    then, least = start[0] - start[1], similarity(comparison)
    sides = _side(then, least), _side(now, least)
    if sides == ("same", "same"):
        return None
    if sides[0] == "same":
        return "opened"
    if sides[1] == "same":
        return "closed"
    if sides[0] != sides[1]:
        return "crossed"
    grown = abs(now) - abs(then)
    if abs(grown) < max(least, GAP_SHARE * abs(then)) or is_zero(grown, comparison.indicator.decimals):
        return None
    return "widened" if grown > 0 else "narrowed"


@once
def distance(comparison: Comparison) -> float | None:
    """Return the distance from the peers' mean in standard deviations of the group with the municipality.

    None with fewer than four municipalities with data or without any spread.
    """
    values, away = comparison.ranking["value"].astype(float).dropna(), gap(comparison, "peers")
    spread = float(values.std(ddof=0)) if len(values) >= LEAST_GROUP else 0.0
    return None if away is None or spread <= 0 else away / spread


@once
def extreme(comparison: Comparison) -> Literal["greatest", "least"] | None:
    """Return whether the value is, as it is printed, alone the greatest or the least of the peer group."""
    known = [line for line in ranking_lines(comparison) if is_known(line["value"])]
    own = [float(line["value"]) for line in known if line["is_member"]]
    others = [float(line["value"]) for line in known if not line["is_member"]]
    if not own or len(others) + 1 < LEAST_GROUP:
        return None
    mine, decimals = own[0], comparison.indicator.decimals
    if any(rounds_equal(mine, other, decimals) for other in others):
        return None
    if mine > max(others):
        return "greatest"
    return "least" if mine < min(others) else None


@once
def record(comparison: Comparison) -> tuple[Literal["highest", "lowest"], str] | None:
    """Return whether the newest value is the highest or lowest of its unbroken series, and since when."""
    if comparison.period is None or "M" in comparison.period:
        return None  # months have seasons
    known = known_history(comparison)
    newest = [line for line in known if line["period"] == comparison.period]
    if not newest:
        return None
    own = newest[-1]["segment"], newest[-1]["series"]
    line = [one for one in known if (one["segment"], one["series"]) == own]
    earlier = [float(one["value"]) for one in line if one["period"] < comparison.period]
    if len(earlier) + 1 < RECORD_PERIODS or comparison.value is None:
        return None
    first, least = min(str(one["period"]) for one in line), 10.0**-comparison.indicator.decimals / 2
    if comparison.value > max(earlier) + least:
        return "highest", first
    return ("lowest", first) if comparison.value < min(earlier) - least else None


def _side(difference: float, least: float) -> Relation:
    """Return the side of a difference; below `least` there is none."""
    if abs(difference) < least:
        return "same"
    return "above" if difference > 0 else "below"


def _last_decimal(comparison: Comparison) -> float:
    """Return one unit of the last decimal shown, a hair less, so that 11.1 - 11.0 still reaches it."""
    return float(10.0**-comparison.indicator.decimals) * 0.999
