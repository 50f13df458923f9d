"""The plain arithmetic of the recomputation: how a column of figures is read, joined, divided and subtracted.

Every function returns a recipe: what to do when the raw files are there. Knows no indicator.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

from recomputation.raw import COUNTRY, GAPS, Cell, Column, Raw, added_up, lost, month, recomputed

Make = Callable[[Raw], Column]
#: A weighted mean or a quotient of sums stands for the country when this share of municipalities have data.
COVERAGE = 0.9
Merge = Literal["sum", "lost"] | Callable[[Raw, str, str], float | None]
Country = Literal["published", "sum"] | Make | None


def level(
    name: str,
    label: str | tuple[str, ...] = "",
    span: str = "-",
    *,
    keys: tuple[str, ...] = ("label",),
    merge: Merge = "sum",
    country: Country = None,
    per_label: bool = False,
    zero_is_missing: bool = False,
    value: str = "value",
    period: str | None = None,
    area: str = "area",
    keep: Callable[[dict[str, str]], bool] | None = None,
) -> Make:
    """Read published figures: one label, or several added up (a missing one makes the sum missing).

    Parameters
    ----------
    span
        "2000-2019", "2020-", "-2005".
    merge
        What becomes of merged municipalities: added up, lost, or recomputed with a denominator.
    country
        The whole country's own figure, see `with_country`.
    per_label
        Whether a merger is seen label by label: labels of the regional time series have different divisions.
    zero_is_missing
        Whether a published 0 says that there is no figure.
    """
    labels = (label,) if isinstance(label, str) else label
    first, _, last = span.partition("-")

    @cache
    def make(raw: Raw) -> Column:
        file = raw.file(name, keys, value=value, period=period, area=area, keep=keep)
        made = []
        for one in labels:
            column = without_zeros(file.columns[one]) if zero_is_missing else file.columns[one]
            present = (
                {when: set(areas) for when, areas in column.cells.items()} if per_label else file.present
            )
            made.append(_merged(raw, column, present, merge))
        whole = made[0]
        for part in made[1:]:
            whole = _calculated(whole, part, lambda a, b: a + b)
        inside = {when for when in whole.cells if (first or "0") <= when[:4] <= (last or "9")}
        whole = Column({when: dict(whole.cells[when]) for when in inside}, dict.fromkeys(inside, 0))
        return _with_country(raw, whole, country)

    return make


def _merged(raw: Raw, column: Column, present: dict[str, set[str]], merge: Merge) -> Column:
    if merge == "sum":
        return added_up(raw, column, present)
    if merge == "lost":
        return lost(raw, column, present)
    return recomputed(raw, column, present, lambda period, area: merge(raw, period, area))


def without_zeros(column: Column) -> Column:
    """Take zeros for missing: without group accounts a group's loans are 0 beside the own loans."""
    made = column.copy()
    for areas in made.cells.values():
        areas.update({area: (None, "..") for area, (value, _) in areas.items() if value == 0})
    return made


def joined(*makes: Make, country: Country = None, span: str = "-") -> Make:
    """Join stretches of one definition: the earlier one wins, a later one fills its gaps."""
    first, _, last = span.partition("-")

    @cache
    def make(raw: Raw) -> Column:
        whole = Column()
        for column in [one(raw) for one in makes]:
            for period, areas in column.cells.items():
                if not (first or "0") <= period[:4] <= (last or "9"):
                    continue
                held = whole.cells[period]
                for area, found in areas.items():
                    if area not in held or (held[area][0] is None and found[0] is not None):
                        held[area] = found
                whole.basis.setdefault(period, column.basis.get(period, 0))
        return whole if country is None else _with_country(raw, whole, country)

    return make


def broken(make: Make, *breaks: str) -> Make:
    """Declare the first periods of new definitions."""

    @cache
    def made(raw: Raw) -> Column:
        column = make(raw).copy()
        column.breaks = tuple(sorted({*column.breaks, *breaks}))
        return column

    return made


def with_country(make: Make, country: Country) -> Make:
    """Give the whole country's own figure anew."""

    @cache
    def made(raw: Raw) -> Column:
        return _with_country(raw, make(raw).copy(), country)

    return made


def _with_country(raw: Raw, column: Column, country: Country) -> Column:
    """Put in the country's own figure: published, the sum of all, the weighted mean, or none."""
    if country == "published":
        return column
    weight = country(raw) if callable(country) else None
    for period, areas in column.cells.items():
        areas.pop(COUNTRY, None)
        if weight is not None:
            pairs = [
                (value, by)
                for area, (value, _) in areas.items()
                if value is not None and (by := weight.value(period, area)) is not None
            ]
            if len(pairs) >= COVERAGE * len(raw.municipalities):
                areas[COUNTRY] = (sum(value * by for value, by in pairs) / sum(by for _, by in pairs), "")
                column.basis[period] = len(pairs)
        elif country == "sum":
            values = [value for value, _ in areas.values() if value is not None]
            if len(values) == len(raw.municipalities):
                areas[COUNTRY] = (sum(values), "")
                column.basis[period] = len(values)
    return column


def difference(of: Make, minus: Make) -> Make:
    """Subtract; the country's own figure is the difference of its figures."""
    return _of_two(of, minus, lambda a, b: a - b)


