"""One frame per indicator: selections, definitions, segments, cache."""

from __future__ import annotations

import gc

import pandas as pd
import pytest
from toy_world import described, indicator, tidy, world

from uso_lib.analysis import memory
from uso_lib.analysis import series as module
from uso_lib.analysis.comparison import compare
from uso_lib.analysis.context import Context, edition_key, edition_of
from uso_lib.analysis.joining import Piece, series_labels
from uso_lib.analysis.series import indicator_series
from uso_lib.errors import UnknownName, UsoError
from uso_lib.specs import Continuation, Selection


def lines(context: Context, name: str = "a") -> list[tuple[str, str, int, int]]:
    keys = indicator_series(context, name).grid.keys
    return list(zip(keys.series, keys.periods, keys.blocks, keys.segments, strict=True))


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
        assert (len(found.frame), found.grid.figures.shape, len(found.grid.country.figures)) == (0, (0, 6), 0)


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


FETCHED = {"kind": "fetched", "retrieved": "2026-11-21", "vintage": "haettu 21.11.2026"}


def both(*tables: str, **changes: dict[str, str]) -> list[Selection]:
    """Select content x of several tables, in this order."""
    return [Selection(table=one, content="x", **changes.get(one, {})) for one in tables]


def series_of(context: Context, name: str = "a", area: str = "001") -> dict[str, dict[str, float]]:
    frame = indicator_series(context, name).frame
    here = frame[(frame["area"] == area) & frame["value"].notna()]
    return {
        str(label): dict(zip(part["period"], part["value"], strict=True))
        for label, part in here.groupby("series", sort=False)
    }


def test_an_edition_that_does_not_join_is_a_series_of_its_own() -> None:
    new, old = tidy({"001": {"2023": 3.0, "2024": 4.0}}), tidy({"001": {"2022": 2.0, "2023": 9.0}})
    context = world(
        {"toy": [new, old]}, [indicator("a")], described={"toy": [FETCHED | {"division": 2027}, {}]}
    )
    assert series_of(context) == {
        "": {"2023": 3.0, "2024": 4.0},
        "aiempi julkaisu": {"2022": 2.0, "2023": 9.0},
    }
    found = compare(context, "a")
    assert (found.period, found.value) == ("2024", 4.0)
    assert found.change is not None
    assert (found.change.start, found.change.start_value) == ("2023", 3.0)  # never 2022 of the other edition
    origins = {one.table: (one.vintage, one.retrieved, one.newest) for one in found.origins}
    assert origins == {
        "toy": ("haettu 21.11.2026", "2026-11-21", "2024"),
        "toy@1": ("2026", "2026-06", "2023"),
    }


def test_an_edition_without_the_selected_figures_is_passed_over() -> None:
    new = tidy({"001": {"2024": 4.0}}, content="y")
    old = tidy({"001": {"2022": 2.0}})
    context = world(
        {"toy": [new, old]}, [indicator("a")], described={"toy": [FETCHED | {"division": 2027}, {}]}
    )
    assert series_of(context) == {"": {"2022": 2.0}}
    assert [one.table for one in compare(context, "a").origins] == ["toy@1"]


def test_an_edition_with_other_dimensions_is_passed_over() -> None:
    new, old = tidy({"001": {"2024": 4.0}}, age="0"), tidy({"001": {"2022": 2.0}}, sex="1")
    source = [Selection(table="toy", content="x", dims={"sex": "1"})]
    context = world({"toy": [new, old]}, [indicator("a", source=source)], described={"toy": [FETCHED, {}]})
    assert series_of(context) == {"": {"2022": 2.0}}


def test_an_earlier_edition_without_figures_of_the_periods_makes_no_series() -> None:
    new, old = tidy({"001": {"2024": 4.0}}), tidy({"001": {"2022": 2.0}})
    source = [Selection(table="toy", content="x", periods="2024-")]
    described_as = {"toy": [FETCHED | {"division": 2027}, {}]}
    context = world({"toy": [new, old]}, [indicator("a", source=source)], described=described_as)
    assert series_of(context) == {"": {"2024": 4.0}}


def test_bundled_tables_join_as_declared_whoever_made_them() -> None:
    tables = {
        name: tidy({"001": {period: 1.0}}, table=name) for name, period in (("t", "2022"), ("u", "2023"))
    }
    context = world(
        tables,
        [indicator("a", source=both("t", "u"))],
        described={"u": [{"producer": "THL", "division": 2020}]},
    )
    assert series_of(context) == {"": {"2022": 1.0, "2023": 1.0}}


