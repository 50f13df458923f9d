"""Section 118: met, not met, unknown; never a verdict on missing inputs."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from toy_world import PLACES, indicator, tidy, world

from uso_lib import specs
from uso_lib.analysis.criteria import assess
from uso_lib.analysis.results import CriterionResult
from uso_lib.specs import Selection

Figures = dict[str, dict[str, float | str | None]]


def assessed(
    figures: Figures, *, weights: Figures | None = None, weight_unit: str = "eur", **given: Any
) -> CriterionResult:
    criterion = specs.Criterion(
        **{
            "id": "c",
            "group": "C",
            "title": "Kriteeri",
            "law": "118 §",
            "indicator": "a",
            "rule": "below",
            "limit": 80,
            **given,
        }
    )
    toy = tidy(figures)
    declared = [indicator("a", unit="pct")]
    if weights is not None:
        toy = pd.concat([toy, tidy(weights, content="w")])
        declared.append(
            indicator("w", unit=weight_unit, title="Väkiluku", source=[Selection(table="toy", content="w")])
        )
    (result,) = assess(world(toy, declared, criteria=[criterion]), ["c"])
    return result


@pytest.mark.parametrize(
    ("rule", "limit", "value", "verdict", "distance"),
    [
        ("below", 80, 79.9, "met", -0.1),
        ("below", 80, 80.0, "not_met", 0.0),
        ("at_least", 50, 50.0, "met", 0.0),
        ("at_least", 50, 49.0, "not_met", -1.0),
        ("at_least_deficit", 1000, -1000.0, "met", 0.0),
        ("at_least_deficit", 1000, -999.0, "not_met", 1.0),
        ("at_least_deficit", 1000, 500.0, "not_met", 1500.0),
    ],
)
def test_limits_of_one_year(rule: str, limit: float, value: float, verdict: str, distance: float) -> None:
    result = assessed({"001": {"2024": value}}, rule=rule, limit=limit)
    assert (result.period, result.value, result.verdict) == ("2024", value, verdict)
    assert result.limit == (-limit if rule == "at_least_deficit" else limit)
    assert result.distance == pytest.approx(distance)
    assert result.inputs == {"2024": value}


@pytest.mark.parametrize(
    ("newest", "before", "verdict"),
    [(-1200.0, -600.0, "met"), (-1200.0, -400.0, "not_met"), (-900.0, -600.0, "not_met")],
)
def test_the_year_before_has_its_own_limit(newest: float, before: float, verdict: str) -> None:
    result = assessed(
        {"001": {"2023": before, "2024": newest}},
        rule="at_least_deficit",
        limit=1000,
        previous_limit=500,
        years=2,
    )
    assert (result.verdict, list(result.inputs)) == (verdict, ["2024", "2023"])
    assert (result.limit, result.distance) == (-1000.0, newest + 1000)


@pytest.mark.parametrize("before", [None, "..."])
def test_one_missing_year_makes_it_unknown_when_the_other_meets_the_limit(before: str | None) -> None:
    result = assessed({"001": {"2018": before, "2019": 70.0}}, years=2)
    assert (result.verdict, result.value, result.limit) == ("unknown", 70.0, 80.0)
    assert result.distance == -10
    assert result.inputs == {"2019": 70.0, "2018": None}
    assert result.reason == (
        "Ei tiedossa: vuoden 2018 luku puuttuu, ja kriteeri vaatii kaksi peräkkäistä vuotta. "
        "Vuonna 2019 ehto täyttyi."
    )


@pytest.mark.parametrize("before", [None, "..."])
def test_one_year_that_fails_decides_what_two_in_a_row_would_have_to_meet(before: str | None) -> None:
    result = assessed({"001": {"2018": before, "2019": 90.0}}, years=2)
    assert (result.verdict, result.value, result.distance) == ("not_met", 90.0, 10.0)
    assert result.inputs == {"2019": 90.0, "2018": None}
    assert result.reason == (
        "Ehto ei täyttynyt vuonna 2019, joten se ei voinut täyttyä kahtena peräkkäisenä vuonna."
    )


def test_a_year_that_fails_a_limit_that_is_not_the_laws_decides_nothing() -> None:
    result = assessed(
        RATES, weights=INCOME, weight_unit="persons", rule="mean_plus_points", limit=5.0, weight="w", years=2
    )
    assert result.verdict == "unknown"
    assert "Vuonna 2026 luku jäi likimääräisen rajan alle." in result.reason
    assert "ehto" not in result.reason


def test_years_with_a_hole_between_are_not_consecutive() -> None:
    result = assessed({"001": {"2017": 70.0, "2019": 70.0}}, years=2)
    assert (result.verdict, result.inputs) == ("unknown", {"2019": 70.0, "2018": None})


def test_no_figure_at_all_is_unknown() -> None:
    result = assessed({"002": {"2019": 70.0}})
    assert (result.verdict, result.value, result.period, dict(result.inputs)) == ("unknown", None, None, {})
    assert result.reason == "Kunnan luku puuttuu."
    undeclared = assessed({"001": {"2019": 70.0}}, rule="unknown", indicator=None, limit=None)
    assert (undeclared.verdict, undeclared.limit, undeclared.origins) == ("unknown", None, ())


RATES: Figures = {code: {"2026": 8.0} for code in PLACES}
RATES["001"] = {"2026": 11.0}
INCOME: Figures = {code: {"2026": 100.0} for code in PLACES}
INCOME["001"] = {"2026": 500.0}


def test_the_mean_of_tax_rates_is_weighted() -> None:
    result = assessed(RATES, weights=INCOME, rule="mean_plus_points", limit=2.0, weight="w")
    mean = (5 * 8.0 * 100 + 11.0 * 500) / 1000
    assert result.limit == pytest.approx(mean + 2.0)
    assert (result.verdict, result.reason) == ("not_met", "Ehto ei täyttynyt vuonna 2026.")
    lower = assessed(RATES, weights=INCOME, rule="mean_plus_points", limit=1.0, weight="w")
    assert (lower.verdict, lower.reason) == ("met", "Ehto täyttyi vuonna 2026.")


def test_a_weight_that_is_not_the_laws_gives_a_limit_but_no_verdict() -> None:
    result = assessed(
        RATES, weights=INCOME, weight_unit="persons", rule="mean_plus_points", limit=1.0, weight="w"
    )
    assert (result.verdict, result.limit) == ("unknown", pytest.approx(10.5))
    assert result.reason == (
        "Keskiarvon painona on väkiluku, koska laissa tarkoitettu verotettava tulo puuttuu, "
        "joten kriteeriä ei voida ratkaista. Vuonna 2026 luku ylsi likimääräiseen rajaan."
    )
    unweighted = assessed(RATES, rule="mean_plus_points", limit=1.0)
    assert (unweighted.verdict, unweighted.limit) == ("unknown", pytest.approx(8.5 + 1))


def test_weights_may_be_from_the_year_end_before_but_not_old() -> None:
    last: Figures = {code: {"2025": value["2026"]} for code, value in INCOME.items()}
    assert assessed(
        RATES, weights=last, rule="mean_plus_points", limit=2.0, weight="w"
    ).limit == pytest.approx(11.5)
    old: Figures = {code: {"2019": 1.0} for code in PLACES}
    result = assessed(RATES, weights=old, rule="mean_plus_points", limit=2.0, weight="w")
    assert (result.limit, result.distance, result.verdict) == (None, None, "unknown")
    assert result.reason == "Ei tiedossa: rajaa ei voida laskea (2026)."


def test_loans_are_held_against_the_mean_and_half() -> None:
    people: Figures = {code: {"2026": 10.0} for code in PLACES}
    result = assessed(
        RATES, weights=people, weight_unit="persons", rule="mean_plus_pct", limit=50, weight="w"
    )
    assert result.limit == pytest.approx(8.5 * 1.5)
    assert result.verdict == "not_met"
    assert assessed(RATES, rule="mean_plus_pct", limit=20).verdict == "met"


def test_a_mean_over_too_few_municipalities_is_no_limit() -> None:
    few: Figures = {code: RATES[code] for code in ("001", "002", "003", "004", "005")}
    result = assessed(few, rule="mean_plus_pct", limit=50)
    assert (result.limit, result.verdict) == (None, "unknown")


def test_results_come_in_the_asked_order_with_their_origins() -> None:
    declared = [
        specs.Criterion(id=name, group="B", title=name, law="118 §", indicator="a", rule="below", limit=80)
        for name in ("x", "y")
    ]
    context = world(tidy({"001": {"2024": 1.0}}), [indicator("a")], criteria=declared)
    results = assess(context, ["y", "x"])
    assert [one.criterion.id for one in results] == ["y", "x"]
    assert [origin.table for origin in results[0].origins] == ["toy"]
