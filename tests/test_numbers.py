"""The workbook lines hold every number a section shows, at full precision."""

from __future__ import annotations

from typing import Any

import hand_made as made
import pytest

from uso_lib.analysis.results import Comparison, GroupFigure, Position
from uso_lib.presentation.sections import numbers


def lines(comparison: Comparison) -> list[dict[str, Any]]:
    return [
        dict(zip(numbers.COLUMNS, line, strict=True))
        for line in numbers.comparison_lines("elinvoima", "tyollisyys", comparison)
    ]


def values(comparison: Comparison, **wanted: Any) -> list[Any]:
    return [
        one["value"] for one in lines(comparison) if all(one[name] == value for name, value in wanted.items())
    ]


def test_newest_value_and_group_figures_with_n_of_n() -> None:
    found = [one for one in lines(made.comparison()) if one["measure"] == "mean" and one["period"] == "2025"]
    assert [(one["group"], one["value"], one["n"], one["of"]) for one in found] == [("peers", 9.9, 4, 4)]
    assert values(made.comparison(), measure="value", group="municipality", period="2025") == [11.1]
    assert values(made.comparison(), measure="own", group="country_own", period="2025") == [11.4]


def test_history_and_peers_of_the_ranking_are_listed() -> None:
    one = made.comparison()
    assert values(one, measure="value", group="municipality", period="2020") == [9.0, 9.0]
    assert values(one, measure="mean", group="peers", period="2020") == [8.9]
    assert values(one, measure="value", group="peer") == [11.5, 9.0, 8.0]


def test_repeated_lines_are_listed_once() -> None:
    table = numbers.table_of(numbers.comparison_lines("elinvoima", "tyollisyys", made.comparison()))
    starts = [
        line for line in table["data"] if line[4:9] == ["value", "municipality", "851", "Tornio", "2020"]
    ]
    assert len(starts) == 1


def test_changes_differences_and_places() -> None:
    one = made.comparison(positions={"peers": Position("peers", 7, 10, 2)})
    assert values(one, measure="change", group="municipality") == [pytest.approx(2.1)]
    assert values(one, measure="change", group="peers") == [1.0]
    assert values(one, measure="change_pct", group="municipality") == [pytest.approx(23.3333333)]
    assert values(one, measure="difference", group="peers") == [pytest.approx(1.2)]
    place = next(line for line in lines(one) if line["measure"] == "position")
    assert (place["value"], place["of"], place["mark"], place["unit"]) == (7, 10, "jaettu", "sija")
    change = next(line for line in lines(one) if line["measure"] == "change")
    assert (change["period"], change["unit"]) == ("2020-2025", "prosenttiyksikköä")


def test_missing_values_are_none_and_keep_their_mark() -> None:
    frame = made.history({"2024": None, "2025": 11.1})
    frame.loc[0, "symbol"] = "..."
    lost = [one for one in lines(made.comparison(history=frame)) if one["period"] == "2024"]
    assert [(one["value"], one["mark"]) for one in lost] == [(None, "...")]
    assert numbers.comparison_lines("a", "b", made.comparison(value=None, period=None)) == []


def test_a_group_without_data_is_a_line_without_value() -> None:
    one = made.comparison(groups={"peers": GroupFigure("peers", "mean", None, 0, 10)})
    assert values(one, measure="mean", group="peers", period="2025") == [None]
    assert values(one, measure="difference") == []


def test_another_definition_is_named_in_the_title() -> None:
    frame = made.history({"2020": 9.0, "2025": 11.1}).assign(series=["vanha", ""])
    found = [one for one in lines(made.comparison(history=frame)) if one["title"] == "Työttömyysaste (vanha)"]
    assert [one["value"] for one in found] == [9.0]
