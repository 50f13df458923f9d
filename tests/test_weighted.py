"""Sums of categories with one weight each, the same for all municipalities."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from toy_world import indicator, tidy, world

from uso_lib import specs
from uso_lib.analysis.context import Context
from uso_lib.analysis.series import indicator_series
from uso_lib.catalog import Catalog

WEIGHTS = specs.Weights(table="costs", content="eur", dimension="age", codes=["0-1", "2-"])
SOURCE = [specs.Selection(table="people", content="x")]
COST = indicator("cost", source=SOURCE, formula="weighted_sum", weights=WEIGHTS, unit="eur", country="sum")
PEOPLE = pd.concat(
    [
        tidy({"001": {"2024": 10.0, "2040": 5.0}, "002": {"2024": "1*"}}, table="people", age="0"),
        tidy({"001": {"2024": 2.0, "2040": 1.0}, "002": {"2024": 2.0}}, table="people", age="1"),
        tidy({"001": {"2024": 3.0, "2040": 6.0}, "002": {"2024": None}}, table="people", age="2"),
    ],
    ignore_index=True,
)
COSTS = pd.concat(
    [
        tidy(
            {"SSS": {"2020": 1.0, "2023": 100.0}, "001": {"2023": 7.0}},
            table="costs",
            content="eur",
            age="0-1",
        ),
        tidy({"SSS": {"2020": 1.0, "2023": 1000.0}}, table="costs", content="eur", age="2-"),
    ],
    ignore_index=True,
)


def found(tables: dict[str, Any], cost: specs.Indicator = COST) -> pd.DataFrame:
    context: Context = world(tables, [cost])
    frame = indicator_series(context, "cost").frame
    return frame[frame["area"] != "SSS"].set_index(["area", "period"])


def test_categories_are_summed_with_the_newest_weights_of_the_country() -> None:
    frame = found({"people": PEOPLE, "costs": COSTS})
    assert frame.loc[("001", "2024"), "value"] == 12 * 100 + 3 * 1000
    assert frame.loc[("001", "2040"), "value"] == 6 * 100 + 6 * 1000
    assert frame.loc[("001", "2040"), "tables"] == "people+costs"


def test_a_missing_category_makes_the_sum_missing() -> None:
    assert pd.isna(found({"people": PEOPLE, "costs": COSTS}).loc[("002", "2024"), "value"])


@pytest.mark.parametrize(
    "tables", [{"people": PEOPLE}, {"people": PEOPLE, "costs": COSTS[COSTS["age"] != "2-"]}, {"costs": COSTS}]
)
def test_nothing_is_computed_without_the_people_or_all_weights(tables: dict[str, Any]) -> None:
    assert found(tables).empty


def test_an_index_of_a_weighted_sum_compares_it_with_its_base() -> None:
    need = indicator("need", formula="index", of="cost", base="2024", unit="index")
    context = world({"people": PEOPLE, "costs": COSTS}, [COST, need])
    frame = indicator_series(context, "need").frame.set_index(["area", "period"])
    assert frame.loc[("001", "2040"), "value"] == pytest.approx(6600 / 4200 * 100)


def test_the_weights_are_among_the_tables_of_the_indicator() -> None:
    catalog: Catalog = world({}, [COST]).catalog
    assert catalog.tables_of("cost") == ("people", "costs")
