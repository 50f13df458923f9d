"""Cells as figures: what is a number, what is a mark, and what may be two things is refused."""

from __future__ import annotations

from datetime import date, datetime, time
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uso_lib.sources.imports.cells import (
    Fault,
    Figure,
    Notation,
    find_decimal,
    parse_number,
    read_figure,
)  # fmt: skip

FINNISH = Notation()
SPACES = [" ", "\u00a0", "\u202f", "\u2009", ""]
MINUSES = ["-", "\u2212", "\u2013", "- "]


def finnish(value: float, decimals: int, space: str, minus: str) -> str:
    """Write a number as Finns do."""
    text = f"{abs(value):,.{decimals}f}".replace(",", space).replace(".", ",")
    return f"{minus}{text}" if value < 0 else text


@settings(max_examples=300, deadline=None)
@given(
    digits=st.integers(-(10**12), 10**12),
    decimals=st.integers(0, 4),
    space=st.sampled_from(SPACES),
    minus=st.sampled_from(MINUSES),
    around=st.sampled_from(["{}", " {} ", "\u00a0{}", "\ufeff{}", "{}\n"]),
)
def test_a_figure_written_as_finns_do_is_read_as_it_was(
    digits: int, decimals: int, space: str, minus: str, around: str
) -> None:
    value = digits / 10**decimals
    text = around.format(finnish(value, decimals, space, minus))
    assert read_figure(text, FINNISH) == Figure(float(f"{value:.{decimals}f}"))


@settings(max_examples=200, deadline=None)
@given(
    digits=st.integers(-(10**9), 10**9),
    mark=st.sampled_from(["", "*", " *", " *)", "\u00b9", " 1)", " 12)", " a)", "\u00b2)"]),
)
def test_marks_beside_a_figure_never_change_it(digits: int, mark: str) -> None:
    found = read_figure(finnish(digits / 10, 1, "\u00a0", "-") + mark, FINNISH)
    assert isinstance(found, Figure)
    assert found.value == pytest.approx(digits / 10)
    assert found.symbol == ("*" if "*" in mark else "")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text(alphabet="0123456789 .,-+*%)eE\u00a0\u2212", max_size=14)))
def test_any_text_is_a_figure_a_fault_or_nothing(text: str) -> None:
    found = read_figure(text, FINNISH, unit="%")
    assert found is None or isinstance(found, Figure | Fault)
    if isinstance(found, Figure):
        assert (found.value is None) == (found.symbol in (".", "..", "..."))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,5", 1234.5), ("1234,5", 1234.5), ("0,05", 0.05), ("+5", 5), ("1.234.567", 1234567),
        ("12.345,6", 12345.6), ("1,2E-05", 1.2e-05), ("−3,5", -3.5), ("– 3", -3), ("007", 7),
    ],
)  # fmt: skip
def test_numbers_with_a_decimal_comma(text: str, value: float) -> None:
    assert read_figure(text, FINNISH) == Figure(value)


@pytest.mark.parametrize(
    "text",
    [
        "1.234", "12 34", "1 2345", "1,234,567", "12,51)", "5,", ",5", "--5", "5-", "1e999", "12kpl",
        "(1 234)", "1'234", "٣", "= 5", "0x10", "1_000", "9,1 %", "5 €",
    ],
)  # fmt: skip
def test_what_is_no_number_for_certain_is_a_fault(text: str) -> None:
    found = read_figure(text, FINNISH, unit="henkilöä")
    assert isinstance(found, Fault)
    assert found.hint


def test_signs_of_the_content_s_own_unit_are_accepted() -> None:
    assert read_figure("9,1 %", FINNISH, unit="%") == Figure(9.1)
    assert read_figure("1 200 €", FINNISH, unit="tuhatta euroa") == Figure(1200)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        (".", "."), ("..", ".."), ("...", "..."), ("…", "..."), ("n/a", ".."), ("N/A", ".."), ("#N/A", ".."),
        ("#PUUTTUU!", ".."), ("Tyhjä", ".."), ("ei tietoa", ".."), (" .. ", ".."),
    ],
)  # fmt: skip
def test_marks_of_missing_figures(text: str, symbol: str) -> None:
    assert read_figure(text, FINNISH) == Figure(None, symbol)


def test_a_dash_follows_the_content() -> None:
    for dash in "-–—−":
        assert read_figure(dash, FINNISH, nil="zero") == Figure(0.0, "-")
        assert read_figure(dash, FINNISH, nil="missing") == Figure(None, "..")


def test_the_mapping_s_own_marks() -> None:
    notation = Notation(missing={"x": "...", "-": "."}, provisional="e")
    assert read_figure("X", notation) == Figure(None, "...")
    assert read_figure("-", notation) == Figure(None, ".")
    assert read_figure("12,5e", notation) == Figure(12.5, "*")
    assert isinstance(read_figure("X", FINNISH), Fault)


def test_empty_cells_claim_nothing() -> None:
    assert [read_figure(cell, FINNISH) for cell in ("", "  ", "\u00a0", None)] == [None] * 4


def test_cells_of_a_workbook_that_are_no_numbers() -> None:
    for cell in (True, date(2024, 5, 1), datetime(2024, 5, 1, 12, tzinfo=None), time(12, 30)):
        assert isinstance(read_figure(cell, FINNISH), Fault)
    fault = read_figure(date(2024, 5, 1), FINNISH)
    assert isinstance(fault, Fault)
    assert "1.5.2024" in fault.reason
    assert isinstance(read_figure("#DIV/0!", FINNISH), Fault)
    assert isinstance(read_figure("=", FINNISH), Fault)
    assert read_figure(0.214, FINNISH) == Figure(0.214)


def test_footnotes_may_be_refused() -> None:
    assert read_figure("12,5 1)", FINNISH) == Figure(12.5, "", "1)")
    refused = read_figure("12,5 1)", Notation(footnotes=False))
    assert isinstance(refused, Fault)
    assert "1)" in refused.reason


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["9,1", "1 234,5"], ","), (["9.1", "10.25"], "."), ([], ","), (["12", "."], ","), (["0.123"], "."),
        (["1.234.567"], ","), (["1,234,567"], "."), (["9,1", "9,2", "9.3"], ","), (["1.234,5"], ","),
        (["9,1", "1.234"], ","), (["1,234.5"], "."),
    ],
)  # fmt: skip
def test_the_decimal_mark_is_found_from_the_file(texts: list[str], mark: str) -> None:
    assert find_decimal(texts) == mark


def test_a_decimal_mark_that_may_be_a_thousands_mark_is_asked_for() -> None:
    for text in ("1.234", "1,234"):
        fault = find_decimal([text, text, "12"])
        assert isinstance(fault, Fault)
        assert "thousands" in fault.hint


def test_a_declared_thousands_mark_is_read_anywhere() -> None:
    assert parse_number("1.234", ",", ".") == 1234
    assert parse_number("1,234.5", ".", ",") == 1234.5
    assert parse_number("1.234", ",") is None


@pytest.mark.parametrize(
    "cell", ["¹" * 10_000 + "x", "*" * 10_000 + "x", "1" + " " * 9999 + "a)x", "- " * 5000]
)
def test_a_text_of_any_length_is_refused_at_once(cell: str) -> None:
    begun = monotonic()
    assert isinstance(read_figure(cell, Notation()), Fault)
    find_decimal([cell])
    assert monotonic() - begun < 1
