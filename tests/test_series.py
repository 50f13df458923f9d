"""One frame per indicator: selections, definitions, segments, cache."""

from __future__ import annotations

import gc

import pandas as pd
import pytest
from toy_world import indicator, tidy, world

from uso_lib.analysis import memory
from uso_lib.analysis import series as module
from uso_lib.analysis.context import Context
from uso_lib.analysis.series import indicator_series
from uso_lib.errors import UnknownName, UsoError
from uso_lib.specs import Selection


def lines(context: Context, name: str = "a") -> list[tuple[str, str, int, int]]:
    keys = indicator_series(context, name).grid.keys
    return list(zip(keys["series"], keys["period"], keys["block"], keys["segment"], strict=True))


def values(context: Context, name: str = "a", *, area: str = "001") -> dict[str, float | None]:
    frame = indicator_series(context, name).frame
    here = frame[frame["area"] == area]
    return {
        period: None if pd.isna(value) else value
        for period, value in zip(here["period"], here["value"], strict=True)
    }


def test_the_frame_has_the_documented_columns_and_only_known_areas() -> None:
    toy = tidy({"001": {"2024": 1.0}, "MK01": {"2024": 9.0}, "SSS": {"2024": 10.0}, "777": {"2024": 3.0}})
    frame = indicator_series(world(toy, [indicator("a", country="published")]), "a").frame
    assert list(frame.columns) == module.FRAME_COLUMNS
    assert frame["area"].tolist() == ["001", "SSS"]
    assert frame["method"].tolist() == ["", "published"]


def test_an_earlier_selection_wins_but_a_later_one_fills_its_gap() -> None:
    first = tidy({"001": {"2020": 1.0, "2021": None}, "002": {"2020": "..."}}, table="first")
    second = tidy({"001": {"2020": 9.0, "2021": 2.0, "2022": 3.0}, "002": {"2020": "."}}, table="second")
    source = [Selection(table="first", content="x"), Selection(table="second", content="x", scale=10)]
    context = world({"first": first, "second": second}, [indicator("a", source=source)])
    assert values(context) == {"2020": 1.0, "2021": 20.0, "2022": 30.0}
    frame = indicator_series(context, "a").frame
    assert frame.loc[frame["area"] == "001", "tables"].tolist() == ["first", "second", "second"]
    assert frame.loc[frame["area"] == "002", "symbol"].tolist() == ["..."]


def test_selections_are_limited_to_their_periods_and_absent_tables_are_skipped() -> None:
    toy = tidy({"001": {"2019": 1.0, "2020": 2.0, "2021": 3.0}})
    source = [
        Selection(table="nowhere", content="x"),
        Selection(table="toy", content="x", periods="2020-2020"),
    ]
    assert values(world(toy, [indicator("a", source=source)])) == {"2020": 2.0}


def test_an_indicator_without_any_table_is_empty() -> None:
    context = world({}, [indicator("a"), indicator("b", of="a", per="a", formula="share", source=[])])
    for name in ("a", "b"):
        found = indicator_series(context, name)
        assert (len(found.frame), found.grid.figures.shape, len(found.grid.country)) == (0, (0, 6), 0)


def test_a_sum_over_contents_and_codes_is_complete_or_missing() -> None:
    parts = [tidy({"001": {"2024": float(age)}, "002": {"2024": 1.0}}, age=str(age)) for age in (1, 2, 3)]
    toy = pd.concat(parts, ignore_index=True)
    toy = toy[~((toy["area"] == "002") & (toy["age"] == "2"))]
    source = [Selection(table="toy", content="x", dims={"age": "1-3"})]
    context = world(toy, [indicator("a", formula="sum", source=source)])
    assert values(context) == {"2024": 6.0}
    assert values(context, area="002") == {"2024": None}


def test_breaks_split_blocks_and_derived_indicators_inherit_them() -> None:
    toy = tidy({"001": {str(year): float(year) for year in range(2018, 2025)}})
    declared = [
        indicator("a", breaks=["reform"]),
        indicator("b", breaks=["later"]),
        indicator("c", of="a", per="b", formula="share"),
    ]
    context = world(toy, declared, breaks={"reform": "2020", "later": "2023"})
    assert [line[2] for line in lines(context, "a")] == [0, 0, 1, 1, 1, 1, 1]
    assert [line[2] for line in lines(context, "c")] == [0, 0, 1, 1, 1, 2, 2]
    assert [one.id for one in indicator_series(context, "c").breaks] == ["reform", "later"]


def test_a_break_in_a_month_splits_months() -> None:
    toy = tidy({"001": {"2024M11": 1.0, "2024M12": 1.0, "2025M01": 1.0}})
    context = world(toy, [indicator("a", breaks=["te"])], breaks={"te": "2025"})
    assert [line[2] for line in lines(context)] == [0, 0, 1]