def quotient(of: Make, per: Make, factor: float = 1.0, *, country: Literal["parts"] | None = "parts") -> Make:
    """Divide; the country's figure is the quotient of published ones, else of sums of those with both."""

    @cache
    def make(raw: Raw) -> Column:
        above, below = of(raw), per(raw)
        made = _calculated(above, below, lambda a, b: a / b * factor, divides=True)
        for period, areas in made.cells.items():
            published = above.basis.get(period) == 0 and below.basis.get(period) == 0 and COUNTRY in areas
            if country is None:
                areas.pop(COUNTRY, None)
            elif not published:
                areas.pop(COUNTRY, None)
                pairs = [
                    (a, b)
                    for area in areas
                    if (a := above.value(period, area)) is not None and (b := below.value(period, area))
                ]
                if len(pairs) >= COVERAGE * len(raw.municipalities):
                    areas[COUNTRY] = (sum(a for a, _ in pairs) / sum(b for _, b in pairs) * factor, "")
                    made.basis[period] = len(pairs)
        return made

    return make


def change_over(of: Make, years: int, *, per_cent: bool) -> Make:
    """Give the change from the same period some years earlier, never across a break."""

    @cache
    def make(raw: Raw) -> Column:
        column = of(raw)
        made = Column(breaks=column.breaks)
        for period in column.cells:
            earlier = f"{int(period[:4]) - years}{period[4:]}"
            if not same_definition(column, earlier, period):
                continue
            for area, now in column.cells[period].items():
                if area in column.cells.get(earlier, {}):
                    then = column.cells[earlier][area]
                    made.cells[period][area] = _changed(now, then, per_cent=per_cent)
            made.basis[period] = column.basis.get(period, 0)
        return made

    return make


def _changed(now: Cell, then: Cell, *, per_cent: bool) -> Cell:
    if now[0] is None or then[0] is None:
        return None, carried_mark(now, then)
    if not per_cent:
        return now[0] - then[0], carried_mark(now, then)
    if then[0] <= 0:
        return None, "."
    return (now[0] - then[0]) / then[0] * 100, carried_mark(now, then)


def index(of: Make, base: str) -> Make:
    """Give the figures with the base period as 100."""

    @cache
    def make(raw: Raw) -> Column:
        column = of(raw)
        made = Column(basis=dict(column.basis), breaks=column.breaks)
        for period, areas in column.cells.items():
            for area, now in areas.items():
                if same_definition(column, base, period) and area in column.cells[base]:
                    then = column.cells[base][area]
                    if now[0] is None or then[0] is None:
                        made.cells[period][area] = None, carried_mark(now, then)
                    else:
                        made.cells[period][area] = (
                            (now[0] / then[0] * 100, carried_mark(now, then)) if then[0] else (None, ".")
                        )
        return made

    return make


def mean_of_12_months(of: Make) -> Make:
    """Give the mean of the month and the eleven before it, when all twelve are known."""

    @cache
    def make(raw: Raw) -> Column:
        column = of(raw)
        made = Column(basis=dict(column.basis), breaks=column.breaks)
        numbers = {month(period): period for period in column.cells if "M" in period}
        for number, period in numbers.items():
            window = [numbers[back] for back in range(number - 11, number + 1) if back in numbers]
            if len(window) < 12 or not same_definition(column, window[0], period):
                continue
            for area in column.cells[period]:
                cells = [column.cells[one].get(area) for one in window]
                if all(one is not None for one in cells):
                    values = [one[0] for one in cells if one is not None]
                    if any(value is None for value in values):
                        made.cells[period][area] = None, ".."
                    else:
                        made.cells[period][area] = (
                            sum(value for value in values if value is not None) / 12,
                            "",
                        )
        return made

    return make


def same_definition(column: Column, earlier: str, later: str) -> bool:
    """Tell whether no break lies between two periods."""
    return not any(month(earlier) < month(first) <= month(later) for first in column.breaks)


def carried_mark(first: Cell, second: Cell) -> str:
    """Return the mark of a computed figure: the first missing input's, otherwise both inputs' marks."""
    for value, mark in (first, second):
        if value is None:
            return mark
    return "".join(mark for mark in "*~" if mark in first[1] + second[1])


def _of_two(of: Make, other: Make, arithmetic: Callable[[float, float], float]) -> Make:
    @cache
    def make(raw: Raw) -> Column:
        return _calculated(of(raw), other(raw), arithmetic)

    return make


def _calculated(
    first: Column, second: Column, arithmetic: Callable[[float, float], float], *, divides: bool = False
) -> Column:
    """Compute cell by cell what both columns have a row of; a missing input makes the figure missing."""
    made = Column(breaks=tuple(sorted({*first.breaks, *second.breaks})))
    for period in first.cells.keys() & second.cells.keys():
        for area in first.cells[period].keys() & second.cells[period].keys():
            one, two = first.cells[period][area], second.cells[period][area]
            if one[0] is None or two[0] is None:
                made.cells[period][area] = None, carried_mark(one, two)
            elif divides and two[0] == 0:
                made.cells[period][area] = None, "."
            else:
                made.cells[period][area] = arithmetic(one[0], two[0]), carried_mark(one, two)
        bases = [first.basis.get(period, 0), second.basis.get(period, 0)]
        made.basis[period] = max(bases)
    return made


def is_gap(mark: str) -> bool:
    """Tell whether a mark stands in the place of a value."""
    return mark in (*GAPS, "/")
