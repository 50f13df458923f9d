"""What a report carries is enough: every line of any comparison comes out of its cells as it was told."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_world import PLACES, indicator, tidy, world

from uso_lib.analysis.comparison import compare
from uso_lib.analysis.context import Context
from uso_lib.analysis.proof import Shown, proof_of
from uso_lib.presentation.sections.numbers import COLUMNS, comparison_lines
from uso_lib.reports.declared import Declared
from uso_lib.reports.proof import standing_texts
from uso_lib.reports.proof_lines import columns_of, told_line
from uso_lib.verification.measures import Recomputation
from uso_lib.verification.packing import packed, unpacked
from uso_lib.verification.proof import Proof

NBSP = "\u00a0"
FORMULAS: dict[str, dict[str, Any]] = {
    "level": {},
    "share": {"of": "a", "per": "b", "formula": "share", "unit": "pct", "decimals": 1},
    "per thousand": {"of": "a", "per": "b", "formula": "per_1000", "unit": "per_1000", "decimals": 2},
    "difference": {"of": "a", "minus": "b", "formula": "difference"},
    "change": {"of": "a", "formula": "change", "years": 1, "unit": "pct", "decimals": 1},
    "change in numbers": {"of": "a", "formula": "change", "years": 2},
    "index": {"of": "a", "formula": "index", "base": "2020", "unit": "index", "decimals": 1},
    "share of a change": {"of": "d", "per": "b", "formula": "share", "unit": "pct", "decimals": 1},
}


def toy(figures: dict[str, dict[str, float | None]], declared: dict[str, Any]) -> Context:
    """Return a world of two counts, b is a and ten more, and one indicator of them."""
    other = {area: {when: None if one is None else one + 10 for when, one in found.items()}
             for area, found in figures.items()}  # fmt: skip
    table = pd.concat([tidy(figures), tidy(other, content="y")], ignore_index=True)
    second = indicator("b", source=[{"table": "toy", "content": "y"}])
    change = indicator("d", of="a", formula="change", years=1)
    return world(table, [indicator("a"), second, change, indicator("c", **declared)])


def told(context: Context, name: str) -> tuple[list[dict[str, Any]], Recomputation]:
    """Return an indicator's lines and the recomputation of what a report would carry of it."""
    comparison = compare(context, name)
    content = proof_of(context, Shown(comparisons=[comparison]), likeness=False)
    content = unpacked(packed({**content, "lines": columns_of([])}))
    lines = [dict(zip(COLUMNS, one, strict=True)) for one in comparison_lines("t", "r", comparison)]
    return lines, Recomputation(Proof(content))


numbers = st.one_of(st.none(), st.integers(-5, 500), st.floats(0.1, 99.9).map(lambda one: round(one, 3)))


@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_line_of_any_comparison_comes_out(name: str, data: st.DataObject) -> None:
    years = [str(year) for year in range(2018, 2025)]
    figures = {area: {year: data.draw(numbers) for year in years} for area in PLACES}
    lines, recomputation = told(toy(figures, FORMULAS[name]), "c")
    lost = [line for line in lines if told_line(line, recomputation) is None]
    assert lost == []


def test_a_share_is_carried_as_what_it_is_made_of() -> None:
    figures = {area: {"2023": 10.0 + place, "2024": 20.0 + place} for place, area in enumerate(PLACES)}
    _, recomputation = told(toy(figures, FORMULAS["share"]), "c")
    grids = recomputation.proof.content["grids"]
    assert grids["c"]["leaves"] == []
    assert grids["c"]["first"] == [[0], [1]]
    assert set(grids) == {"a", "b", "c"}
    assert grids["a"]["first"] == []


def test_figures_that_no_operands_give_are_cells() -> None:
    figures = {area: {"2023": 10.0, "2024": 20.0} for area in PLACES}
    table = pd.concat([tidy(figures), tidy({"001": {"2024": 5.0}}, table="other")], ignore_index=True)
    first = indicator("a", continued_by={"indicator": "b"}, source=[{"table": "toy", "content": "x"}])
    second = indicator("b", of="a2", per="a2", formula="share", unit="pct")
    third = indicator("a2")
    lines, recomputation = told(world(table[table["table"] == "toy"], [first, second, third]), "a")
    assert recomputation.proof.content["grids"]["a"]["leaves"] == [0, 1]
    assert all(told_line(line, recomputation) for line in lines)


def test_a_wrong_line_does_not_come_out() -> None:
    figures = {area: {"2023": 10.0 + place, "2024": 20.0 + place} for place, area in enumerate(PLACES)}
    lines, recomputation = told(toy(figures, FORMULAS["level"]), "c")
    assert all(told_line(line, recomputation) for line in lines)
    shifted = [line | {"value": line["value"] + 0.001} for line in lines if line["value"] is not None]
    assert [line for line in shifted if told_line(line, recomputation)] == []
    miscounted = [line | {"n": line["n"] - 1} for line in lines if line["n"]]
    assert miscounted
    assert [line for line in miscounted if told_line(line, recomputation)] == []


@pytest.mark.parametrize(
    ("text", "number", "found"),
    [
        ("Osuus 15–64-vuotiaista 12,3", "15", True),
        ("15–64-Vuotiaista", "64", True),
        ("Osuus 12,3", "12", False),
        ("115–64-vuotiaista", "115", False),
        ("2,15–64-vuotiaista", "15", False),
        (f"8,4{NBSP}/ 1{NBSP}000 as.", "1", True),
        (f"8,4{NBSP}/ 1{NBSP}000 as.", "8", False),
        ("indeksi, 2024 = 100", "100", True),
    ],
)
def test_declared_texts_are_found_whole(text: str, number: str, found: bool) -> None:
    spans = Declared(["15–64-vuotiaista.", "Muu teksti 7"]).spans(text)
    at = text.index(number)
    assert any(start <= at and at + len(number) <= end for start, end in spans) is found


def test_a_declared_text_broken_into_lines_is_known_by_its_words() -> None:
    declared = Declared([f"Esi- ja perusopetus, 6–15{NBSP}v."])
    assert declared.has_part(f"6–15{NBSP}v. 69,3", 0)
    assert not declared.has_part(f"6–15{NBSP}v. 69,3", 8)
    assert not declared.has_part("6", 0)


def test_the_templates_own_numbers_are_its_standing_texts(tmp_path: Any) -> None:
    (tmp_path / "index.html.j2").write_text(
        '<p class="x1">WCAG 2.1, {{ count }} sivua &amp; 400\n %</p>{# 9 #}', encoding="utf-8"
    )
    assert standing_texts(tmp_path) == ["WCAG 2.1,", "sivua & 400 %"]
