"""Figures of a proof written many at once are as each alone, and a manifest has its tables line by line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uso_lib.analysis.proof_cells import plain, plains
from uso_lib.reports.manifest import as_json
from uso_lib.verification.packing import _most_decimals

#: Figures as they are published, as they are computed, and at the edges of what is taken as it is.
FIGURES = st.one_of(
    st.floats(),
    st.integers(-(10**13), 10**13).map(float),
    st.integers(-(10**13), 10**13).map(lambda units: units / 10**4),
    st.integers(-(10**7), 10**7).map(lambda units: units / 10),
    st.sampled_from([0.0, -0.0, 1e12, 999_999_999_999.0, 999_999_999_999.5, 1e8, 99_999_999.9999, 5e-5]),
)


def kinds(found: list[Any]) -> list[tuple[type, Any]]:
    return [(type(one), one) for one in found]


@given(st.lists(FIGURES))
def test_many_figures_are_rounded_as_each_alone(figures: list[float]) -> None:
    alone = kinds([plain(one) for one in figures])
    assert kinds(plains(figures)) == alone
    assert kinds(plains(np.array(figures, dtype=np.float64))) == alone


def test_a_table_of_figures_is_a_list_of_lists() -> None:
    assert plains(np.array([[1.5, 2.0], [np.nan, 1 / 3]])) == [[1.5, 2], [None, 0.333333333333]]
    assert plains(np.empty((2, 0))) == [[], []]


@given(st.lists(st.one_of(st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))))
def test_as_many_decimals_are_kept_as_the_longest_number_has(numbers: list[float | int | None]) -> None:
    floats = [Decimal(repr(one)).normalize() for one in numbers if isinstance(one, float)]
    assert _most_decimals(numbers) == max([0, *(-int(one.as_tuple().exponent) for one in floats)])


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ([[1, 2.5], [None]], "[\n  [1, 2.5],\n  [null]\n ]"),
        ([[], [1]], "[\n  [],\n  [1]\n ]"),
        ([["], ["], [1]], '[\n  ["], ["],\n  [1]\n ]'),
        ([[[1], [2]], [3]], "[\n  [\n   [1],\n   [2]\n  ],\n  [3]\n ]"),
    ],
)
def test_a_table_stands_line_by_line(table: list[list[Any]], text: str) -> None:
    assert as_json({"table": table}) == f'{{\n "table": {text}\n}}\n'
    assert json.loads(as_json({"table": table})) == {"table": table}
