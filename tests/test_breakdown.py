"""Figures by category: sums of codes, shares, rates, indices, location quotients."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from toy_world import PLACES, indicator, tidy, world

from uso_lib import specs
from uso_lib.analysis.breakdown import TABLE_COLUMNS, break_down
from uso_lib.analysis.context import Context

CATEGORIES = [
    specs.Category(id="young", title="Nuoret", codes=["0-1"]),
    specs.Category(id="old", title="Vanhat", codes=["2-"]),
]


def by_age(*ages: dict[str, dict[str, float | str | None]]) -> pd.DataFrame:
    """Write one table with ages 0, 1, 2 …; each argument is one age."""
    return pd.concat([tidy(age, age=str(number)) for number, age in enumerate(ages)], ignore_index=True)


def declared(**given: Any) -> specs.Breakdown:
    values = {
        "id": "b", "title": "B", "definition": "Testi.", "unit": "persons", "decimals": 0,
        "table": "toy", "content": "x",
        "dimension": "age", "categories": CATEGORIES, **given,
    }  # fmt: skip
    return specs.Breakdown(**values)


def context(toy: pd.DataFrame, breakdown: specs.Breakdown, **given: Any) -> Context:
    return world(toy, given.pop("indicators", ()), breakdowns=[breakdown], **given)


def column(table: pd.DataFrame, name: str, period: str) -> list[float | None]:
    values = table.loc[table["period"] == period, name]
    return [None if pd.isna(value) else value for value in values]


TOY = by_age(
    {"001": {"2024": 1.0, "2040": 2.0}, "002": {"2024": 3.0, "2040": 3.0}},
    {"001": {"2024": 2.0, "2040": 2.0}, "002": {"2024": 3.0, "2040": 3.0}},
    {"001": {"2024": 4.0, "2040": 8.0}, "002": {"2024": "...", "2040": 2.0}},
    {"001": {"2024": "3*", "2040": 4.0}, "002": {"2024": 4.0, "2040": 2.0}},
)


def test_categories_add_their_codes_up_and_come_in_declared_order() -> None:
    found = break_down(context(TOY, declared()), "b")
    assert list(found.table.columns) == TABLE_COLUMNS
    assert (found.period, found.missing, found.age_years) == ("2040", False, 0)
    assert found.table["category"].tolist() == ["young", "old", "young", "old"]
    assert column(found.table, "value", "2024") == [3.0, 7.0]
    assert column(found.table, "value", "2040") == [4.0, 12.0]
    assert found.table["symbol"].tolist() == ["", "*", "", ""]
    assert column(found.table, "peers", "2024") == [4.5, 7.0]
    assert found.table["location_quotient"].isna().all()


def test_a_missing_part_makes_the_category_missing() -> None:
    found = break_down(context(TOY, declared(), here="002", peers=("001",)), "b").table
    assert column(found, "value", "2024") == [6.0, None]
    assert found["symbol"].tolist()[:2] == ["", "..."]


def test_shares_are_of_the_categories_and_a_missing_one_makes_all_missing() -> None:
    share = declared(formula="share", unit="pct", decimals=1)
    found = break_down(context(TOY, share), "b").table
    assert column(found, "value", "2024") == [30.0, 70.0]
    assert found["symbol"].tolist()[:2] == ["*", "*"]
    assert column(found, "peers", "2040") == [pytest.approx((25 + 60) / 2), pytest.approx((75 + 40) / 2)]
    gap = break_down(context(TOY, share, here="002"), "b").table
    assert column(gap, "value", "2024") == [None, None]
    assert gap["symbol"].tolist()[:2] == ["...", "..."]


def test_the_published_total_is_not_a_part_of_the_whole() -> None:
    categories = [*CATEGORIES, specs.Category(id="all", title="Kaikki", codes=["0-"])]
    share = declared(formula="share", unit="pct", categories=categories, total="all")
    found = break_down(context(TOY, share), "b").table
    assert column(found, "value", "2040") == [25.0, 75.0, 100.0]


def everywhere(value: float) -> dict[str, dict[str, float | str | None]]:
    return {code: {"2024": value} for code in PLACES}


def test_the_country_is_the_sum_of_all_and_the_published_row_where_there_is_one() -> None:
    young, old = everywhere(1.0), everywhere(3.0)
    categories = [specs.Category(id=str(age), title=str(age), codes=[str(age)]) for age in (0, 1)]
    old["SSS"] = {"2024": 30.0}
    found = break_down(context(by_age(young, old), declared(categories=categories)), "b").table
    assert column(found, "country_own", "2024") == [6.0, 30.0]
    assert column(found, "country", "2024") == [1.0, 3.0]


def test_an_incomplete_country_and_rates_have_no_sum() -> None:
    assert column(break_down(context(TOY, declared()), "b").table, "country_own", "2024") == [None, None]
    rates = declared(unit="per_1000")
    assert column(
        break_down(context(by_age(everywhere(1.0), everywhere(1.0)), rates), "b").table, "country_own", "2024"
    ) == [
        None,
        None,
    ]


def test_the_location_quotient_is_the_share_over_the_countrys_share() -> None:
    young, old = everywhere(10.0), everywhere(30.0)
    young["001"], old["001"] = {"2024": 30.0}, {"2024": 30.0}
    categories = [specs.Category(id=str(age), title=str(age), codes=[str(age)]) for age in (0, 1)]
    breakdown = declared(categories=categories, location_quotient=True)
    found = break_down(context(by_age(young, old), breakdown), "b").table
    assert column(found, "value", "2024") == [30.0, 30.0]
    national = [80 / 260, 180 / 260]
    assert column(found, "location_quotient", "2024") == [pytest.approx(0.5 / one) for one in national]


def test_rates_are_per_thousand_of_another_indicator() -> None:
    people = tidy({code: {"2024": 500.0} for code in PLACES}, content="people", age="SSS")
    toy = pd.concat([by_age(everywhere(2.0), everywhere(1.0), everywhere(4.0)), people], ignore_index=True)
    per = indicator("people", source=[specs.Selection(table="toy", content="people")])
    found = break_down(
        context(toy, declared(formula="per_1000", unit="per_1000", per="people"), indicators=[per]), "b"
    ).table
    assert column(found, "value", "2024") == [6.0, 8.0]
    assert column(found, "country_own", "2024") == [6.0, 8.0]


def test_shares_may_be_of_another_indicator_when_the_categories_are_only_some() -> None:
    jobs = tidy({code: {"2024": 20.0} for code in PLACES}, content="jobs", age="SSS")
    young, old = everywhere(2.0), everywhere(4.0)
    young["001"] = {"2024": 8.0}
    toy = pd.concat([by_age(young, old), jobs], ignore_index=True)
    categories = [specs.Category(id=str(age), title=str(age), codes=[str(age)]) for age in (0, 1)]
    share = declared(formula="share", unit="pct", per="jobs", categories=categories, location_quotient=True)
    per = indicator("jobs", source=[specs.Selection(table="toy", content="jobs")])
    found = break_down(context(toy, share, indicators=[per]), "b").table
    assert column(found, "value", "2024") == [40.0, 20.0]
    assert column(found, "country_own", "2024") == [15.0, 20.0]
    assert column(found, "location_quotient", "2024") == [pytest.approx(40 / 15), 1.0]


def test_an_index_has_its_base_as_100_and_stays_on_its_side_of_a_break() -> None:
    toy = by_age(*({"001": {"2022": 50.0, "2023": 100.0, "2024": 125.0}} for _ in range(3)))
    index = declared(formula="index", unit="index", base="2023", breaks=["reform"])
    found = break_down(context(toy, index, breaks={"reform": "2023"}), "b").table
    assert column(found, "value", "2022") == [None, None]
    assert column(found, "value", "2023") == [100.0, 100.0]
    assert column(found, "value", "2024") == [125.0, 125.0]


def test_categories_may_be_contents_instead_of_codes() -> None:
    toy = pd.concat(
        [tidy({"001": {"2024": 5.0}}, content="men"), tidy({"001": {"2024": 6.0}}, content="women")]
    )
    categories = [
        specs.Category(id="m", title="Miehet", codes=[], content="men"),
        specs.Category(id="all", title="Kaikki", codes=[], content=["men", "women"]),
    ]
    found = break_down(context(toy, declared(dimension=None, categories=categories)), "b").table
    assert column(found, "value", "2024") == [5.0, 11.0]


def test_a_fixed_dimension_chooses_among_the_others() -> None:
    toy = pd.concat(
        [by_age(everywhere(1.0), everywhere(1.0), everywhere(1.0)).assign(sex=sex) for sex in ("1", "2")]
    )
    toy = toy.assign(value=toy["value"] * toy["sex"].astype(float))
    found = break_down(context(toy, declared(dims={"sex": "2"})), "b").table
    assert column(found, "value", "2024") == [4.0, 2.0]


def test_declared_periods_and_the_first_year_limit_the_table() -> None:
    assert break_down(context(TOY, declared(periods=["2024"])), "b").period == "2024"
    trimmed = break_down(context(TOY, declared(), first_year=2030), "b").table
    assert trimmed["period"].unique().tolist() == ["2040"]
    old = break_down(context(TOY, declared(), first_year=2050), "b").table
    assert old["period"].unique().tolist() == ["2024", "2040"]


def test_a_table_the_store_lacks_and_a_municipality_without_figures_are_missing() -> None:
    lacking = break_down(world({}, breakdowns=[declared()]), "b")
    assert (lacking.missing, list(lacking.table.columns), lacking.origins) == (True, TABLE_COLUMNS, ())
    alone = break_down(context(TOY, declared(), here="005"), "b")
    assert (alone.missing, alone.period, alone.age_years) == (True, None, None)
    assert column(alone.table, "value", "2024") == [None, None]


def test_a_replacement_is_preferred_once_the_store_has_it() -> None:
    codes = {"young": ["a"], "old": ["b", "c"]}
    other = specs.Replacement(table="newer", content="y", dimension="class", codes=codes)
    one = declared(instead=other)
    newer = pd.concat(
        [
            tidy({"001": {"2030": float(number)}}, table="newer", content="y", **{"class": code})
            for number, code in enumerate("abc", start=1)
        ],
        ignore_index=True,
    )
    assert break_down(context(TOY, one), "b").period == "2040"
    found = break_down(world({"toy": TOY, "newer": newer}, breakdowns=[one]), "b")
    assert (found.period, [origin.table for origin in found.origins]) == ("2030", ["newer"])
    assert found.table["category"].tolist() == ["young", "old"]
    assert column(found.table, "value", "2030") == [1.0, 5.0]
    elsewhere = world({"toy": TOY, "newer": newer}, here="002", peers=("001",), breakdowns=[one])
    assert break_down(elsewhere, "b").period == "2040"
