"""Name the published files and their labels, and the denominators that merged rates are recomputed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import ge
from typing import Any, Literal

from recomputation.columns import Country, Make, Merge, level
from recomputation.raw import Raw

KEY_FIGURES = "kuntien_avainluvut_2000_2021.csv.gz"
POPULATION_2020_2024 = "vakiluku_2020_2024.csv"
POPULATION_2025 = "vaerak_11ra_2025.csv.gz"
CHANGES_2025 = "ssaaty_121w_2025.csv.gz"
CHANGES_TO_2019 = "vaestonmuutokset_2000_2019.csv.gz"
NET_PERMILLE = "nettomuutto_promille_1990_2024.csv.gz"
PAIRS = "muutto_lahto_tulo_1990_2018.csv.gz"
PROJECTION_2024 = "vaenn_14wx_projection_2024.csv.gz"
PROJECTION_2019 = "vaenn_2019_projection_2019_2040.csv.gz"
REGIONAL = "alueaikasarjat_2015_2019.csv.gz"
JOBSEEKERS_TO_2023 = "tyonv_12r5_2006M01_2023M10.csv.gz"
JOBSEEKERS_2026 = "tyonv_12r5_2026M06.csv.gz"
EDUCATION = "vkour_12bs_2025.csv.gz"
COMMUTING = "pendelointi_1987_2017.csv.gz"
INCOMES = "tjt_14ww_2024.csv.gz"
ACCOUNTS = "kuntatalous_2008_2019.csv.gz"
ACCOUNT_KEY_FIGURES = "kuntatalous_tunnusluvut_2019.csv.gz"
TAX_RATES = "tuloveroprosentit_2026.csv"
OFFENCES_PER_1000 = "rpk_13h4_crimes_per_1000_1987_2020.csv.gz"
OFFENCES_ICCS = "rpk_13ex_crimes_iccs_2020_2024.csv.gz"
ELECTION_2021 = "kuntavaalit_2021.csv"
SOTKANET_OLD = "sotkanet_1990_2012.csv.gz"
SOTKANET_2019 = "sotkanet_2019.csv.gz"
HYTE = "hyte_2020_tornio_example.csv"

#: The newest figures are of this year; how old a figure is, is counted from it.
REFERENCE_YEAR = 2026


@dataclass(frozen=True)
class Counted:
    """Say which counts a rate rests on.

    Parameters
    ----------
    method
        ``wilson`` for a part of a whole, ``byar`` for events in a population, ``balance`` for events less
        other events in a population.
    of, per
        The count (the rate times its whole where it is not published) and the whole.
    rest
        In place of the whole: those of it who are not counted.
    minus
        What is taken away from the count in a balance.
    """

    method: Literal["wilson", "byar", "balance"]
    of: Make | None = None
    per: Make | None = None
    rest: Make | None = None
    scale: float = 100
    minus: Make | None = None


@dataclass(frozen=True)
class Indicator:
    """Say how one indicator is recomputed and how it may be judged.

    Parameters
    ----------
    make
        The recipe.
    better
        Which direction is good, None when none is declared: then there are no positions.
    rate
        Whether it is a rate or an index, of which relative changes mislead.
    counted
        The counts its interval rests on, None when there is no interval.
    tested
        Whether its latest figures are tested for a trend.
    """

    make: Make
    better: Literal["up", "down"] | None = None
    rate: bool = False
    counted: Counted | None = None
    tested: bool = True


@dataclass(frozen=True)
class Breakdown:
    """Say how one figure is broken down.

    Parameters
    ----------
    categories
        Title as printed → recipe of the category's own level.
    formula
        ``level``, ``share`` (% of `per`) or ``per_1000`` (of `per`).
    total
        The title left out of shares.
    quotients
        Whether the shares are compared with the country's.
    """

    categories: dict[str, Make]
    formula: Literal["level", "share", "per_1000"] = "level"
    per: Make | None = None
    total: str | None = None
    quotients: bool = False


@dataclass(frozen=True)
class Criterion:
    """Say how one criterion of section 118 is held against its limit.

    Parameters
    ----------
    make
        The figure; None when no figure decides it.
    limit
        The limit of the newest year, from all municipalities' figures when the law says so.
    fails
        Whether a figure (the first number) does not meet the criterion of a limit (the second).
    exact
        Whether the limit is the law's own: otherwise nothing is decided by it.
    """

    make: Make | None
    limit: Callable[[Raw, str], float] | None = None
    fails: Callable[[float, float], object] = ge
    exact: bool = True


@dataclass(frozen=True)
class Theme:
    """Hold everything of one theme by id.

    Parameters
    ----------
    stacks
        Title of a stacked figure → its components; their sum is told too.
    empty
        The indicators that the published files cannot fill.
    maps
        The indicators drawn as maps.
    """

    title: str
    indicators: dict[str, Indicator]
    breakdowns: dict[str, Breakdown] = field(default_factory=dict)
    flows: tuple[str, ...] = ()
    criteria: dict[str, Criterion] = field(default_factory=dict)
    stacks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()


def key_figure(
    label: str, span: str = "-", *, merge: Merge = "sum", country: Country = None, **how: Any
) -> Make:
    """Read one of the key figures 2000-2021."""
    return level(KEY_FIGURES, label, span, merge=merge, country=country, **how)


def regional(label: str | tuple[str, ...], *, merge: Merge = "sum", country: Country = None) -> Make:
    """Read the regional time series of 2015 and 2019, whose labels have different area divisions."""
    return level(REGIONAL, label, merge=merge, country=country, per_label=True)


def content(name: str, code: str | tuple[str, ...], span: str = "-", **how: Any) -> Make:
    """Read a file whose label is the column ``content``."""
    return level(name, code, span, keys=("content",), **how)


def denominator(name: str, label: str, *keys: str) -> Callable[[Raw, str, str], float | None]:
    """Give a published figure as the denominator of merged rates."""

    def found(raw: Raw, period: str, area: str) -> float | None:
        return raw.file(name, keys or ("label",)).columns[label].value(period, area)

    return found


inhabitants = denominator(KEY_FIGURES, "Väkiluku")
inhabitants_regional = denominator(REGIONAL, "Väkiluku")


def mean_inhabitants(raw: Raw, period: str, area: str) -> float | None:
    """Give the mean of the population at the end of the year and of the year before."""
    now, before = inhabitants(raw, period, area), inhabitants(raw, str(int(period) - 1), area)
    return None if now is None or before is None else (now + before) / 2


def adults(raw: Raw, period: str, area: str) -> float | None:
    """Give the population of 15 years and over: all less the published share of under 15."""
    young = denominator(KEY_FIGURES, "Alle 15-vuotiaiden osuus väestöstä, %")(raw, period, area)
    everyone = inhabitants(raw, period, area)
    return None if young is None or everyone is None else everyone * (1 - young / 100)
