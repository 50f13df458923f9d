"""Picking rows: codes, ranges, totals and refusals."""

from __future__ import annotations

import pandas as pd
import pytest
from toy_world import tidy

from uso_lib.analysis.selection import resolve, select
from uso_lib.errors import UsoError

AGES = [str(age) for age in range(100)]


@pytest.mark.parametrize(
    ("wanted", "available", "expected"),
    [
        ("7-9", AGES, ["7", "8", "9"]),
        ("98-", AGES, ["98", "99"]),
        ("-2", AGES, ["0", "1", "2"]),
        (["0", "98-99"], AGES, ["0", "98", "99"]),
        ("60-", ["-19", "20-39", "40-59", "60-"], ["60-"]),
        ("75-", ["70-74", "75-79", "80-84", "95-"], ["75-79", "80-84", "95-"]),
        ("15-24", ["SSS", "10-14", "15-19", "20-24", "25-29"], ["15-19", "20-24"]),
        ("10-12", ["5-14", "SSS"], ["10-12"]),
        ("100", AGES, ["100"]),
        (["C", "Z"], ["C", "F"], ["C", "Z"]),
        ("1(-1A3)", ["1(-1A3)", "2"], ["1(-1A3)"]),
    ],
)
def test_codes_and_ranges(wanted: str | list[str], available: list[str], expected: list[str]) -> None:
    assert resolve(wanted, available) == expected


def by_age() -> pd.DataFrame:
    parts = [tidy({"001": {"2024": float(age)}}, age=str(age)) for age in range(5)]
    return pd.concat([*parts, tidy({"001": {"2024": 99.0}}, age="SSS")], ignore_index=True)


def test_an_unnamed_dimension_is_read_at_its_total() -> None:
    picked = select(by_age(), "x", {}, where="test")
    assert (picked.rows["value"].tolist(), picked.parts) == ([99.0], 1)


def test_parts_are_contents_times_codes() -> None:
    picked = select(by_age(), ["x", "y"], {"age": "1-3"}, where="test")
    assert (picked.rows["value"].tolist(), picked.parts) == ([1.0, 2.0, 3.0], 6)


def test_a_missing_code_still_counts_as_a_part() -> None:
    picked = select(by_age(), "x", {"age": ["1", "77"]}, where="test")
    assert (len(picked.rows), picked.parts) == (1, 2)


def test_an_unnamed_dimension_without_a_total_is_refused() -> None:
    rows = by_age()
    with pytest.raises(UsoError, match=r"dimension age: it has no total SSS"):
        select(rows[rows["age"] != "SSS"], "x", {}, where="test")


def test_an_unknown_dimension_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsoError, match=r"indicator a: the table has no dimension sex; it has age"):
        select(by_age(), "x", {"sex": "1"}, where="indicator a")
