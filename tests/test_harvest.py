"""Reading sections out of an executed notebook."""

from __future__ import annotations

from typing import Any

import pytest
from report_fakes import code, executed, heading, number, numbers, section, shown

from uso_lib.errors import ReportError
from uso_lib.reports.harvest import COLUMNS, harvest

MISSING = {"row": "sakkomaksut", "indicator": "fines", "title": "Sakkomaksut", "fill": "uso fetch"}


def rows(*sections: dict[str, Any]) -> Any:
    cells = [
        cell
        for one in sections
        for cell in (heading("### x", f"heading-{one['id']}"), code(shown(one, html="x")))
    ]
    return executed(heading("## 4 Kunnan talous", "heading-talous"), *cells)


def test_sections_come_in_order_with_the_chapter_they_stand_under() -> None:
    found = harvest(rows(section(section_id="a"), section(section_id="b", theme="ymparisto")))
    assert [one.id for one in found.sections] == ["cover", "a", "b"]
    assert [one.chapter for one in found.sections] == ["", "4 Kunnan talous", "4 Kunnan talous"]
    assert {theme: [one.id for one in sections] for theme, sections in found.by_theme().items()} == {
        "talous": ["a"],
        "ymparisto": ["b"],
    }


def test_newest_and_missing_come_from_rows_only() -> None:
    found = harvest(
        rows(
            section(section_id="a", newest="2025", missing=[MISSING]),
            section(section_id="b", newest="2026M06"),
            section(section_id="c", newest=None),
            section("peers", "peers", newest="2040", missing=[MISSING]),
        )
    )
    assert found.newest == "2026M06"
    assert found.missing == (MISSING,)
    assert harvest(executed()).newest is None


def test_lines_become_named_cells() -> None:
    line = number(value=None, mark="..")
    (found,) = harvest(rows(section(numbers=numbers(line)))).numbers
    assert found == dict(zip(COLUMNS, line, strict=True))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"schema": 2}, "schema 2"),
        ({"numbers": numbers([1], columns=["value"])}, "other columns"),
        ({"numbers": numbers([1, 2])}, "2 cells for 17"),
        ({"numbers": {**numbers(), "data": "[["}}, "numbers of section 'lainakanta' cannot be read"),
        ({"numbers": {**numbers(), "data": [number()]}}, "numbers of section 'lainakanta' cannot be read"),
    ],
)
def test_what_is_not_understood_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ReportError, match=reason):
        harvest(rows(section() | changed))


def test_a_section_that_lacks_a_key_is_refused() -> None:
    broken = section()
    del broken["missing"]
    with pytest.raises(ReportError, match="'lainakanta' lacks the key 'missing'"):
        harvest(rows(broken))


def test_other_outputs_are_no_sections() -> None:
    found = harvest(executed(code(shown(html="<p>x</p>"), shown(plain="1"))))
    assert [one.kind for one in found.sections] == ["cover"]
