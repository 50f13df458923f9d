"""Characters no reader sees are named where texts enter and taken out where texts are shown."""

from __future__ import annotations

import pytest

from uso_lib import specs
from uso_lib.plain_text import fault_in, one_line, unbroken, visible, visible_throughout


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mänttä-Vilppula 20\u00a0823 € 🏘", "Mänttä-Vilppula 20\u00a0823 € 🏘"),
        ("a\tb\nc\r\n", "a\tb\nc\r\n"),
        ("Alku\u00adtuotanto", "Alku\u00adtuotanto"),
        ("a\u202eb\u2066c\u2069\u200f", "abc"),
        ("\ufeffa\u200bb\u2060c\u200d", "abc"),
        ("a\x00b\x1b[31mc\x7f\x9b", "abc"),
        ("\x1b]0;title\x07a", "a"),
        ("a\u2028b\x85c\x0bd", "a b c d"),
        ("a\ud800b", "ab"),
        ("\U000e0041a\ufffe", "a"),
    ],
)
def test_what_is_seen_stays(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_texts_inside_plain_data_too() -> None:
    assert visible_throughout({"a\u202e": ["b\x00", 1, None, {"c": ("d\u200b",)}]}) == {
        "a": ["b", 1, None, {"c": ["d"]}]
    }


def test_one_line_has_single_spaces_and_an_end() -> None:
    assert one_line(" a\n\n b\tc\u202e ") == "a b c"
    assert one_line("20\u00a0823") == "20\u00a0823"
    assert one_line("abcdef", longest=4) == "abc…"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\u202eb", "holds U+202E (Right-to-left override), which no reader sees"),
        ("a\x00", "holds U+0000 (a control character)"),
        ("\ud800", "holds U+D800 (half of a character)"),
        ("a\u2028b", "holds U+2028 (Line separator)"),
        ("a" * 6000, "has 6000 characters"),
    ],
)
def test_a_fault_names_the_character_and_a_way_out(text: str, reason: str) -> None:
    fault = fault_in(text)
    assert fault is not None
    assert reason in fault[0]
    assert fault[1].startswith("write")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("vähintään 1 000 päivää", "vähintään 1\u00a0000 päivää"),
        ("40 000 tai 1 000 000", "40\u00a0000 tai 1\u00a0000\u00a0000"),
        ("12,5 % ja 3 €", "12,5\u00a0% ja 3\u00a0€"),
        ("vuonna 2024 100 kertaa", "vuonna 2024 100 kertaa"),
        ("118 § 3 mom.", "118 § 3 mom."),
    ],
)
def test_no_line_breaks_inside_a_declared_number(text: str, shown: str) -> None:
    assert unbroken(text) == shown
    assert specs.Reform(id="toy", title=text, text=text).text == shown


def test_sound_texts_have_no_fault() -> None:
    assert fault_in("Lainakanta, €/asukas\nkaksi riviä\u00ad") is None
