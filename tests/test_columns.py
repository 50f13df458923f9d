"""Rows of text in columns."""

from __future__ import annotations

import pytest

from uso_lib.commands.columns import in_columns


def test_columns_are_as_wide_as_their_widest_cell_and_the_last_is_not_padded() -> None:
    rows = [("table", "rows", "state"), ("a", "1,200", "fetched"), ("longer_id", "7", "")]
    assert in_columns(rows, right=(1,)) == [
        "table       rows  state",
        "a          1,200  fetched",
        "longer_id      7",
    ]


def test_columns_are_set_to_the_left_unless_said_otherwise() -> None:
    assert in_columns([("x", "1"), ("yy", "22")]) == ["x   1", "yy  22"]
    assert in_columns([("x", "1"), ("yy", "22")], right=(0, 1)) == [" x   1", "yy  22"]


def test_a_heading_alone_is_one_line() -> None:
    assert in_columns([("table", "rows")]) == ["table  rows"]


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        in_columns([("a", "b"), ("c",)])
