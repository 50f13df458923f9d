"""Go through the lines of a result table as plain mappings, many times faster than as pandas rows.

Does not change or compute anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from uso_lib.analysis.results import BreakdownResult, Comparison
from uso_lib.presentation.once import once

Record = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Return the lines of a table in order, each as column → value."""
    columns = [str(name) for name in frame.columns]
    cells = [frame[name].tolist() for name in frame.columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


@once
def history_lines(comparison: Comparison) -> Sequence[Record]:
    """Return the lines of a comparison's history."""
    return records(comparison.history)


@once
def known_history(comparison: Comparison) -> Sequence[Record]:
    """Return the lines of a comparison's history in which the municipality has a value."""
    return [line for line in history_lines(comparison) if is_known(line["value"])]


@once
def ranking_lines(comparison: Comparison) -> Sequence[Record]:
    """Return the lines of a comparison's ranking."""
    return records(comparison.ranking)


@once
def table_lines(result: BreakdownResult) -> Sequence[Record]:
    """Return the lines of a breakdown's table."""
    return records(result.table)


def is_known(value: Any) -> bool:
    """Tell whether a cell holds something: not None and not a missing number."""
    return value is not None and value is not pd.NA and bool(value == value)
