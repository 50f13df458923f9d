"""Codes, periods, numbers and headings of services' rows in the store's terms, example by example."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import LiveContent, LiveDimension, LiveTable
from uso_lib.sources.open_data.declared_columns import Columns, same_value
from uso_lib.sources.open_data.declared_rows import (
    area_codes,
    at_or_after,
    content_rows,
    one_table,
    period_codes,
    start_period,
    store_codes,
)
from uso_lib.sources.open_data.delimited import check_numbers, find_column, layout, numbers

TABLE = LiveTable.model_validate(
    {
        "id": "toy",
        "service": "kela",
        "producer": "x",
        "table_id": "x",
        "title": "x",
        "contents": [{"code": "a"}],
    }
)


def texts(*values: str) -> pd.Series[str]:
    return pd.Series(values, dtype="str")


def dimension(**declared: Any) -> LiveDimension:
    return LiveDimension.model_validate({"name": "age", "text": ["ika"], **declared})


@pytest.mark.parametrize(
    ("declared", "found", "expected"),
    [
        ({}, " 007", "007"),
        ({"codes": "number"}, "007", "7"),
        ({"codes": "number"}, "000-004", "0-4"),
        ({"codes": "number"}, "100-", "100-"),
        ({"codes": "suffix"}, "ssaaty-vm01", "vm01"),
        ({"rename": {"Yhteensä": "SSS"}}, "Yhteensä", "SSS"),
        ({"codes": "number", "values": ["0-99", "100-"]}, "099", "99"),
        ({"codes": "number", "values": ["0-99"]}, "100", ""),
        ({"values": ["75-"]}, "85", "85"),
        ({"values": ["75-"]}, "74", ""),
        ({"values": ["75-"]}, "75-", "75-"),
        ({"values": ["Tie"]}, "Maa", ""),
        ({"area": True}, "KU091", "091"),
        ({"area": True}, "SSS", ""),
    ],
)
def test_codes_become_the_stores(declared: dict[str, Any], found: str, expected: str) -> None:
    assert store_codes(dimension(**declared), texts(found)).tolist() == [expected]


def test_areas_are_three_digits_or_the_country() -> None:
    found = texts("5", "005", "KU851", "SSS", "Koko maa", "000", "MK19", "Tornio", "1234")
    assert area_codes(found).tolist() == ["005", "005", "851", "SSS", "SSS", "SSS", "", "", ""]


def test_periods_are_years_and_months() -> None:
    found = texts("2015", "201501", "2015M01", "2015-01", "2015.0", "2015/12")
    assert period_codes(found, where="x").tolist() == [
        "2015",
        "2015M01",
        "2015M01",
        "2015M01",
        "2015",
        "2015M12",
    ]
    for wrong in ("15", "201513", "2015e", ""):
        with pytest.raises(BadAnswer, match="not a year or a month"):
            period_codes(texts(wrong), where="x")


def test_the_later_start_holds_and_a_year_with_the_starting_month_stays() -> None:
    assert start_period(TABLE, None) == ""
    assert start_period(TABLE.model_copy(update={"first": "2010"}), "2015M03") == "2015M03"
    assert start_period(TABLE.model_copy(update={"first": "2020"}), "2015") == "2020"
    found = texts("2014", "2015", "2015M02", "2015M03", "2016M01")
    assert at_or_after(found, "2015M03").tolist() == [False, True, False, True, True]
    assert at_or_after(found, "2015").tolist() == [False, True, True, True, True]
    assert at_or_after(found, "").all()


def test_numbers_have_commas_or_dots_and_spaces_and_missing_ones_marks() -> None:
    found = texts("1,5", "1.5", "1 234,5", "1\u00a0234", "\u22122", "NA", "", "...", "-", "NULL")
    value, mark = numbers(found, where="x")
    assert value.dropna().tolist() == [1.5, 1.5, 1234.5, 1234.0, -2.0]
    assert mark.tolist() == ["", "", "", "", "", "..", "..", "...", "-", ".."]
    for wrong in ("1.234,5", "inf", "x", "1,2,3"):
        with pytest.raises(BadAnswer, match="is not a number"):
            numbers(texts(wrong), where="x")


@settings(max_examples=50, deadline=None)
@given(number=st.floats(-1e9, 1e9).map(lambda one: round(one, 2)))
def test_any_number_is_read_as_it_was_written(number: float) -> None:
    written = [f"{number:.2f}", f"{number:.2f}".replace(".", ","), f"{number:,.2f}".replace(",", " ")]
    assert numbers(texts(*written), where="x")[0].tolist() == [number] * 3


@pytest.mark.parametrize(("nil", "value", "mark"), [("zero", 0.0, "-"), ("missing", None, "..")])
def test_the_mark_of_none_is_zero_or_missing_as_declared(nil: str, value: float | None, mark: str) -> None:
    content = LiveContent.model_validate({"code": "a", "nil": nil})
    keys = pd.DataFrame({"area": texts("005"), "period": texts("2024")})
    row = content_rows(TABLE, keys, content, *numbers(texts("-"), where="x")).iloc[0]
    assert (None if pd.isna(row["value"]) else row["value"], row["symbol"]) == (value, mark)


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(Refused, match="no rows that fit"):
        one_table([], TABLE)


def test_headings_are_found_by_their_beginnings_and_whole_ones_first() -> None:
    columns = ["vuosikuukausi", "Vuosi", "Kunta-nro", "kt_tuuli"]
    assert find_column(columns, ["vuosi"]) == "Vuosi"
    assert find_column(columns, ["puuttuu", "kunta_nro"]) == "Kunta-nro"
    assert find_column(columns, ["vuosik"]) == "vuosikuukausi"
    assert find_column(columns, ["kt"], whole=True) is None


def test_the_layout_of_a_text_is_seen_from_its_heading() -> None:
    assert layout(b'\xef\xbb\xbf"a";b\r\n1;2\r\n', where="x").columns == ("a", "b")
    tabs = layout("ä\tb,c\n1\t2".encode("cp1252"), where="x")
    assert (tabs.encoding, tabs.separator, tabs.columns) == ("cp1252", "\t", ("ä", "b,c"))


def test_true_and_false_have_many_spellings_but_are_not_each_other() -> None:
    assert same_value("TRUE", "1")
    assert same_value("kyllä", "true")
    assert same_value("FALSE", "0.0")
    assert not same_value("FALSE", "1")
    assert same_value("Vuosi", " vuosi")
    assert not same_value("Vuosikertymä", "Vuosi")


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="0123456789,.-+ \u2212\u00a0eENAU_x\u0661", max_size=8) | st.text(max_size=4))
def test_checking_numbers_refuses_what_reading_them_refuses(text: str) -> None:
    def refused(read: Any, *given: Any) -> bool:
        try:
            read(*given, where="x")
        except BadAnswer:
            return True
        return False

    assert refused(check_numbers, [text]) == refused(numbers, texts(text))


def test_a_number_that_is_none_is_told_when_checked() -> None:
    check_numbers(["1", "-2,5", "3.25", "", "NA", "1 000"], where="x")
    with pytest.raises(BadAnswer, match="x: '1e' is not a number"):
        check_numbers(["1", "1e"], where="x")


def test_columns_of_figures_are_the_declared_ones_and_those_called_so() -> None:
    columns = Columns({"a": "kt"}, {"d": "luokka_lkm"}, {"tyyppi": ("x",)}, {"period": "vuosi"})
    found = ("vuosi", "tyyppi", "kt", "kt_tuuli", "GWh", "maksettu_eur", "luokka_lkm", "ikaryhma", "eurooppa")
    assert columns.figures(found) == {"kt", "kt_tuuli", "GWh", "maksettu_eur"}
