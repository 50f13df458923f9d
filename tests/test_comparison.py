"""One indicator of one municipality against its groups, on toy tables computed by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_world import PLACES, indicator, tidy, world

from uso_lib.analysis.comparison import HISTORY_COLUMNS, compare
from uso_lib.analysis.results import GroupFigure, Position
from uso_lib.specs import Selection

TOY = tidy(
    {
        "001": {"2023": 10.0, "2024": "12*"},
        "002": {"2023": 20.0, "2024": 12.0},
        "003": {"2023": 30.0, "2024": "..."},
        "004": {"2024": 7.0},
        "005": {"2024": 40.0},
    }
)


def test_groups_are_simple_means_of_those_with_data() -> None:
    found = compare(world(TOY, [indicator("a")]), "a")
    assert (found.period, found.value, found.symbol, found.missing) == ("2024", 12.0, "*", False)
    assert found.groups["peers"] == GroupFigure("peers", "mean", 12.0, 2, 3, -3.0, pytest.approx(-10.0))
    assert found.groups["network"] == GroupFigure("network", "mean", 9.5, 2, 2, 2.0, pytest.approx(20.0))
    assert found.groups["region"].value == 12.0
    assert found.groups["country"].value == pytest.approx((12 + 12 + 7 + 40) / 4)
    assert (found.groups["country"].with_data, found.groups["country"].members) == (4, 6)
    assert "country_own" not in found.groups


def test_positions_share_ties_and_leave_the_missing_out() -> None:
    up = compare(world(TOY, [indicator("a", direction="up")]), "a").positions
    assert up == {"peers": Position("peers", 1, 2, 2), "country": Position("country", 2, 4, 2)}
    down = compare(world(TOY, [indicator("a", direction="down")]), "a").positions
    assert down == {"peers": Position("peers", 1, 2, 2), "country": Position("country", 2, 4, 2)}


@pytest.mark.parametrize("direction", ["neither", "contested"])
def test_without_a_direction_there_are_no_positions(direction: str) -> None:
    assert compare(world(TOY, [indicator("a", direction=direction)]), "a").positions == {}


def test_a_group_that_tells_no_more_than_the_municipality_or_its_peers_is_left_out() -> None:
    alone = compare(world(tidy({"001": {"2024": 5.0}}), [indicator("a")]), "a")
    assert (dict(alone.groups), dict(alone.positions)) == ({}, {})
    only_peers = compare(world(tidy({"001": {"2024": 5.0}, "002": {"2024": 6.0}}), [indicator("a")]), "a")
    assert sorted(only_peers.groups) == ["peers", "region"]
    assert sorted(only_peers.positions) == ["peers"]


def test_the_newest_period_is_the_municipalitys_own() -> None:
    found = compare(world(TOY, [indicator("a")], here="003", peers=("001",)), "a")
    assert (found.period, found.value) == ("2023", 30.0)
    assert found.groups["peers"].value == 20.0


def test_history_has_every_period_with_means_and_the_spread_of_peers() -> None:
    found = compare(world(TOY, [indicator("a")]), "a").history
    assert list(found.columns) == HISTORY_COLUMNS
    rows = found.set_index("period")
    assert rows["value"].to_dict() == {"2023": 10.0, "2024": 12.0}
    assert rows["symbol"].to_dict() == {"2023": "", "2024": "*"}
    assert rows["peers"].to_dict() == {"2023": 20.0, "2024": 12.0}
    assert (rows["peers_low"].to_dict(), rows["peers_high"].to_dict()) == (
        {"2023": 20.0, "2024": 12.0},
        {"2023": 30.0, "2024": 12.0},
    )
    assert rows["peers_n"].to_dict() == {"2023": 3, "2024": 2}
    assert rows["network"].to_dict() == {"2023": 10.0, "2024": 9.5}
    assert rows["country_own"].isna().all()


def test_first_year_trims_the_history_but_not_the_change() -> None:
    found = compare(world(TOY, [indicator("a")], first_year=2024), "a")
    assert found.history["period"].tolist() == ["2024"]
    assert found.change is not None
    assert found.change.start == "2023"


def test_a_series_that_ended_before_the_first_year_is_shown_whole() -> None:
    found = compare(world(TOY, [indicator("a")], first_year=2025), "a")
    assert found.history["period"].tolist() == ["2023", "2024"]
    mine_is_old = compare(world(TOY, [indicator("a")], here="003", first_year=2024), "a")
    assert mine_is_old.history["period"].tolist() == ["2023", "2024"]


def test_a_stub_of_a_long_series_is_shown_whole() -> None:
    six = tidy({"001": {str(year): 1.0 for year in range(2015, 2021)}})
    assert len(compare(world(six, [indicator("a")], first_year=2017), "a").history) == 6  # four would be left
    assert len(compare(world(six, [indicator("a")], first_year=2016), "a").history) == 5


def test_breaks_are_those_within_the_shown_history() -> None:
    years = {str(year): 1.0 for year in range(2015, 2026)}
    declared = [indicator("a", breaks=["late", "early", "future"])]
    breaks = {"early": "2017", "late": "2023", "future": "2026"}
    context = world(tidy({"001": years}), declared, breaks=breaks)
    assert [one.id for one in compare(context, "a").breaks] == ["early", "late"]
    shorter = world(tidy({"001": years}), declared, breaks=breaks, first_year=2017)
    assert [one.id for one in compare(shorter, "a").breaks] == ["late"]


def test_history_segments_never_join_definitions() -> None:
    tables = {
        "new": tidy({"001": {"2022": 1.0, "2023": 1.0}}, table="new"),
        "old": tidy({"001": {"2021": 1.0, "2022": 2.0}}, table="old"),
    }
    source = [Selection(table="new", content="x"), Selection(table="old", content="x", series="vanha")]
    found = compare(world(tables, [indicator("a", source=source)]), "a")
    shown = found.history
    assert list(zip(shown["series"], shown["period"], shown["segment"], strict=True)) == [
        ("", "2022", 0), ("", "2023", 0), ("vanha", "2021", 1), ("vanha", "2022", 1),
    ]  # fmt: skip
    assert [origin.table for origin in found.origins] == ["new", "old"]


@pytest.mark.parametrize(
    ("direction", "names"),
    [
        ("up", ["Bölö", "Aitola", "Dalby", "Cederby"]),
        ("down", ["Dalby", "Aitola", "Bölö", "Cederby"]),
        ("contested", ["Bölö", "Aitola", "Dalby", "Cederby"]),
    ],
)
def test_the_ranking_is_best_first_and_the_missing_last(direction: str, names: list[str]) -> None:
    toy = tidy({"001": {"2024": 5.0}, "002": {"2024": 9.0}, "003": {"2024": "..."}, "004": {"2024": -1.0}})
    context = world(toy, [indicator("a", direction=direction)], peers=("003", "002", "004"))
    found = compare(context, "a").ranking
    assert found["name"].tolist() == names
    assert found["symbol"].tolist() == ["", "", "", "..."]
    assert found.loc[found["is_member"], "area"].tolist() == ["001"]
    assert math.isnan(found["value"].iloc[-1])


def test_a_municipality_without_figures_has_no_comparison_but_keeps_the_reason() -> None:
    found = compare(world(TOY, [indicator("a")], here="006"), "a")
    assert (found.missing, found.period, found.symbol, found.age_years) == (True, None, "", None)
    assert (dict(found.groups), dict(found.positions), found.change) == ({}, {}, None)
    assert found.ranking.empty
    assert found.history["peers"].tolist() == [25.0, 12.0]
    hidden = compare(world(tidy({"001": {"2024": "..."}, "002": {"2024": 1.0}}), [indicator("a")]), "a")
    assert (hidden.missing, hidden.symbol) == (True, "...")


def test_an_indicator_without_a_table_is_empty_everywhere() -> None:
    found = compare(world({}, [indicator("a")]), "a")
    assert (found.missing, len(found.history), len(found.ranking), found.origins) == (True, 0, 0, ())
    assert list(found.history.columns) == HISTORY_COLUMNS


def test_origins_are_the_tables_of_the_municipalitys_shown_values_newest_first() -> None:
    tables = {
        "old": tidy({"001": {"2010": 1.0, "2020": 1.0}}, table="old"),
        "new": tidy({"001": {"2021": 2.0}}, table="new"),
        "people": tidy({"001": {"2010": 5.0, "2020": 5.0, "2021": 5.0}}, table="people"),
    }
    source = [Selection(table="old", content="x"), Selection(table="new", content="x")]
    declared = [
        indicator("n", source=source),
        indicator("p", source=[Selection(table="people", content="x")]),
        indicator("a", formula="per_capita", of="n", per="p"),
    ]
    found = compare(world(tables, declared), "a").origins
    assert [(one.table, one.newest) for one in found] == [
        ("new", "2021"),
        ("people", "2021"),
        ("old", "2020"),
    ]
    recent = compare(world(tables, declared, first_year=2021), "a").origins
    assert [one.table for one in recent] == ["new", "people"]
    early = compare(world(tables | {"new": tidy({"002": {"2021": 2.0}}, table="new")}, declared), "a").origins
    assert [(one.table, one.newest) for one in early] == [("old", "2020"), ("people", "2020")]


def test_a_table_is_never_said_to_be_newer_than_it_is() -> None:
    """A change to 2025 starts in the table that ends in 2020."""
    tables = {
        "old": tidy({"001": {"2020": 1.0}}, table="old"),
        "new": tidy({"001": {"2025": 2.0}}, table="new"),
    }
    source = [Selection(table="new", content="x"), Selection(table="old", content="x")]
    declared = [
        indicator("n", source=source, unit="persons"),
        indicator("a", of="n", formula="change", years=5, unit="pct"),
    ]
    found = compare(world(tables, declared), "a")
    assert found.period == "2025"
    assert [(one.table, one.newest) for one in found.origins] == [("new", "2025"), ("old", "2020")]


def test_ties_are_decided_on_printed_decimals() -> None:
    toy = tidy({"001": {"2024": 7.04}, "002": {"2024": 6.96}, "003": {"2024": 6.0}})
    places = {
        decimals: compare(
            world(toy, [indicator("a", decimals=decimals)], here="002", peers=("001", "003")), "a"
        )
        .positions["peers"]
        .place
        for decimals in (1, 2)
    }
    assert places == {1: 1, 2: 2}


values = st.floats(min_value=-1e4, max_value=1e4, allow_nan=False)


@settings(max_examples=15, deadline=None)
@given(st.lists(values | st.none(), min_size=5, max_size=5), values)
def test_a_municipality_without_data_changes_nothing(others: list[float | None], own: float) -> None:
    figures = dict(zip(list(PLACES)[1:], others, strict=True))
    rows = {
        "001": {"2024": own},
        **{code: {"2024": value} for code, value in figures.items() if value is not None},
    }
    with_gaps = tidy({"001": {"2024": own}, **{code: {"2024": value} for code, value in figures.items()}})
    without = compare(world(tidy(rows), [indicator("a")], peers=list(PLACES)[1:]), "a")
    found = compare(world(with_gaps, [indicator("a")], peers=list(PLACES)[1:]), "a")
    assert found.groups == without.groups
    assert found.positions == without.positions
    pd.testing.assert_frame_equal(found.ranking, without.ranking)
    present = [own, *(value for value in others if value is not None)]
    assert ("peers" in found.groups) == (len(present) > 1)
    if len(present) == 1:
        return
    mean = found.groups["peers"].value
    assert mean is not None
    assert min(present) - 1e-9 <= mean <= max(present) + 1e-9
