"""Tell the lines of a harvest as a proof does: what each is about, in place of what it amounts to.

Every line is recomputed once on the way; only one that comes out as it was told is the proof's own. Does not
read pages (reading.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from uso_lib.reports.harvest import Number
from uso_lib.verification.lines import Line, Result
from uso_lib.verification.measures import Recomputation
from uso_lib.verification.proof import COLUMNS

#: How near a recomputed number must be to the one that was told: cells are kept to twelve digits.
NEAR = 1e-7


def told_line(number: Number, recomputation: Recomputation) -> tuple[Line, Result] | None:
    """Return the proof's line of a harvested one and its number, None when it does not come out as told."""
    for line in _candidates(number, recomputation):
        result = recomputation.result(line)
        if result.known and _same(result, number):
            return line, result
    return None


def given_line(number: Number, name: str) -> tuple[Line, Result]:
    """Return a line that carries a number as it was told, under a name in the proof."""
    return _line("given", name, "", number), Result(as_float(number["value"]), known=False)


def _candidates(number: Number, recomputation: Recomputation) -> Iterable[Line]:
    """Give what a harvested line may be: of one kind, in the definition it names or any other."""
    content, name, title = recomputation.proof.content, str(number["indicator"]), str(number["title"])
    measure, group = str(number["measure"]), str(number["group"])
    if number["row"] == "peers":
        kind = "likeness" if measure.startswith("likeness") else "property"
        yield _line(kind, name, "", number)
    elif measure == "total":
        yield _line("total", title.rpartition(": ")[0], "", number)
    elif group == "everywhere":
        yield _line("map", name, title.rpartition(": ")[2] if measure == "class_limit" else "", number)
    elif name in content["breakdowns"]:
        yield _line(
            "breakdown", name, title.removeprefix(f"{content['breakdowns'][name]['title']}: "), number
        )
    elif name in content["flows"]:
        yield _line("flow", name, str(number["area_name"]) if group == "partners" else "", number)
    elif name in content["criteria"]:
        yield _line("criterion", name, "", number)
    elif name in content["grids"]:
        for label in _labels(content["grids"][name], title, content["indicators"][name]["title"]):
            yield _line("indicator", name, label, number)


def _labels(grid: Mapping[str, Any], title: str, own: str) -> list[str]:
    """Return the definitions of an indicator, the one that a title names first, then the compared one."""
    named = title.removeprefix(f"{own} (").removesuffix(")") if title.startswith(f"{own} (") else ""
    newest = grid["newest"][1:] if "newest" in grid else []
    return list(dict.fromkeys([*([named] if named else newest), "", *newest, *grid["series"]]))


def _line(kind: str, subject: str, part: str, number: Number) -> Line:
    return Line(
        kind=kind,
        subject=subject,
        part=part,
        measure=str(number["measure"]),
        group=str(number["group"]),
        area=str(number["area"]),
        period=str(number["period"]),
        decimals=int(number["decimals"] or 0),
        mark=str(number["mark"] or ""),
    )


def _same(result: Result, number: Number) -> bool:
    """Tell whether a recomputed number is the told one, and its counts too."""
    told = as_float(number["value"])
    if result.value is None or told is None:
        return result.value is told
    counts = [(number["n"], result.n), (number["of"], result.of)]
    if any(one is not None and other is not None and one != other for one, other in counts):
        return False
    return math.isclose(result.value, told, rel_tol=NEAR, abs_tol=NEAR)


def columns_of(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """Return lines as columns; texts by their place in a list of texts."""
    texts = {text: None for row in rows for text in (*row[:6], row[7])}
    place = {text: number for number, text in enumerate(texts)}
    columns: dict[str, Any] = {"texts": list(texts)}
    for number, name in enumerate(COLUMNS):
        cells = [row[number] for row in rows]
        columns[name] = cells if name == "decimals" else [place[one] for one in cells]
    return columns


def cells_of(line: Line) -> tuple[Any, ...]:
    """Return a line as the proof's columns hold it."""
    subject = f"{line.kind}:{line.subject}"
    return (
        subject, line.part, line.measure, line.group, line.area, line.period, line.decimals, line.mark,
    )  # fmt: skip


def as_float(value: Any) -> float | None:
    """Return a cell of the harvest as a number."""
    return None if value is None else float(value)