@pytest.mark.parametrize(
    ("other", "label"),
    [
        ({}, ""),
        ({"producer": "THL"}, "THL"),
        ({"division": 2025}, "vuoden 2025 aluejako"),
        ({"definition": "other words for the same"}, ""),
    ],
    ids=["all agree", "producer", "division", "definition"],
)
@pytest.mark.parametrize("kind", ["fetched", "imported", "joined"])
def test_fetched_tables_join_others_only_when_producer_and_division_agree(
    other: dict[str, object], label: str, kind: str
) -> None:
    tables = {
        name: tidy({"001": {period: 1.0}}, table=name) for name, period in (("t", "2023"), ("u", "2022"))
    }
    context = world(
        tables,
        [indicator("a", source=both("t", "u"))],
        described={"t": [FETCHED | {"kind": kind}], "u": [other]},
    )
    expected: dict[str, dict[str, float]] = {"": {"2023": 1.0}}
    expected.setdefault(label, {})["2022"] = 1.0
    assert series_of(context) == expected


@pytest.mark.parametrize(
    ("years", "kept"),
    [(("2022",), False), (("2022", "2023"), False), (("2021", "2022"), True)],
    ids=["one of its periods", "all of its periods", "a period of their own"],
)
@pytest.mark.parametrize(
    ("other", "label"), [({"producer": "THL"}, "THL"), ({"division": 2025}, "vuoden 2025 aluejako")]
)
def test_figures_that_stand_apart_are_left_out_when_the_series_has_their_periods(
    other: dict[str, object], label: str, years: tuple[str, ...], *, kept: bool
) -> None:
    tables = {
        "t": tidy({"001": {"2022": 1.0, "2023": 1.0}}, table="t"),
        "u": tidy({"001": dict.fromkeys(years, 5.0)}, table="u"),
    }
    context = world(tables, [indicator("a", source=both("t", "u"))], described={"t": [FETCHED], "u": [other]})
    apart = {label: dict.fromkeys(years, 5.0)} if kept else {}
    assert series_of(context) == {"": {"2022": 1.0, "2023": 1.0}} | apart
    assert {one.table for one in compare(context, "a").origins} == ({"t", "u"} if kept else {"t"})


def test_figures_that_stand_apart_stay_when_the_series_tells_few_municipalities() -> None:
    tables = {
        "t": tidy({"001": {"2022": 1.0}, "002": {"2022": "..."}}, table="t"),
        "u": tidy({"001": {"2022": 5.0}, "002": {"2022": 6.0}}, table="u"),
    }
    described_as = {"t": [FETCHED], "u": [{"producer": "THL"}]}
    context = world(tables, [indicator("a", source=both("t", "u"))], described=described_as)
    assert series_of(context, area="002") == {"THL": {"2022": 6.0}}


def test_an_edition_of_an_earlier_division_is_left_out_when_the_new_one_has_its_periods() -> None:
    new, old = tidy({"001": {"2022": 2.0, "2023": 3.0}}), tidy({"001": {"2022": 9.0}})
    described_as = {"toy": [FETCHED | {"division": 2027}, FETCHED]}
    context = world({"toy": [new, old]}, [indicator("a")], described=described_as)
    assert series_of(context) == {"": {"2022": 2.0, "2023": 3.0}}


def test_imported_figures_that_stand_apart_are_always_told() -> None:
    tables = {name: tidy({"001": {"2022": 1.0}}, table=name) for name in ("t", "u")}
    described_as = {"t": [FETCHED], "u": [FETCHED | {"producer": "THL", "kind": "imported"}]}
    context = world(tables, [indicator("a", source=both("t", "u"))], described=described_as)
    assert series_of(context) == {"": {"2022": 1.0}, "THL": {"2022": 1.0}}


def test_a_declared_series_that_must_stand_apart_keeps_its_own_label_in_front() -> None:
    tables = {
        name: tidy({"001": {period: 1.0}}, table=name) for name, period in (("t", "2023"), ("u", "2022"))
    }
    source = [Selection(table=one, content="x", series="vanha") for one in ("t", "u")]
    context = world(
        tables, [indicator("a", source=source)], described={"t": [FETCHED], "u": [{"producer": "THL"}]}
    )
    assert series_of(context) == {"vanha": {"2023": 1.0}, "vanha, THL": {"2022": 1.0}}


def test_series_set_apart_come_after_the_one_they_were_declared_in() -> None:
    new, old = tidy({"001": {"2024": 4.0}}, table="t"), tidy({"001": {"2022": 2.0}}, table="t")
    third = tidy({"001": {"2021": 1.0}}, table="u")
    source = [Selection(table="t", content="x"), Selection(table="u", content="x", series="vanha")]
    context = world(
        {"t": [new, old], "u": third},
        [indicator("a", source=source)],
        described={"t": [FETCHED | {"division": 2027}, {}]},
    )
    labels = indicator_series(context, "a").grid.keys.series
    assert labels == ("", "aiempi julkaisu", "vanha")


