"""Sheets: which figure stands where, in which order lines stand, what is carried; tables as categoricals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from toy_world import tidy

from uso_lib.analysis.formulas import level
from uso_lib.analysis.sheet import Sheet, laid_over, rows_of
from uso_lib.analysis.symbols import CODES, SYMBOLS, carried, written
from uso_lib.errors import SnapshotError
from uso_lib.store import open_store
from uso_lib.tidy import MISSING_MARKS, VALUE_MARKS, among, as_texts, check_tidy, codes_of

AREAS = {"001": 0, "002": 1, "003": 2}


def sheet(figures: dict[str, dict[str, float | str | None]], series: str = "", table: str = "t") -> Sheet:
    made = level(tidy(figures), AREAS, table)
    return replace(made, series=(series,) * len(made))


def told(made: Sheet) -> dict[tuple[str, str, str], tuple[float | None, str, str]]:
    rows = rows_of(made, list(AREAS), SYMBOLS)
    return {
        (row.series, row.period, row.area): (
            None if np.isnan(row.value) else row.value,
            row.symbol,
            row.tables,
        )
        for row in rows.itertuples()
    }


def test_every_symbol_of_tables_has_a_number() -> None:
    assert set(SYMBOLS) == MISSING_MARKS | VALUE_MARKS | {"*~"}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((1.0, "*"), (2.0, "~"), "*~"),
        ((1.0, "*"), (2.0, "*"), "*"),
        ((1.0, "-"), (2.0, "*"), "*"),
        ((1.0, "-"), (2.0, ""), ""),
        ((np.nan, "..."), (2.0, "*"), "..."),
        ((1.0, "*"), (np.nan, "/"), "/"),
        ((np.nan, "."), (np.nan, ".."), "."),
        ((1.0, ""), (2.0, ""), ""),
    ],
)
def test_symbols_of_two_inputs(first: tuple[float, str], second: tuple[float, str], expected: str) -> None:
    values = [np.array([[one[0]]]) for one in (first, second)]
    symbols = [np.array([[CODES[one[1]]]], dtype=np.int8) for one in (first, second)]
    assert written(carried(*values, *symbols)).tolist() == [[expected]]


def test_an_earlier_sheet_wins_and_a_later_one_fills_its_gaps() -> None:
    first = sheet({"001": {"2020": 1.0, "2021": "..."}, "002": {"2020": "."}, "SSS": {"2020": 5.0}})
    second = sheet(
        {"001": {"2020": 9.0, "2021": 2.0}, "002": {"2020": ".."}, "003": {"2019": 3.0}}, table="u"
    )
    assert told(laid_over([first, second])) == {
        ("", "2019", "003"): (3.0, "", "u"),
        ("", "2020", "001"): (1.0, "", "t"),
        ("", "2020", "002"): (None, ".", "t"),
        ("", "2020", "SSS"): (5.0, "", "t"),
        ("", "2021", "001"): (2.0, "", "u"),
    }


def test_lines_stand_in_order_of_definition_and_time_and_empty_ones_fall_away() -> None:
    only_country = sheet({"SSS": {"2020": 1.0}}, series="country")
    both = laid_over([only_country, sheet({"001": {"2021": 1.0, "2019M02": 1.0, "2019M01": 1.0}})])
    assert both.series == ("country", "", "", "")
    held = both.held()
    assert list(zip(held.series, held.periods, strict=True)) == [
        ("", "2019M01"), ("", "2019M02"), ("", "2021"), ("country", "2020"),
    ]  # fmt: skip
    assert held.without_country().held().periods == ("2019M01", "2019M02", "2021")


def test_rows_are_found_alike_by_texts_and_by_categoricals() -> None:
    texts = pd.Series(["a", "b", "a", "c"], dtype="str")
    for column in (texts, texts.astype("category")):
        numbers, known = codes_of(column)
        assert [known[number] for number in numbers] == texts.tolist()
        for wanted, expected in (
            (["a"], [True, False, True, False]), (["a", "c"], [True, False, True, True]),
            (["x"], [False] * 4), (["c", "b", "a"], [True] * 4),
        ):  # fmt: skip
            assert among(column, wanted).tolist() == expected


def test_a_table_read_as_categoricals_is_the_table() -> None:
    store = open_store()
    coded = store.coded("rpk_13ex")
    assert isinstance(coded["area"].array, pd.Categorical)
    pd.testing.assert_frame_equal(as_texts(coded), store.read("rpk_13ex"))
    check_tidy(coded, where="rpk_13ex")


def test_categoricals_are_checked_like_texts() -> None:
    frame = tidy({"001": {"2024": 1.0}, "002": {"2024": 2.0}})
    for changed in (
        {"area": ["001", "001"]},
        {"period": ["2024", "2024M13"]},
        {"area": ["001", "\u0660\u0660\u0661"]},
    ):
        wrong = frame.assign(**changed).astype({"area": "category", "period": "category"})
        with pytest.raises(SnapshotError):
            check_tidy(wrong, where="toy")
