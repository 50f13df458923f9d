"""What a consultant may write of figures is a closed vocabulary; everything else is no word and no claim."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uso_lib.bound.grammar import (
    GROUPS,
    MEASURES,
    Comparison,
    GroupAlone,
    Number,
    Word,
    comparison,
    number,
    word,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("population", Word("population")),
        ("population:change_5y", Word("population", "change_5y")),
        ("net_migration|verrokit", Word("net_migration", "", "verrokit")),
        ("population:place|maa", Word("population", "place", "maa")),
        (" population : change_5y | koko_maa ", Word("population", "change_5y", "koko_maa")),
        (r"population\|verrokit", Word("population", "", "verrokit")),  # as it must be written in a table
        ("väkiluku", Word("väkiluku")),
    ],
)
def test_words_are_read(text: str, wanted: Word) -> None:
    assert word(text) == wanted


@pytest.mark.parametrize(
    "text", ["", '"a": 1', "1", "a b", "a, b", "a:b:c", "a|b|c", "x^2", "population()", "a.b"]
)
def test_other_things_between_braces_are_no_words(text: str) -> None:
    assert word(text) is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5674", "5674", ""),
        ("5 674", "5674", ""),
        ("5\u00a0674 henkilöä", "5674", "henkilöä"),
        ("12,5 %", "12.5", "%"),
        ("12.5%", "12.5", "%"),
        ("-3,1", "-3.1", ""),
        ("\u22123,1 %", "-3.1", "%"),
        ("+4", "4", ""),
        ("1 000 €/as.", "1000", "€/as."),
    ],
)
def test_numbers_are_read_as_finns_write_them(text: str, value: str, unit: str) -> None:
    found = number(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["", "kaksi", "%", "- -1", "5 67 4 5", "1,2,3", "< 5"])
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None


def test_a_comparison_has_two_sides_and_one_sign() -> None:
    assert comparison("population:change_5y > verrokit") == Comparison(
        Word("population", "change_5y"), ">", GroupAlone("verrokit")
    )
    assert comparison("{population} ≥ 5 000 henkilöä") == Comparison(
        Word("population"), ">=", Number(Decimal(5000), "henkilöä", "5 000 henkilöä")
    )
    assert comparison("maa != gini") == Comparison(GroupAlone("maa"), "!=", Word("gini"))


@pytest.mark.parametrize(
    "text",
    ["population", "population >", "> 5", "1 < population < 5", "population => 5", "a > b > c", "a and b > 1",
     "__import__('os') > 1", "population > (1 + 1)", "population > verrokit * 2"],
)  # fmt: skip
def test_nothing_else_is_a_comparison(text: str) -> None:
    assert comparison(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_failure(text: str) -> None:
    word(text)
    number(text)
    comparison(text)


@given(st.sampled_from(sorted(MEASURES)), st.sampled_from(["", *GROUPS]))
def test_a_word_is_written_as_it_is_read(measure: str, group: str) -> None:
    one = Word("population", measure, group)
    assert word(str(one)) == one