def piece(table: str = "t", declared: str = "", **changes: object) -> Piece:
    return Piece(declared, described(table, tidy({"001": {"2024": 1.0}}), **changes))


def test_two_selections_of_one_edition_are_one_series() -> None:
    assert series_labels([piece(**FETCHED), piece(**FETCHED)]) == ["", ""]


def test_bundled_tables_stay_together_when_the_first_one_of_them_is_superseded() -> None:
    """Table t was fetched in a new division; its bundled edition and u belong together as before."""
    pieces = [piece(**FETCHED, division=2027), piece(), piece("u")]
    assert series_labels(pieces) == ["", "aiempi julkaisu", "aiempi julkaisu"]


def test_labels_are_never_taken_twice() -> None:
    pieces = [
        piece(**FETCHED), piece("u", producer="THL"), piece("v", producer="THL", **FETCHED | {"division": 1}),
        piece("w", producer="THL", **FETCHED | {"division": 2}), piece("z", "THL, w"),
    ]  # fmt: skip
    found = series_labels(pieces)
    assert found == ["", "THL", "THL, v", "THL, w 2", "THL, w"]


def test_the_name_of_an_edition_leads_back_to_it() -> None:
    for key in ("toy", "toy@1", "toy@12"):
        assert edition_key(*edition_of(key)) == key
    assert edition_of("toy") == ("toy", 0)


def test_a_ratio_takes_the_same_series_of_both_operands() -> None:
    part = [tidy({"001": {"2024": 1.0}}, table="p"), tidy({"001": {"2023": 2.0}}, table="p")]
    whole = [tidy({"001": {"2024": 4.0}}, table="w"), tidy({"001": {"2023": 4.0}}, table="w")]
    apart = [FETCHED | {"division": 2027}, {}]
    declared = [
        indicator("part", source=both("p")),
        indicator("whole", source=both("w")),
        indicator("a", of="part", per="whole", formula="share", unit="pct"),
    ]
    context = world({"p": part, "w": whole}, declared, described={"p": apart, "w": apart})
    assert series_of(context) == {"": {"2024": 25.0}, "aiempi julkaisu": {"2023": 50.0}}
    assert {one.table for one in compare(context, "a").origins} == {"p", "w", "p@1", "w@1"}


def continued(own: pd.DataFrame, further: pd.DataFrame, label: str | None = None) -> Context:
    """Return a world where the computed indicator "b" continues "a"."""
    source = [Selection(table="further", content="x")]
    parts = [
        indicator("a", continued_by=Continuation(indicator="b", series=label)),
        indicator("b", formula="per_1000", of="c", per="d", unit="per_1000"),
        indicator("c", source=source, country="sum"),
        indicator("d", source=[Selection(table="people", content="x")], country="sum"),
    ]
    people = tidy({"001": {"2020": 1000.0, "2021": 1000.0, "2022": 2000.0}}, table="people")
    return world({"toy": own, "further": further, "people": people}, parts)


def test_a_continuation_fills_what_the_tables_lack_and_nothing_else() -> None:
    own = tidy({"001": {"2020": 1.0, "2021": "..."}})
    further = tidy({"001": {"2020": 9.0, "2021": 8.0, "2022": 14.0}}, table="further")
    context = continued(own, further)
    assert values(context) == {"2020": 1.0, "2021": 8.0, "2022": 7.0}
    frame = indicator_series(context, "a").frame
    here = frame[frame["area"] == "001"]
    assert here["tables"].tolist() == ["toy", "further+people", "further+people"]
    assert here["series"].unique().tolist() == [""]


def test_a_continuation_with_a_label_is_a_series_of_its_own() -> None:
    own = tidy({"001": {"2020": 1.0}})
    further = tidy({"001": {"2020": 9.0, "2022": 14.0}}, table="further")
    context = continued(own, further, "vuoden lopun väkiluvusta")
    label = "vuoden lopun väkiluvusta"
    assert [(series, period) for series, period, _, _ in lines(context)] == [
        ("", "2020"), (label, "2020"), (label, "2022"),
    ]  # fmt: skip


def test_without_figures_a_continuation_changes_nothing() -> None:
    own = tidy({"001": {"2020": 1.0}})
    further = tidy({"001": {"2020": 9.0}}, table="further", content="other")
    assert values(continued(own, further)) == {"2020": 1.0}
    assert continued(own, further).catalog.tables_of("a") == ("toy", "further", "people")
