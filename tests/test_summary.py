"""The summary chooses strengths and concerns by its declared rule and shows every headline indicator."""

from __future__ import annotations

from typing import Any

import hand_made as made
import pytest
from agreement import plain

from uso_lib import specs
from uso_lib.analysis.results import Comparison, GroupFigure, Position
from uso_lib.catalog import Catalog, load_catalog
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.sections.summary import key_sentences, summary_lines, summary_section
from uso_lib.presentation.words.contrasts import contrasts
from uso_lib.regions import load_regions


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def at_place(place: int, own: float, *, of: int = 10, tied: int = 1, **changes: Any) -> Comparison:
    """Return an indicator with a declared direction "down" at a place among peers of 5, 6 … 13 %."""
    others = [5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0]
    fields: dict[str, Any] = {
        "value": own,
        "groups": {"peers": GroupFigure("peers", "mean", (sum(others) + own) / 10, 10, 10)},
        "positions": {"peers": Position("peers", place, of, tied)},
        "ranking": made.ranking(own, others),
        "indicator": made.indicator(id=f"rate_{place}"),
    }
    return made.comparison(**(fields | changes))


def row(catalog: Catalog, *comparisons: Comparison, name: str = "tyollisyys") -> RowResult:
    ids = [one.indicator.id for one in comparisons]
    declared = specs.Row(id=name, title=name.capitalize(), brochure=name, indicators=ids, headline=ids)
    theme = specs.Theme(id="elinvoima", number=2, title="Elinvoima", intro="Johdanto.", rows=[declared])
    return RowResult("tornio", made.municipality(), theme, declared, catalog, load_regions(), comparisons)


def test_best_quarter_is_a_strength_and_worst_quarter_a_concern(catalog: Catalog) -> None:
    results = [
        row(catalog, at_place(1, 3.0), name="a"),
        row(catalog, at_place(3, 6.5), name="b"),
        row(catalog, at_place(4, 7.5), name="c"),
        row(catalog, at_place(8, 11.5), name="d"),
        row(catalog, at_place(10, 20.0), name="e"),
    ]
    assert [one.row for one in contrasts(results, "strength")] == ["a", "b"]
    assert [one.row for one in contrasts(results, "concern")] == ["e", "d"]


def test_a_shared_last_place_is_a_concern(catalog: Catalog) -> None:
    tied = at_place(7, 12.0, tied=2, positions={"peers": Position("peers", 7, 8, 2)})
    assert [one.row for one in contrasts([row(catalog, tied)], "concern")] == ["tyollisyys"]


def test_close_old_undirected_and_small_group_figures_are_left_out(catalog: Catalog) -> None:
    close = at_place(1, 8.9, ranking=made.ranking(8.9, [9.0, 9.1, 9.2, 0.0, 18.0]))
    old = at_place(1, 3.0, age_years=8)
    undirected = at_place(1, 3.0, positions={})
    small = at_place(1, 3.0, of=3)
    assert contrasts([row(catalog, one) for one in (close, old, undirected, small)], "strength") == ()
    assert len(contrasts([row(catalog, at_place(1, 3.0, age_years=7))], "strength")) == 1


def test_one_indicator_per_row_and_at_most_four(catalog: Catalog) -> None:
    two = row(catalog, at_place(1, 3.0), at_place(2, 1.0), name="two")
    chosen = contrasts([two], "strength")
    assert [one.comparison.indicator.id for one in chosen] == ["rate_2"]
    many = [row(catalog, at_place(1, 3.0 - number / 10), name=f"row{number}") for number in range(6)]
    assert [one.row for one in contrasts(many, "strength")] == ["row5", "row4", "row3", "row2"]


def test_missing_headlines_stand_in_the_table(catalog: Catalog) -> None:
    lost = made.comparison(value=None, period=None, groups={}, positions={}, change=None)
    lines = summary_lines([row(catalog, at_place(1, 3.0), lost), row(catalog, name="tyhja")])[0].lines
    assert [(one.title, one.missing) for one in lines] == [
        ("Työttömyysaste", ""), ("Työttömyysaste", "ei tietoa"), ("Tyhja", "ei tietoa"),
    ]  # fmt: skip
    assert (plain(lines[0].value), lines[0].position, plain(lines[0].change)) == (
        "3,0 %",
        "1/10",
        "+2,1 %-yks.",
    )


def test_another_span_is_named_and_a_change_has_no_change(catalog: Catalog) -> None:
    nearest = made.change(9.0, 11.1, start="2015", end="2019", years=4.0, nearest=True)
    of_a_change = made.indicator(id="change_5y", formula="change", of="population", years=5)
    results = [row(catalog, made.comparison(change=nearest), made.comparison(indicator=of_a_change))]
    found = [plain(one.change) for one in summary_lines(results)[0].lines]
    assert found == ["+2,1 %-yks. (2015–2019)", ""]


def test_key_sentences_link_to_their_rows(catalog: Catalog) -> None:
    found = key_sentences([row(catalog, at_place(4, 7.5), at_place(10, 20.0))])
    assert [one.row for one in found] == ["tyollisyys", "tyollisyys"]
    assert "20,0 %" in plain(found[1].text)


def test_a_fresh_figure_goes_before_an_older_one_farther_away(catalog: Catalog) -> None:
    old = at_place(10, 20.0, age_years=6, period="2020")
    fresh = at_place(8, 11.5)
    found = key_sentences(
        [row(catalog, at_place(4, 7.5), name="basis"), row(catalog, old, fresh, name="other")]
    )
    assert "11,5 %" in plain(found[1].text)


def test_section_has_anchors_sparklines_and_no_overall_score(catalog: Catalog) -> None:
    view = summary_section(
        [row(catalog, at_place(1, 3.0), name="a"), row(catalog, at_place(10, 20.0), name="b")]
    )
    assert view.html.count('href="#a"') >= 2
    assert '<div class="strengths">' in view.html
    assert '<div class="concerns">' in view.html
    assert view.html.count("data:image/svg+xml") == 2
    assert (view.data["kind"], view.data["rows"]) == ("summary", 2)
    assert "kokonaisarvosanaksi" in view.html


def test_nothing_outstanding_is_said_so(catalog: Catalog) -> None:
    view = summary_section([row(catalog, at_place(5, 9.0))])
    assert "Yksikään tunnusluku ei täytä vahvuuden ehtoja." in view.html
    assert "Yksikään tunnusluku ei täytä huolenaiheen ehtoja." in view.html


def test_an_index_names_its_base_and_an_old_finding_its_age(catalog: Catalog) -> None:
    index = made.indicator(unit="index", formula="index", of="age_6_15", base="2024", source=[])
    lines = summary_lines([row(catalog, at_place(5, 69.3, indicator=index))])
    assert "(2024 = 100)" in lines[0].lines[0].value
    html = summary_section([row(catalog, at_place(1, 5.0, period="2020", age_years=6))]).html
    assert "2020 (6 v. vanha)" in plain(html)


def test_the_change_of_the_basic_quantity_is_not_told_twice(catalog: Catalog) -> None:
    basis = at_place(1, 3.0, indicator=made.indicator(id="population"))
    change = at_place(
        10, 20.0, indicator=made.indicator(id="change", of="population", formula="change", years=5)
    )
    other = at_place(4, 7.5)
    told = key_sentences(
        [row(catalog, basis, name="a"), row(catalog, change, name="b"), row(catalog, other, name="c")]
    )
    assert [one.row for one in told] == ["a", "c"]
