"""Chapters, their numbers, and the consultant's own words in their frame."""

from __future__ import annotations

import pytest
from report_fakes import code, executed, heading, section, shown

from uso_lib.reports.outline import WORDS, Part, outline


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("3 Hyvinvointi", "3", "Hyvinvointi"),
        ("12. Liitteet", "12", "Liitteet"),
        ("Yhteenveto", "", "Yhteenveto"),
        ("2025 tuloksia", "", "2025 tuloksia"),
        ("7", "", "7"),
    ],
)
def test_the_number_of_a_chapter_stands_apart_from_its_name(title: str, number: str, name: str) -> None:
    part = Part(2, "a", title)
    assert (part.number, part.name) == (number, name)


def test_own_words_get_a_frame_and_generated_parts_none() -> None:
    generated = code(shown(section(), html="<p>Luku</p>"))
    found = outline(
        executed(heading("## 1 Talous", "heading-talous"), generated, heading("Oma **huomio**.", "x"))
    )
    made, own = found.chapters[0].blocks
    assert made == "<p>Luku</p>"
    assert own.startswith(WORDS)
    assert "<strong>huomio</strong>" in own
    assert found.has_words


def test_a_report_without_own_words_says_so() -> None:
    generated = code(shown(section(), html="<p>Luku</p>"))
    assert not outline(executed(heading("## 1 Talous", "heading-talous"), generated)).has_words
    emptied = outline(executed(heading("## 1 Talous", "heading-talous"), generated, heading("  \n", "x")))
    assert not emptied.has_words