def test_series_are_definitions_of_their_own_in_declared_order() -> None:
    new, old = (
        tidy({"001": {"2022": 1.0, "2023": 1.0}}, table="new"),
        tidy({"001": {"2020": 5.0, "2022": 5.0}}, table="old"),
    )
    source = [Selection(table="new", content="x"), Selection(table="old", content="x", series="vanha")]
    context = world({"new": new, "old": old}, [indicator("a", source=source)])
    assert lines(context) == [
        ("", "2022", 0, 0),
        ("", "2023", 0, 0),
        ("vanha", "2020", 0, 1),
        ("vanha", "2022", 0, 1),
    ]


def test_a_hole_starts_a_segment_but_not_a_block() -> None:
    toy = tidy({"001": dict.fromkeys(("2017", "2018", "2019", "2025"), 1.0)})
    assert [(block, segment) for _, _, block, segment in lines(world(toy, [indicator("a")]))] == [
        (0, 0),
        (0, 0),
        (0, 0),
        (0, 1),
    ]


def test_a_municipality_that_misses_a_year_does_not_split_the_others() -> None:
    toy = tidy({"001": {"2017": 1.0, "2019": 1.0}, "002": {"2017": 1.0, "2018": 1.0, "2019": 1.0}})
    assert {segment for *_, segment in lines(world(toy, [indicator("a")]))} == {0}


def test_years_and_months_are_never_one_definition() -> None:
    toy = tidy({"001": {"2023": 1.0, "2024M01": 1.0, "2024M02": 1.0}})
    assert [(block, segment) for _, _, block, segment in lines(world(toy, [indicator("a")]))] == [
        (0, 0),
        (1, 1),
        (1, 1),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"formula": "share", "of": "part", "per": "whole", "unit": "pct"}, {"2023": 40.0, "2024": 60.0}),
        ({"formula": "ratio", "of": "part", "per": "whole"}, {"2023": 0.4, "2024": 0.6}),
        ({"formula": "per_capita", "of": "part", "per": "whole"}, {"2023": 0.4, "2024": 0.6}),
        ({"formula": "per_1000", "of": "part", "per": "whole"}, {"2023": 400.0, "2024": 600.0}),
        ({"formula": "difference", "of": "whole", "minus": "part"}, {"2023": 30.0, "2024": 20.0}),
        ({"formula": "change", "of": "part", "unit": "pct"}, {"2024": 50.0}),
        ({"formula": "change", "of": "part", "unit": "persons", "years": 1}, {"2024": 10.0}),
        (
            {"formula": "index", "of": "part", "base": "2024", "unit": "index"},
            {"2023": 200 / 3, "2024": 100.0},
        ),
        (
            {"formula": "share", "per": "whole", "source": [Selection(table="toy", content="x")]},
            {"2023": 40.0, "2024": 60.0},
        ),
    ],
)
def test_declared_formulas_reach_their_functions(
    given: dict[str, object], expected: dict[str, float]
) -> None:
    toy = pd.concat(
        [
            tidy({"001": {"2023": 20.0, "2024": 30.0}}),
            tidy({"001": {"2023": 50.0, "2024": 50.0}}, content="y"),
        ]
    )
    whole = indicator("whole", source=[Selection(table="toy", content="y")])
    found = values(world(toy, [indicator("part"), whole, indicator("a", **given)]))
    assert found == pytest.approx(expected)


def test_mean_of_months_is_reached_from_a_source_of_its_own() -> None:
    months = [f"2023M{month:02d}" for month in range(1, 13)]
    toy = tidy({"001": {month: float(number) for number, month in enumerate(months, 1)}})
    assert values(world(toy, [indicator("a", formula="mean_12m")])) == {"2023M12": 6.5}


def test_a_provisional_mark_survives_two_formulas() -> None:
    toy = tidy({"001": {"2023": "4*", "2024": 8.0}})
    declared = [
        indicator("a"), indicator("b", of="a", per="a", formula="share"),
        indicator("c", of="b", formula="change", unit="pct"),
    ]  # fmt: skip
    frame = indicator_series(world(toy, declared), "c").frame
    assert frame["symbol"].tolist() == ["*"]


def test_the_cache_is_shared_by_members_and_forgotten_with_the_store() -> None:
    context = world(tidy({"001": {"2024": 1.0}}), [indicator("a")])
    other = Context(context.store, context.catalog, context.regions, context.peers[0], (), (), 2000)
    assert indicator_series(context, "a") is indicator_series(other, "a")
    key = (id(context.store), id(context.catalog), id(context.regions))
    assert key in memory._MEMORIES
    del context, other
    gc.collect()
    assert key not in memory._MEMORIES


def test_an_unknown_indicator_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="population"):
        indicator_series(world({}, [indicator("population")]), "popluation")


def test_a_selection_that_needs_a_dimension_says_where() -> None:
    toy = tidy({"001": {"2024": 1.0}}, age="1")
    with pytest.raises(UsoError, match="indicator a, table toy, dimension age"):
        indicator_series(world(toy, [indicator("a")]), "a")
