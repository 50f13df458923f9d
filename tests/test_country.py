"""The whole country's own figure: published, summed, weighted or none; never the mean of ratios."""

from __future__ import annotations

import pandas as pd
import pytest
from toy_world import PLACES, indicator, tidy, world

from uso_lib.analysis.comparison import compare
from uso_lib.analysis.results import GroupFigure
from uso_lib.analysis.series import indicator_series
from uso_lib.specs import Selection

ALL = tuple(PLACES)


def own(context: object, name: str = "a") -> GroupFigure | None:
    return compare(context, name).groups.get("country_own")  # type: ignore[arg-type]


def full(first: float, step: float = 0.0, content: str = "x", period: str = "2024") -> pd.DataFrame:
    return tidy({code: {period: first + step * number} for number, code in enumerate(ALL)}, content=content)


def test_published_is_the_producers_own_row() -> None:
    toy = pd.concat([full(10.0), tidy({"SSS": {"2024": 61.5}})])
    figure = own(world(toy, [indicator("a", country="published")]))
    assert figure == GroupFigure("country_own", "published", 61.5, 0, 0)


def test_a_sum_needs_every_municipality() -> None:
    assert own(world(full(1.0, 1.0), [indicator("a", country="sum")])) == GroupFigure(
        "country_own", "sum", 21.0, 6, 6
    )
    gap = full(1.0, 1.0)
    gap.loc[gap["area"] == "006", "value"] = None
    assert own(world(gap, [indicator("a", country="sum")])) is None


def test_none_is_none_even_when_the_producer_publishes_one() -> None:
    assert own(world(pd.concat([full(1.0), tidy({"SSS": {"2024": 9.0}})]), [indicator("a")])) is None


def test_a_weighted_mean_uses_municipalities_with_both_and_needs_nearly_all() -> None:
    weights = [indicator("w", source=[Selection(table="toy", content="w")])]
    toy = pd.concat([full(1.0, 1.0), full(10.0, 10.0, "w")])
    rate = indicator("a", unit="pct", country="weighted", weight="w")
    figure = own(world(toy, [rate, *weights]))
    assert figure is not None
    assert figure.value == pytest.approx((1 * 10 + 2 * 20 + 3 * 30 + 4 * 40 + 5 * 50 + 6 * 60) / 210)
    assert (figure.method, figure.with_data, figure.members) == ("weighted", 6, 6)
    toy.loc[(toy["area"] == "004") & (toy["content"] == "w"), "value"] = None
    assert own(world(toy, [rate, *weights])) is None


@pytest.mark.parametrize("method", ["sum", "weighted"])
def test_a_published_figure_stands_in_where_municipalities_are_missing(method: str) -> None:
    weights = [indicator("w", source=[Selection(table="toy", content="w")])]
    newest = full(1.0, period="2024")
    toy = pd.concat(
        [full(2.0, period="2023"), newest[newest["area"] != "006"], full(1.0, 0.0, "w", "2023"),
         full(1.0, 0.0, "w", "2024"), tidy({"SSS": {"2023": 99.0, "2024": 61.5}})]
    )  # fmt: skip
    context = world(toy, [indicator("a", country=method, weight="w"), *weights])
    figure = own(context)
    assert figure is not None
    assert (figure.method, figure.value, figure.members) == ("published", 61.5, 0)
    frame = indicator_series(context, "a").frame
    country = frame[frame["area"] == "SSS"].set_index("period")
    assert country["method"].to_dict() == {"2023": method, "2024": "published"}
    assert country.loc["2023", "value"] == (12.0 if method == "sum" else 2.0)


def shares(part: pd.DataFrame, whole: pd.DataFrame, country: str) -> GroupFigure | None:
    toy = pd.concat([part, whole])
    declared = [
        indicator("p", country=country),
        indicator("q", country=country, source=[Selection(table="toy", content="w")]),
        indicator("a", formula="share", of="p", per="q", unit="pct"),
    ]
    return own(world(toy, declared))


def test_a_share_of_published_parts_is_published() -> None:
    part = pd.concat([full(1.0), tidy({"SSS": {"2024": 30.0}})])
    whole = pd.concat([full(10.0, content="w"), tidy({"SSS": {"2024": 40.0}}, content="w")])
    assert shares(part, whole, "published") == GroupFigure("country_own", "published", 75.0, 0, 0)


def test_a_share_of_sums_is_not_the_mean_of_shares() -> None:
    figure = shares(full(1.0, 1.0), full(10.0, 10.0, "w"), "sum")
    assert figure == GroupFigure("country_own", "weighted", pytest.approx(10.0), 6, 6)
    uneven = full(10.0, 0.0, "w")
    uneven.loc[uneven["area"] == "001", "value"] = 50.0
    figure = shares(full(1.0, 1.0), uneven, "sum")
    assert figure is not None
    assert figure.value == pytest.approx(21 / 100 * 100)


def test_a_share_needs_the_country_figures_of_both_parts() -> None:
    assert shares(full(1.0), full(10.0, content="w"), "none") is None


def test_an_explicit_none_silences_a_derived_country_figure() -> None:
    toy = pd.concat([full(1.0), full(10.0, content="w")])
    declared = [
        indicator("p", country="sum"),
        indicator("q", country="sum", source=[Selection(table="toy", content="w")]),
        indicator("a", formula="share", of="p", per="q", unit="pct", country="none"),
    ]
    assert own(world(toy, declared)) is None


def test_quotients_of_rates_are_never_summed() -> None:
    toy = pd.concat([full(1.0), full(10.0, content="w")])
    declared = [
        indicator("p", country="sum", unit="eur_per_capita"),
        indicator("q", country="sum", unit="eur_per_capita", source=[Selection(table="toy", content="w")]),
        indicator("a", formula="ratio", of="p", per="q", unit="ratio"),
    ]
    assert own(world(toy, declared)) is None


def test_changes_and_differences_are_computed_from_the_countrys_own_rows() -> None:
    toy = pd.concat([full(10.0, period="2023"), full(15.0, period="2024"), full(4.0, content="w")])
    declared = [
        indicator("p", country="sum"),
        indicator("q", country="sum", source=[Selection(table="toy", content="w")]),
        indicator("growth", formula="change", of="p", unit="pct"),
        indicator("gap", formula="difference", of="p", minus="q"),
    ]
    context = world(toy, declared)
    assert own(context, "growth") == GroupFigure("country_own", "sum", pytest.approx(50.0), 6, 6)
    assert own(context, "gap") == GroupFigure("country_own", "sum", pytest.approx(66.0), 6, 6)


def test_a_provisional_municipality_makes_the_sum_provisional() -> None:
    from uso_lib.analysis.series import indicator_series

    toy = full(1.0)
    toy.loc[toy["area"] == "003", "symbol"] = "*"
    frame = indicator_series(world(toy, [indicator("a", country="sum")]), "a").frame
    assert frame.loc[frame["area"] == "SSS", "symbol"].tolist() == ["*"]
