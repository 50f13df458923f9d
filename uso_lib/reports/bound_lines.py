"""Find the lines of bound figures that no section of a report tells, because their row is hidden.

Each is recomputed from the cells the proof holds anyway; one that does not come out as told has no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uso_lib.reports.bound_figures import BoundFigure, Told
from uso_lib.reports.harvest import COLUMNS, Number
from uso_lib.reports.proof_lines import columns_of, told_line
from uso_lib.verification.lines import Line, Result
from uso_lib.verification.measures import Recomputation
from uso_lib.verification.proof import Proof

#: Measures of two times → by how many periods they go back is tried, the one that comes out being meant.
CHANGES = ("change", "change_pct", "year_change", "year_change_pct")


def lines_of(
    figure: BoundFigure, numbers: Iterable[Number], content: Mapping[str, Any]
) -> list[tuple[Line, Result]]:
    """Return the lines of a figure's numbers, recomputed.

    Parameters
    ----------
    numbers
        The lines of the report, by which the areas of groups are known.
    content
        The proof's cells.
    """
    areas = {(one["measure"], one["group"]): one["area"] for one in numbers}
    recomputation = Recomputation(Proof({**content, "lines": columns_of([])}))
    found = []
    for told in figure.told:
        name, measure, group, value = told
        grid = content["grids"].get(name)
        if grid is None or value is None or (measure, group) not in areas or not figure.period:
            continue
        made = (
            told_line(_number(told, period, areas[measure, group], content, figure), recomputation)
            for period in _periods(measure, figure.period, grid["periods"])
        )
        found += [line for line in made if line is not None][:1]
    return found


def _periods(measure: str, newest: str, periods: Iterable[str]) -> list[str]:
    return [f"{one}-{newest}" for one in periods] if measure in CHANGES else [newest]


def _number(told: Told, period: str, area: Any, content: Mapping[str, Any], figure: BoundFigure) -> Number:
    """Return a line as a section would tell it."""
    name, measure, group, value = told
    given = {
        "row": "", "indicator": name, "title": content["indicators"][name]["title"], "measure": measure,
        "group": group, "area": area, "period": period, "value": value, "decimals": figure.decimals,
        "mark": figure.mark,
    }  # fmt: skip
    return {**dict.fromkeys(COLUMNS), **given}
