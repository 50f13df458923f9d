"""Check rows, their figures and breakdowns: that each shows something and that each figure can be drawn.

Does not check indicators (indicators.py) nor whether names exist (references.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from uso_lib.declarations.files import Check, Declarations
from uso_lib.specs import Breakdown, FigureSpec, Row
from uso_lib.strict_yaml import did_you_mean

#: Units of quantities that grow with the size of a municipality: a map of them shows where people live.
SIZE_UNITS = frozenset({"persons", "jobs", "establishments", "enterprises", "offences", "kt_co2e", "eur"})

Fault = tuple[str, str, str]  # field, reason, hint


def problems(declared: Declarations) -> Check:
    """Go through every fault within rows and breakdowns."""
    for kind, key in (("breakdown", "breakdowns"), ("flow", "flows"), ("criterion", "criteria")):
        shown = {name for _, row in declared.each("row") for name in getattr(row, key)}
        for place, one in declared.each(kind):
            if one.id not in shown:
                yield place.problem("id", f'no row shows the {kind} "{one.id}"', "add it to a row")
    for place, breakdown in declared.each("breakdown"):
        for field, reason, hint in _breakdown_faults(breakdown):
            yield place.problem(field, reason, hint)
    units = {one.id: one.unit for _, one in declared.each("indicator")}
    for place, row in declared.each("row"):
        for field, reason, hint in (*_row_faults(row), *_map_faults(row, units)):
            yield place.problem(field, reason, hint)


def _breakdown_faults(one: Breakdown) -> Iterator[Fault]:
    """Go through what keeps a breakdown from being computed."""
    categories = [category.id for category in one.categories]
    for name, count in Counter(categories).items():
        if count > 1:
            yield "categories", f'the category "{name}" stands twice', "keep one"
    if one.total and one.total not in categories:
        yield "total", f'there is no category "{one.total}"', did_you_mean(one.total, categories)
    if one.formula == "per_1000" and not one.per:
        yield "per", "the formula per_1000 needs per", "add per: population"
    if one.formula == "index" and not one.base:
        yield "base", "the formula index needs base", "add the period that is 100"
    if one.instead and sorted(one.instead.codes) != sorted(categories):
        hint = f"give the codes of {', '.join(categories)}"
        yield "instead.codes", "they are not for the categories of the breakdown", hint


def _row_faults(row: Row) -> Iterator[Fault]:
    """Go through what is wrong with a row and its figures."""
    if not any((row.indicators, row.breakdowns, row.flows, row.criteria)):
        yield "indicators", "the row shows nothing", "list an indicator, filled or not"
    for field in ("headline", "told"):
        for number, name in enumerate(getattr(row, field)):
            if name not in row.indicators:
                hint = did_you_mean(name, row.indicators)
                yield f"{field}[{number}]", f'"{name}" is not an indicator of the row', hint
    for number, name in enumerate(row.told):
        if name in row.headline:
            yield f"told[{number}]", f'"{name}" is a headline indicator already', "keep one"
    for number, figure in enumerate(row.figures):
        for reason, hint in _figure_faults(figure, row):
            yield f"figures[{number}]", f'figure "{figure.id}": {reason}', hint


def _map_faults(row: Row, units: Mapping[str, str]) -> Iterator[Fault]:
    """Go through maps of quantities that only tell how large a municipality is."""
    for number, figure in enumerate(row.figures):
        for name in figure.indicators if figure.kind == "map" else ():
            if units.get(name) in SIZE_UNITS:
                reason = f'figure "{figure.id}": "{name}" grows with the size of the municipality'
                yield f"figures[{number}]", reason, "map a share or a rate"


def _figure_faults(figure: FigureSpec, row: Row) -> Iterator[tuple[str, str]]:
    """Go through what keeps a figure from being drawn."""
    given = [bool(figure.indicators), bool(figure.breakdown), bool(figure.flow)]
    if figure.kind == "table" and not any(given) and not row.criteria:
        yield "a table needs indicators, a breakdown, a flow or the row's criteria", "name what it shows"
    if figure.kind != "table" and sum(given) != 1:
        yield "it needs exactly one of indicators, breakdown and flow", "keep one"
        return
    if figure.kind == "ranking" and len(figure.indicators) != 1:
        yield "a ranking shows exactly one indicator", "name one"
    if figure.kind == "map" and len(figure.indicators) != 1:
        yield "a map shows exactly one indicator", "name one"
    if figure.kind == "stack" and not figure.breakdown and len(figure.indicators) < 2:
        yield "a stack needs a breakdown or at least two indicators", "add the other components"
    if figure.kind == "trend" and figure.flow:
        yield "a trend shows indicators or a breakdown", "use the kind flow"
    if figure.kind == "flow" and not figure.flow:
        yield "a flow figure needs a flow", "name one in flow"
    if figure.kind == "pyramid" and (not figure.breakdown or len(figure.periods or []) != 2):
        yield "a pyramid needs a breakdown and two periods", 'write periods: ["2024", "2040"]'
    for field in ("breakdown", "flow"):
        wanted, listed = getattr(figure, field), getattr(row, f"{field}s")
        if wanted and wanted not in listed:
            yield f'the {field} "{wanted}" is not listed in the row', f"add it to the row's {field}s"
