"""Examine newly fetched figures against those in the store before they replace them.

Does not fetch, publish or correct anything; a person decides about what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from uso_lib.live_specs import DriftCheck, LiveTable
from uso_lib.sources.drift.checks import Signal, counted, coverage, jump, revised
from uso_lib.sources.drift.grid import Grid, grids
from uso_lib.sources.drift.movement import constant, outlier

__all__ = ["Finding", "examine"]

#: In the order in which findings are told.
_CHECKS: tuple[Callable[[Grid], Iterator[Signal]], ...] = (coverage, jump, revised, constant, outlier)
_MOST_CELLS = 20


@dataclass(frozen=True)
class Finding:
    """Tell what one check found in one content.

    Parameters
    ----------
    check
        Which check.
    severity
        ``stop`` keeps the old table; ``tell`` is shown only.
    message
        English, one sentence: the worst case and how many more there are.
    n
        How many figures it concerns.
    example
        The worst figure or group of figures: area, dimension codes and period, or content and period.
    content
        Code of the content.
    cells
        The single figures concerned, worst first, at most 20; empty when whole groups are.
    """

    check: DriftCheck
    severity: Literal["stop", "tell"]
    message: str
    n: int
    example: str
    content: str = ""
    cells: tuple[str, ...] = ()


def examine(previous: pd.DataFrame | None, new: pd.DataFrame, table: LiveTable) -> tuple[Finding, ...]:
    """Compare new figures with the previous ones and with their own past.

    Parameters
    ----------
    previous
        The table in the store with the same definition; None at the first fetch, which leaves the newest
        period against the one before it.
    new
        The new figures, mergers folded; both are tidy tables, with or without a column ``table``.
    table
        Their declaration: its contents are examined, its ``stops`` decide what stops.

    Returns
    -------
    tuple of Finding
        One per check and content, in the order of checks and contents; none when nothing was noticed.
    """
    found: list[tuple[int, Finding]] = []
    for grid in grids(previous, new, table):
        for order, check in enumerate(_CHECKS):
            signals = sorted(check(grid), key=lambda one: (not one.grave, -one.size))
            if signals:
                found.append((order, _finding(grid.content, signals, table)))
    return tuple(finding for _, finding in sorted(found, key=lambda one: one[0]))


def _finding(content: str, signals: Sequence[Signal], table: LiveTable) -> Finding:
    """Make one finding of everything a check noticed in a content, the worst first."""
    worst = signals[0]
    alike = sum(one.grave == worst.grave for one in signals) - 1
    more = f", and {counted(alike, 'more such case')}" if alike else ""
    cells = tuple(cell for one in signals for cell in one.cells)[:_MOST_CELLS]
    stops = worst.grave and worst.check in table.stops
    return Finding(
        check=worst.check,
        severity="stop" if stops else "tell",
        message=f"{worst.check}: {worst.text}{more}",
        n=sum(one.n for one in signals if one.grave == worst.grave),
        example=cells[0] if cells else worst.text.partition(":")[0],
        content=content,
        cells=cells,
    )
