"""All municipalities' values at the compared period and their classes, against tables cut by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_world import indicator, tidy, world

from uso_lib.analysis.everywhere import NO_CLASS, MapClass, everywhere, quintiles

TOY = tidy(
    {
        "001": {"2023": 10.0, "2024": "12*"},
        "002": {"2023": 20.0, "2024": 12.0},
        "003": {"2023": 30.0, "2024": "..."},
        "004": {"2024": 7.0},
        "005": {"2024": 40.0},
    }
)


def test_ten_values_make_five_classes_of_two() -> None:
    values = np.array([7.0, 1.0, 3.0, 9.0, 2.0, 8.0, 10.0, 4.0, 6.0, 5.0])
    assert quintiles(values, 0) == tuple(MapClass(low, low + 1, 2) for low in (1, 3, 5, 7, 9))


def test_a_table_with_ties_and_a_gap_cut_by_hand() -> None:
    """Ordered as printed: 1.0 1.0 1.0 1.1 | 2.0 2.0 2.0 2.0 | 3.5, ranks 2 4 6 8 9 of nine."""
    values = np.array([2.0, 1.04, 0.96, math.nan, 2.0, 1.0, 2.04, 1.1, 3.5, 1.96])
    assert quintiles(values, 1) == (
        MapClass(1.0, 1.0, 3), MapClass(1.1, 1.1, 1), MapClass(2.0, 2.0, 4), MapClass(3.5, 3.5, 1),
    )  # fmt: skip


def test_values_that_print_alike_are_never_parted() -> None:
    same = np.full(7, 21.5)
    assert quintiles(same, 1) == (MapClass(21.5, 21.5, 7),)
    # Halves go away from zero, as everywhere in the report: -0.05 prints as -0.1.
    assert quintiles(np.array([-0.05, -0.1, 0.04]), 1) == (MapClass(-0.1, -0.1, 2), MapClass(0.0, 0.0, 1))


def test_fewer_municipalities_than_classes_have_a_class_each() -> None:
    assert quintiles(np.array([4.0, math.nan, 2.0]), 0) == (MapClass(2.0, 2.0, 1), MapClass(4.0, 4.0, 1))
    assert quintiles(np.array([math.nan]), 0) == ()


@given(st.lists(st.integers(-500, 500), min_size=1, max_size=80), st.integers(0, 2))
def test_classes_cover_every_value_once_and_are_as_even_as_ties_allow(
    whole: list[int], decimals: int
) -> None:
    values = np.array(whole, dtype=float) / 10**decimals
    classes = quintiles(values, decimals)
    assert sum(one.count for one in classes) == len(values)
    for one in classes:
        inside = [value for value in values if one.low - 1e-9 <= value <= one.high + 1e-9]
        assert len(inside) == one.count > 0
    assert all(before.high < after.low for before, after in pairwise(classes))
    # A class may be larger than a fifth only by the ties of its last value.
    for one in classes:
        ties = sum(abs(value - one.high) < 1e-9 for value in values)
        assert one.count <= -(-len(values) // 5) + ties


def test_the_period_is_the_municipalitys_own_and_everyone_stands_at_it() -> None:
    found = everywhere(world(TOY, [indicator("a")]), "a")
    assert (found.period, found.with_data, found.missing) == ("2024", 4, False)
    table = found.table.set_index("name")
    assert table["value"].dropna().to_dict() == {"Aitola": 12.0, "Bölö": 12.0, "Dalby": 7.0, "Eerola": 40.0}
    assert table["symbol"].to_dict() == {
        "Aitola": "*", "Bölö": "", "Cederby": "...", "Dalby": "", "Eerola": "", "Foglö": "",
    }  # fmt: skip
    assert found.classes == (MapClass(7, 7, 1), MapClass(12, 12, 2), MapClass(40, 40, 1))
    assert table["class_number"].tolist() == [1, 1, NO_CLASS, 0, 2, NO_CLASS]
    assert found.own_class == 1
    assert [(one.table, one.newest) for one in found.origins] == [("toy", "2024")]
    older = everywhere(world(TOY, [indicator("a")], here="003", peers=("001",)), "a")
    assert (older.period, older.with_data) == ("2023", 3)


def test_everyones_part_in_the_comparison_is_told() -> None:
    table = everywhere(world(TOY, [indicator("a")]), "a").table.set_index("area")
    assert list(table.index[table["is_member"]]) == ["001"]
    assert list(table.index[table["is_peer"]]) == ["002", "003"]
    assert list(table.index[table["is_network"]]) == ["001", "004"]
    assert list(table.index[table["in_region"]]) == ["001", "002", "003"]


@pytest.mark.parametrize("here", ["006"])
def test_without_a_figure_of_the_municipality_there_is_no_map(here: str) -> None:
    found = everywhere(world(TOY, [indicator("a")], here=here), "a")
    assert found.missing
    assert (found.classes, found.with_data, len(found.table)) == ((), 0, 6)
