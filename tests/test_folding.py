"""Live tables folded into today's municipalities: nothing averaged, divided or passed off as whole.

Toy register: 100 took over 101 and 102; 500 was founded by 501 and 502; 103 was split between 100 and 900.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from made_figures import figures, live_table, values

from uso_lib.errors import BadAnswer
from uso_lib.live_specs import LiveContent, LiveDimension, LiveTable, Rate
from uso_lib.registers import Merger, read_mergers, read_municipalities
from uso_lib.sources.keeping.folding import fold_live

TODAY = frozenset({"100", "500", "900"})
MERGERS = (
    Merger("101", "100"), Merger("102", "100"), Merger("501", "500"), Merger("502", "500"),
    Merger("103", "100"), Merger("103", "900"),
)  # fmt: skip
Figures = dict[str, dict[str, dict[str, float | None]]]


def folded(
    frame: pd.DataFrame, table: LiveTable | None = None
) -> tuple[dict[tuple[str, ...], float | None], tuple[str, ...]]:
    made, remarks = fold_live(table or live_table(), frame, municipalities=TODAY, mergers=MERGERS)
    assert list(made.columns) == list(frame.columns)
    return values(made), remarks


def marks(frame: pd.DataFrame, table: LiveTable | None = None) -> dict[tuple[str, str], str]:
    made, _ = fold_live(table or live_table(), frame, municipalities=TODAY, mergers=MERGERS)
    return {(row["period"], row["area"]): row["symbol"] for row in made.to_dict("records")}


def test_counts_are_added_up_and_others_stay_as_they_are() -> None:
    given: Figures = {"n": {
        "2000": {"100": 50.0, "101": 7.0, "102": 3.0, "900": 9.0, "SSS": 69.0},
        "2020": {"100": 61.0, "900": 8.0, "SSS": 69.0},
    }}  # fmt: skip
    assert folded(figures(given)) == (
        {
            ("n", "2000", "100"): 60.0, ("n", "2000", "900"): 9.0, ("n", "2000", "SSS"): 69.0,
            ("n", "2020", "100"): 61.0, ("n", "2020", "900"): 8.0, ("n", "2020", "SSS"): 69.0,
        },
        (),
    )  # fmt: skip


def test_a_rate_is_recomputed_by_its_weight() -> None:
    table = live_table(contents=[LiveContent(code="n"), LiveContent(code="pct", merge=Rate(weighted="n"))])
    frame = figures(
        {"n": {"2000": {"100": 300.0, "101": 100.0}}, "pct": {"2000": {"100": 10.0, "101": 20.0}}}
    )
    found, remarks = folded(frame, table)
    assert found[("pct", "2000", "100")] == 12.5  # (10 * 300 + 20 * 100) / 400, not 15
    assert remarks == ()
    assert marks(frame[frame["content"] == "pct"], table) == {("2000", "100"): "/"}


def test_a_rate_whose_weight_did_not_come_goes_missing_and_is_told() -> None:
    table = live_table(contents=[LiveContent(code="n"), LiveContent(code="pct", merge=Rate(weighted="n"))])
    found, remarks = folded(figures({"pct": {"2000": {"100": 10.0, "101": 20.0, "900": 1.0}}}), table)
    assert found == {("pct", "2000", "100"): None, ("pct", "2000", "900"): 1.0}
    assert remarks == ("n did not come, so rates of merged municipalities are missing.",)


def test_rates_by_dimension_take_their_weight_of_the_same_code() -> None:
    table = live_table(
        contents=[LiveContent(code="n"), LiveContent(code="pct", merge=Rate(weighted="n"))], dims=["age"]
    )
    young = figures(
        {"n": {"2000": {"100": 1.0, "101": 3.0}}, "pct": {"2000": {"100": 8.0, "101": 4.0}}}, age="0-14"
    )
    old = figures(
        {"n": {"2000": {"100": 9.0, "101": 1.0}}, "pct": {"2000": {"100": 8.0, "101": 4.0}}}, age="15-"
    )
    found, _ = folded(pd.concat([young, old], ignore_index=True), table)
    assert found[("pct", "2000", "100", "0-14")] == 5.0
    assert found[("pct", "2000", "100", "15-")] == 7.6


def test_what_is_no_count_and_no_rate_goes_missing() -> None:
    table = live_table(contents=[LiveContent(code="n", merge="missing")])
    frame = figures({"n": {"2000": {"100": 50.0, "101": 7.0}, "2020": {"100": 61.0}}})
    assert folded(frame, table)[0] == {("n", "2000", "100"): None, ("n", "2020", "100"): 61.0}
    assert marks(frame, table)[("2000", "100")] == "/"


def test_a_municipality_founded_by_a_merger_is_the_sum_of_its_parts_before_it() -> None:
    given: Figures = {"n": {"2008": {"501": 5.0, "502": 6.0}, "2009": {"500": 12.0}}}
    assert folded(figures(given))[0] == {("n", "2008", "500"): 11.0, ("n", "2009", "500"): 12.0}


def test_a_successor_that_was_there_before_is_awaited() -> None:
    given: Figures = {"n": {"2007": {"101": 5.0}, "2008": {"101": 5.0, "100": 6.0}, "2009": {"100": 12.0}}}
    assert folded(figures(given))[0] == {
        ("n", "2007", "100"): None, ("n", "2008", "100"): 11.0, ("n", "2009", "100"): 12.0,
    }  # fmt: skip


def test_a_successor_without_any_figures_is_awaited_too() -> None:
    assert folded(figures({"n": {"2007": {"101": 5.0}}}))[0] == {("n", "2007", "100"): None}


def test_a_part_that_misses_a_year_between_its_years_makes_the_sum_unknown() -> None:
    given: Figures = {"n": {
        "2005": {"501": 1.0, "502": 2.0}, "2006": {"501": 1.0}, "2007": {"501": 1.0, "502": 2.0},
        "2008": {"500": 4.0},
    }}  # fmt: skip
    frame = figures(given)
    assert folded(frame)[0] == {
        ("n", "2005", "500"): 3.0, ("n", "2006", "500"): None, ("n", "2007", "500"): 3.0,
        ("n", "2008", "500"): 4.0,
    }  # fmt: skip
    assert marks(frame)[("2006", "500")] == ".."
    assert folded(frame, live_table(absent="zero"))[0][("n", "2006", "500")] == 1.0


def test_a_part_whose_figures_ended_earlier_is_not_awaited_for_ever() -> None:
    """102 had merged into 101 before 101 merged into 100: its figures are within those of 101."""
    given: Figures = {"n": {"1999": {"100": 9.0, "101": 1.0, "102": 2.0}, "2000": {"100": 9.0, "101": 3.0}}}
    assert folded(figures(given))[0] == {("n", "1999", "100"): 12.0, ("n", "2000", "100"): 12.0}


def test_figures_of_a_split_municipality_are_left_out_and_its_successors_marked() -> None:
    given: Figures = {
        "n": {"1990": {"100": 5.0, "103": 2.0, "900": 7.0}, "2000": {"100": 6.0, "900": 8.0}},
    }
    found, remarks = folded(figures(given))
    assert found == {
        ("n", "1990", "100"): None, ("n", "1990", "900"): None,
        ("n", "2000", "100"): 6.0, ("n", "2000", "900"): 8.0,
    }  # fmt: skip
    assert marks(figures(given))[("1990", "900")] == "/"
    assert "Figures of 103 were left out" in remarks[0]


def test_unknown_areas_are_left_out_and_told() -> None:
    given: Figures = {"n": {"2000": {"100": 5.0, "198": 2.0, "199": 1.0}, "2001": {"199": 7.0}}}
    found, remarks = folded(figures(given))
    assert found == {("n", "2000", "100"): 5.0}
    assert remarks == ("3 rows left out, the area is no municipality that the register knows: 198, 199.",)


def test_pairs_of_municipalities_are_folded_on_both_sides() -> None:
    table = live_table(
        dimensions=[LiveDimension(name="origin", text=["Lähtöalue"], area=True)], absent="zero"
    )
    lines = [
        ("100", "2018", "900", 10.0), ("101", "2018", "900", 4.0), ("900", "2018", "101", 3.0),
        ("900", "2018", "102", 2.0), ("100", "2018", "101", 8.0), ("100", "2018", "SSS", 27.0),
        ("100", "2018", "198", 1.0),
    ]  # fmt: skip
    frame = pd.DataFrame(lines, columns=["area", "period", "origin", "value"])
    frame = frame.assign(content="n", symbol="")[["area", "period", "origin", "content", "value", "symbol"]]
    found, remarks = folded(frame.astype({"value": "float64"}), table)
    assert found == {("n", "2018", "100", "900"): 14.0, ("n", "2018", "900", "100"): 5.0}
    assert remarks == ("1 row left out, the origin is no municipality that the register knows: 198.",)


def test_a_content_that_nobody_declared_is_refused() -> None:
    with pytest.raises(BadAnswer, match=r"toy: .* does not declare: m"):
        folded(figures({"m": {"2000": {"100": 1.0, "101": 1.0}}}))


def test_the_order_of_the_rows_does_not_matter() -> None:
    frame = figures({"n": {"2000": {"100": 1.0, "101": 2.0, "900": 3.0}, "2020": {"100": 4.0}}})
    made = [
        fold_live(live_table(), one, municipalities=TODAY, mergers=MERGERS)[0]
        for one in (frame, frame.sample(frac=1, random_state=5))
    ]
    pd.testing.assert_frame_equal(*made)


@pytest.mark.parametrize(
    ("old", "new"),
    [("588", "507"), ("911", "541"), ("099", "214")],
    ids=["Pertunmaa", "Valtimo", "Honkajoki"],
)
def test_the_mergers_of_the_real_register_are_found(old: str, new: str) -> None:
    arguments: dict[str, Any] = {
        "municipalities": {one.code for one in read_municipalities()},
        "mergers": read_mergers(),
    }
    frame = figures({"n": {"2015": {old: 1.0, new: 2.0}, "2025": {new: 3.0}}})
    made, remarks = fold_live(live_table(), frame, **arguments)
    assert values(made) == {("n", "2015", new): 3.0, ("n", "2025", new): 3.0}
    assert remarks == ()
