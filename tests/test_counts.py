"""The counts behind rates: found as declared, refused when they do not fit, told in comparisons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from toy_world import indicator, tidy, world

from uso_lib.analysis.comparison import compare
from uso_lib.analysis.context import Context
from uso_lib.analysis.counts import counts_behind
from uso_lib.analysis.intervals import byar, wilson
from uso_lib.analysis.results import Comparison
from uso_lib.analysis.series import indicator_series
from uso_lib.catalog import load_catalog
from uso_lib.regions import load_regions
from uso_lib.specs import Counts, Selection
from uso_lib.store import open_store

CATALOG = load_catalog()
DECLARED = [one.id for one in CATALOG.indicators.values() if one.interval]
#: Without counts in the bundled figures: ages that only the fetched population has, the moves of 2020-2024.
UNKNOWN = {
    "employment_rate", "youth_outside_education_17_24", "long_term_assistance_18_24",
    "net_migration_permille",
}  # fmt: skip
#: Balances whose counts no table has.
WITHOUT_COUNTS = {one.id for one in CATALOG.indicators.values() if one.interval and one.formula not in
                  {"share", "per_1000"} and one.counts is None}  # fmt: skip


def source(table: str) -> dict[str, Any]:
    return {"source": [Selection(table=table, content="x")]}


def published(rates: pd.DataFrame, tables: dict[str, pd.DataFrame], **declared: Any) -> Comparison:
    """Compare the rate of a table, in per cent unless told otherwise, beside tables of counts."""
    given = {"unit": "pct", "decimals": 1, "interval": "binomial", **source("rate"), **declared}
    parts = [indicator(name, **source(name)) for name in tables]
    return compare(world({"rate": rates, **tables}, [*parts, indicator("rate", **given)]), "rate")


def shares(value: float, of: float, count: float | None = None) -> tuple[float, float]:
    low, high = wilson(np.array([value / 100 * of if count is None else count]), np.array([of]))
    return float(low[0]) * 100, float(high[0]) * 100


def test_a_share_has_its_counts_itself() -> None:
    tables = {
        "part": tidy({"001": {"2024": 30.0}, "002": {"2024": 5.0}, "003": {"2024": "..."}}, table="part"),
        "whole": tidy({code: {"2024": 200.0} for code in ("001", "002", "003")}, table="whole"),
    }
    declared = [
        indicator("part", **source("part")),
        indicator("whole", **source("whole")),
        indicator("s", of="part", per="whole", formula="share", unit="pct", interval="binomial"),
        indicator("p", of="part", per="whole", formula="per_1000", unit="per_1000", interval="poisson"),
        indicator("none", of="part", per="whole", formula="share", unit="pct"),
    ]
    context = world(tables, declared)
    found = compare(context, "s")
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx(shares(15, 200))
    assert (found.interval.count, found.interval.of, found.interval.derived) == (30.0, 200.0, False)
    assert (found.interval.method, found.interval.level_pct) == ("wilson", 95.0)
    ranking = found.ranking.set_index("area")
    assert ranking["low"].tolist() == pytest.approx(
        [shares(15, 200)[0], shares(2.5, 200)[0], np.nan], nan_ok=True
    )
    assert ranking["high"].tolist() == pytest.approx(
        [shares(15, 200)[1], shares(2.5, 200)[1], np.nan], nan_ok=True
    )
    events = compare(context, "p").interval
    assert events is not None
    low, high = byar(np.array([30.0]), np.array([200.0]))
    assert (events.method, events.low, events.high) == ("byar", low[0] * 1000, high[0] * 1000)
    silent = compare(context, "none")
    assert silent.interval is None
    assert silent.ranking[["low", "high"]].isna().all(axis=None)


def test_a_published_rate_and_its_denominator_give_the_count() -> None:
    found = published(
        tidy({"001": {"2023": 9.0, "2024": 12.5}}), {"people": tidy({"001": {"2024": 400.0}})},
        counts=Counts(per="people"),
    )  # fmt: skip
    assert found.interval is not None
    assert (found.interval.count, found.interval.of, found.interval.derived) == (50.0, 400.0, True)
    assert (found.interval.low, found.interval.high) == pytest.approx(shares(12.5, 400))


def test_a_published_count_goes_before_a_derived_one_and_the_value_stays_within() -> None:
    great = 40_000_000.0  # so many that the interval is narrower than the rounding of the rate
    found = published(
        tidy({"001": {"2024": 12.5}}),
        {"part": tidy({"001": {"2024": 5_016_000.0}}), "whole": tidy({"001": {"2024": great}})},
        counts=Counts(of="part", per="whole"),
    )
    assert found.interval is not None
    assert (found.interval.count, found.interval.derived) == (5_016_000.0, False)
    assert (found.interval.low, found.value) == (12.5, 12.5)
    assert found.interval.high == pytest.approx(shares(0, great, 5_016_000)[1])


def test_those_not_counted_give_the_whole() -> None:
    """900 employed are 90 % of the labour force when 10 % are unemployed."""
    found = published(
        tidy({"001": {"2024": 10.0}}), {"employed": tidy({"001": {"2024": 900.0}})},
        counts=Counts(rest="employed"),
    )  # fmt: skip
    assert found.interval is not None
    assert (found.interval.count, found.interval.of) == (pytest.approx(100.0), pytest.approx(1000.0))
    all_of_them = published(
        tidy({"001": {"2024": 100.0}}), {"employed": tidy({"001": {"2024": 900.0}})},
        counts=Counts(rest="employed"),
    )  # fmt: skip
    assert all_of_them.interval is None


def test_a_year_s_rate_goes_with_the_mean_of_its_months() -> None:
    months = {f"2024M{month:02d}": 100.0 + month for month in range(1, 13)}
    force = {"001": months, "002": {**months, "2024M05": "..."}}
    found = published(
        tidy({"001": {"2024": 8.0}, "002": {"2024": 8.0}}), {"force": tidy(force)}, counts=Counts(per="force")
    )
    assert found.interval is not None
    assert found.interval.of == pytest.approx(106.5)
    assert found.ranking.set_index("area")["low"].isna().to_dict() == {"001": False, "002": True, "003": True}
    short = {"001": {name: one for name, one in months.items() if name != "2024M12"}}
    missing = published(tidy({"001": {"2024": 8.0}}), {"force": tidy(short)}, counts=Counts(per="force"))
    assert missing.interval is None


@pytest.mark.parametrize(
    ("part", "whole"), [(51.0, 400.0), (50.0, "..."), ("..", 400.0), (50.0, 0.0), (-50.0, 400.0)]
)
def test_counts_that_do_not_give_the_rate_are_not_its_counts(part: float | str, whole: float | str) -> None:
    found = published(
        tidy({"001": {"2024": 12.5}}),
        {"part": tidy({"001": {"2024": part}}), "whole": tidy({"001": {"2024": whole}})},
        counts=Counts(of="part", per="whole"),
    )
    assert (found.value, found.interval) == (12.5, None)
    assert found.ranking["low"].isna().all()


@pytest.mark.parametrize("rate", [104.0, -3.0])
def test_a_rate_outside_its_whole_has_no_interval(rate: float) -> None:
    people = {"people": tidy({"001": {"2024": 400.0}})}
    found = published(tidy({"001": {"2024": rate}}), people, counts=Counts(per="people"))
    assert (found.value, found.interval) == (rate, None)


def balance_world(**counts: float | str) -> Comparison:
    """Compare births less deaths per thousand with 40 births, 70 deaths and 3000 inhabitants unless told."""
    given: dict[str, float | str] = {"births": 40.0, "deaths": 70.0, "people": 3000.0, **counts}
    tables = {name: tidy({"001": {"2024": one}}, table=name) for name, one in given.items()}
    return published(
        tidy({"001": {"2024": -10.0}}), tables, unit="permille", interval="difference",
        counts=Counts(of="births", minus="deaths", per="people"),
    )  # fmt: skip


def test_a_balance_has_the_interval_of_both_its_counts() -> None:
    found = balance_world()
    assert found.interval is not None
    assert (found.interval.method, found.interval.count, found.interval.minus) == ("balance", 40.0, 70.0)
    half = 1.96 * np.sqrt(110) / 3
    assert (found.interval.low, found.interval.high) == pytest.approx((-10 - half, -10 + half), abs=0.4)
    assert {one.table for one in found.count_origins} == {"births", "deaths", "people"}
    assert found.ranking.set_index("area")["low"].isna().to_dict() == {"001": False, "002": True, "003": True}


@pytest.mark.parametrize(
    "wrong", [{"births": ".."}, {"deaths": ".."}, {"people": ".."}, {"deaths": 71.0}, {"people": 0.0}]
)
def test_a_balance_whose_counts_are_not_known_or_do_not_make_it_has_none(wrong: dict[str, Any]) -> None:
    found = balance_world(**wrong)
    assert (found.value, found.interval) == (-10.0, None)


def test_a_balance_is_tested_for_a_trend_by_its_scatter_alone() -> None:
    years = {str(year): float(year - 2030) for year in range(2020, 2025)}
    flows = {"plus": dict.fromkeys(years, 100.0), "minus": {year: 100 - one for year, one in years.items()}}
    tables = {name: tidy({"001": one}) for name, one in flows.items()}
    found = published(
        tidy({"001": years}), {**tables, "people": tidy({"001": dict.fromkeys(years, 1000.0)})},
        unit="permille", interval="difference", counts=Counts(of="plus", minus="minus", per="people"),
    )  # fmt: skip
    assert found.interval is not None
    assert found.start_interval is not None
    assert found.trend is not None
    assert (found.trend.direction, found.trend.weighted) == ("rising", False)


def test_the_start_of_a_change_has_an_interval_where_its_counts_are_known() -> None:
    rates = tidy({"001": {"2019": 10.0, "2024": 12.5}})
    both = published(
        rates, {"people": tidy({"001": {"2019": 500.0, "2024": 400.0}})}, counts=Counts(per="people")
    )
    assert both.start_interval is not None
    assert (both.start_interval.count, both.start_interval.of) == (50.0, 500.0)
    assert (both.start_interval.low, both.start_interval.high) == pytest.approx(shares(10.0, 500))
    newest = published(rates, {"people": tidy({"001": {"2024": 400.0}})}, counts=Counts(per="people"))
    assert newest.interval is not None
    assert newest.start_interval is None


def test_counts_of_another_year_are_not_taken() -> None:
    people = {"people": tidy({"001": {"2023": 400.0}})}
    assert published(tidy({"001": {"2024": 5.0}}), people, counts=Counts(per="people")).interval is None
    assert published(tidy({"002": {"2024": 5.0}}), people, counts=Counts(per="people")).interval is None


def test_the_tables_of_the_counts_are_named_beside_those_of_the_figure() -> None:
    people = {"people": tidy({"001": {"2024": 400.0}}, table="people")}
    found = published(tidy({"001": {"2024": 5.0}}, table="rate"), people, counts=Counts(per="people"))
    assert [one.table for one in found.origins] == ["rate"]
    assert [one.table for one in found.count_origins] == ["people"]
    without = published(tidy({"001": {"2023": 5.0}}, table="rate"), people, counts=Counts(per="people"))
    assert without.count_origins == ()


# -- The declarations ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tornio() -> Context:
    regions = load_regions()
    here, kemi = regions.find("Tornio"), regions.find("Kemi")
    return Context(open_store(), CATALOG, regions, here, (kemi,), (here,), 2000)


@pytest.mark.parametrize("name", sorted(set(DECLARED) - WITHOUT_COUNTS))
def test_every_declared_interval_holds_its_figure_in_all_municipalities(name: str, tornio: Context) -> None:
    series = indicator_series(tornio, name)
    known = np.isfinite(series.grid.figures)
    if not known.any():
        return
    newest = int(np.flatnonzero(known.any(axis=1))[np.argmax(series.grid.keys.months[known.any(axis=1)])])
    counts = counts_behind(tornio, series, [newest])
    assert counts is not None
    told = np.isfinite(counts.of[0]) & known[newest]
    if name in UNKNOWN:
        assert not told.any()
    else:
        assert told.sum() >= 0.99 * known[newest].sum()
    found = compare(tornio, name)
    assert (found.interval is None) == (found.value is None or name in UNKNOWN)
    ranked = found.ranking.dropna(subset=["low", "high"])
    assert ((ranked["low"] <= ranked["value"]) & (ranked["value"] <= ranked["high"])).all()
    assert (ranked["low"] < ranked["high"]).all()
    assert series.indicator.interval == "difference" or (ranked["low"] >= 0).all()


@pytest.mark.parametrize(
    ("name", "method", "count", "of", "low", "high"),
    [
        # 1063 unemployed jobseekers of a labour force of 9613 (KEHA, June 2026)
        ("unemployment_rate", "wilson", 1063, 9613, 10.446, 11.700),
        # 9300 voters of 17 027 entitled (2021)
        ("turnout_municipal", "wilson", 9300, 17_027, 53.871, 55.366),
        # 574 offences, 20 959 inhabitants (2024)
        ("offences_against_property_per_1000", "byar", 574, 20_959, 25.192, 29.720),
        # 149 births, 252 deaths, 20 823 inhabitants (2025); 1.96 √401 / 20 823 is 1.885 per thousand
        ("natural_increase_permille", "balance", 149, 20_823, -6.882, -3.036),
    ],
)
def test_tornio_has_the_intervals_of_its_counts(
    name: str, method: str, count: int, of: int, low: float, high: float, tornio: Context
) -> None:
    found = compare(tornio, name).interval
    assert found is not None
    assert (found.method, found.count, found.of, found.derived) == (method, count, of, False)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.002)


def test_rates_of_counts_without_an_interval_are_those_the_decision_names() -> None:
    """A new rate needs an interval, or a place in the decision's list of those without one."""
    rates = {
        one.id
        for one in CATALOG.indicators.values()
        if one.unit in ("pct", "permille", "per_1000", "dependency") and not one.interval and not one.hidden
    }
    page = (Path(__file__).parents[1] / "docs" / "decisions" / "0009-intervals-and-trends.md").read_text(
        "utf-8"
    )
    left_out = page.partition("## Left out")[2].partition("\n## ")[0]
    assert sorted(name for name in rates if f"`{name}`" not in left_out) == []
