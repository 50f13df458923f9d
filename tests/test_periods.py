"""Arithmetic of years and months."""

from __future__ import annotations

import pytest

from uso_lib.analysis.periods import age_in_years, bounds, month_number, runs, shifted


def test_months_and_years_order_together() -> None:
    ordered = ["2024", "2024M02", "2024M12", "2025", "2025M01"]
    numbers = [month_number(one) for one in ordered]
    assert numbers == sorted(numbers)
    assert month_number("2025") == month_number("2025M01")


@pytest.mark.parametrize(
    ("period", "months", "expected"),
    [
        ("2024", -12, "2023"),
        ("2024", 24, "2026"),
        ("2024M03", -12, "2023M03"),
        ("2024M01", -1, "2023M12"),
        ("2024M12", 1, "2025M01"),
    ],
)
def test_shift_keeps_the_kind_of_period(period: str, months: int, expected: str) -> None:
    assert shifted(period, months=months) == expected


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("2000-2019", ["2000", "2019", "2019M12"], ["1999M12", "2020"]),
        ("2020-", ["2020", "2040"], ["2019"]),
        ("-2005", ["1990", "2005M12"], ["2006"]),
        ("2019", ["2019", "2019M07"], ["2018", "2020"]),
        ("2006M03-2006M05", ["2006M03", "2006M05"], ["2006M02", "2006M06"]),
        (None, ["1900", "2100M12"], []),
    ],
)
def test_ranges_admit_both_ends(text: str | None, inside: list[str], outside: list[str]) -> None:
    low, high = bounds(text)
    assert [low <= month_number(one) <= high for one in inside + outside] == [True] * len(inside) + [
        False
    ] * len(outside)


def test_age_is_zero_for_the_future() -> None:
    assert [age_in_years(one, 2026) for one in ("2019", "2025", "2026M06", "2040")] == [7, 1, 0, 0]


def test_a_hole_in_a_regular_series_starts_a_new_run() -> None:
    years = [month_number(one) for one in ("2017", "2018", "2019", "2025", "2026")]
    assert runs(years, monthly=False).tolist() == [0, 0, 0, 1, 1]
    months = [month_number(one) for one in ("2023M09", "2023M10", "2026M06")]
    assert runs(months, monthly=True).tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    "years", [("2015", "2019"), ("2024", "2035", "2040"), ("2004", "2008", "2012", "2021"), ("2026",)]
)
def test_a_series_sparse_by_nature_stays_one_run(years: tuple[str, ...]) -> None:
    assert set(runs([month_number(one) for one in years], monthly=False).tolist()) == {0}
