"""Shapes as SVG text: rounded places, steps that add up, lines broken where a point is missing."""

from __future__ import annotations

import math
import re
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from uso_lib.presentation.charts import svg
from uso_lib.presentation.charts.canvas import Canvas

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d)?|\.\d)")
PLACES = st.lists(st.tuples(st.floats(0, 400), st.floats(0, 400)), min_size=5, max_size=40)


def places(path: str) -> list[tuple[float, float]]:
    """Return the places that steps lead to."""
    start, _, steps = path.removeprefix("M").partition("l")
    numbers = [float(one) for text in (start, steps) for one in _NUMBER.findall(text)]
    return list(zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True))


@given(PLACES)
def test_steps_lead_to_the_rounded_places(points: list[tuple[float, float]]) -> None:
    found = places(svg.path(points))
    assert len(found) == len(points)
    for (x, y), (left, up) in zip(found, points, strict=True):
        assert abs(x - left) < 0.051
        assert abs(y - up) < 0.051


def test_numbers_have_one_decimal_at_most_and_no_minus_zero() -> None:
    assert [svg.number(one) for one in (0.04, -0.04, 3.0, 2.25, -7.1499999999)] == [
        "0",
        "0",
        "3",
        "2.2",
        "-7.2",
    ]


def test_a_line_is_broken_where_a_point_is_missing() -> None:
    points = [(1.0, 1.0), (2.0, 2.0), (math.nan, 3.0), (4.0, 4.0)]
    assert svg.broken(points, 100, 100) == "M1 1 2 2M4 4"


def test_a_long_line_loses_what_cannot_be_seen_and_keeps_its_ends_and_turns() -> None:
    points = [(step / 2, 10.0 if step < 200 else 60.0) for step in range(400)]
    path = svg.broken(points, 300, 100)
    assert path == "M0 10l99.5 0 .5 50 99.5 0 0 0"


def test_what_is_said_first_lies_under_and_markup_is_escaped() -> None:
    canvas = Canvas(20.0, 40.0)
    canvas.text(1, 1, "a < b & c\nd")
    canvas.boxes([(0, 0, 10, 5), (0, 0, 0, 5)], colour="#053276")
    picture = canvas.svg()
    assert "a &lt; b &amp; c</text>" in picture
    assert picture.index("<path") < picture.index('fill:#053276"/>') < picture.index("<text")
    assert picture.count('z"') == 2
