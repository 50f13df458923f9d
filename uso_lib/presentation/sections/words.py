"""List what a consultant can write of figures in their own text, and carry the figures themselves.

Text and value of every word come from the comparison the rest of the report is made from. Does not read
what has been written (bound/, reports/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uso_lib.analysis.results import Change, Comparison, GroupFigure
from uso_lib.bound.grammar import GROUP_WORDS, GROUPS, MEASURES
from uso_lib.bound.vocabulary import SCHEMA, WORDS_MIME
from uso_lib.presentation.charts.series import marked
from uso_lib.presentation.sections.notebook_look import dressed
from uso_lib.presentation.sections.tables import is_partial, position_text
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.words import finnish, phrasing, places, standing
from uso_lib.presentation.words.findings import PCT_DECIMALS, gap
from uso_lib.presentation.words.narrative import is_told_signed
from uso_lib.presentation.words.places import Group
from uso_lib.presentation.words.units import UNITS
from uso_lib.regions import Municipality

#: Text, and the number it is of.
Figure = tuple[str, float | None]
#: What people write after a number beside the words of its unit.
_ALSO = {
    "persons": ("asukas", "asukasta", "henki", "henkeä", "ihminen", "ihmistä"),
    "eur_per_capita": ("€/asukas", "euroa/asukas"),
}
_ALSO_GAPS = {"pct": ("%-yksikkö", "%-yksikköä"), "permille": ("‰-yksikkö", "‰-yksikköä")}
TEXT = "Luvut, jotka voi kirjoittaa omaan tekstiin aaltosulkeissa: {population}, {population:change_5y}."


@dataclass(frozen=True)
class WordsView:
    """Hold what the last cell of the notebook shows: a table for the consultant, and the figures as data."""

    html: str
    data: Mapping[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what Jupyter shows."""
        del include, exclude
        return {"text/html": dressed(self.html), "text/plain": TEXT, WORDS_MIME: dict(self.data)}

    def __repr__(self) -> str:
        return "\n".join([TEXT, *self.data["words"]])


def words_view(
    municipality: Municipality,
    comparisons: Sequence[Comparison],
    *,
    left_out: Iterable[str] = (),
    other_places: Iterable[str] = (),
) -> WordsView:
    """List the words of a report.

    Parameters
    ----------
    comparisons
        Every indicator of the report, missing ones too, in its order.
    left_out
        Ids of indicators that are not part of this report.
    other_places
        Names of the other municipalities: a typed figure beside one of them is not the member's.
    """
    used = {one.indicator.unit for one in comparisons}
    data = {
        "schema": SCHEMA,
        "words": {one.indicator.id: _entry(one) for one in comparisons},
        "units": {unit: _unit(unit) for unit in sorted(used)},
        "pct_decimals": PCT_DECIMALS,
        "missing": finnish.MISSING,
        "left_out": sorted(left_out),
        "own_places": sorted({*places.municipality_words(municipality).values()}),
        "other_places": sorted(other_places),
    }
    lines = [_line(one) for one in comparisons]
    measures = [(name, one.title) for name, one in MEASURES.items()]
    return WordsView(render("words", lines=lines, measures=measures, groups=list(GROUP_WORDS.items())), data)


def _line(one: Comparison) -> tuple[str, str, str, str]:
    """Return one line of the table for the consultant."""
    when = finnish.period(one.period, "short") if one.period else ""
    return (f"{{{one.indicator.id}}}", one.indicator.title, _own(one)[0], when)


def _entry(one: Comparison) -> dict[str, Any]:
    indicator = one.indicator
    return {
        "title": indicator.title,
        "subject": phrasing.subject(one),
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "period": one.period or "",
        "mark": one.symbol,
        "figures": _tabbed(_figures(one)),
    }


def _tabbed(figures: Iterable[tuple[str, Figure]]) -> str:
    """Return words, values and texts as lines parted by tabs: a notebook's own form is four times as long."""
    lines = [f"{name}\t{'' if finnish.is_missing(value) else f'{value:.14g}'}\t{text}"
             for name, (text, value) in figures]  # fmt: skip
    return "\n".join(lines)


def _figures(one: Comparison) -> Iterator[tuple[str, Figure]]:
    """Give every word of an indicator, without its name, and what it stands for."""
    yield "value", _own(one)
    if one.period is None or one.value is None:
        return
    year = float(one.period) if one.period.isdigit() else None
    yield "period", (finnish.period(one.period, "short"), year)
    yield "when", (finnish.period(one.period), year)
    yield from _changes(one)
    for written, group in GROUPS.items():
        if group in one.groups:
            yield from _of_group(one, written, one.groups[group])
    for written, ranked in (("verrokit", "peers"), ("maa", "country")):
        position = one.positions.get(ranked)
        if position is not None:
            text = position_text(one, "peers" if ranked == "peers" else "country")
            yield f"place|{written}", (text, float(position.place))
            yield f"of|{written}", (finnish.number(position.of), float(position.of))


def _own(one: Comparison) -> Figure:
    """Write the municipality's figure as sentences do, with the mark tables give it."""
    if one.value is None:
        return finnish.missing_words(one.symbol), None
    return marked(_amount(one, one.value), one.symbol), one.value


def _amount(one: Comparison, value: float | None) -> str:
    return (phrasing.signed_value if is_told_signed(one) else phrasing.value)(one, value)


def _changes(one: Comparison) -> Iterator[tuple[str, Figure]]:
    spans: list[tuple[str, Change | None]] = [("change_5y", one.change), ("change_1y", one.year_change)]
    for name, change in spans:
        if change is not None:
            yield name, (_difference(one, change.absolute), change.absolute)
            if change.relative_pct is not None:
                yield f"{name}_pct", (_percent(change.relative_pct), change.relative_pct)
    if one.change is not None:
        start = one.change.start
        yield "change_5y_from", (finnish.period(start, "short"), float(start) if start.isdigit() else None)


def _of_group(one: Comparison, written: str, figure: GroupFigure) -> Iterator[tuple[str, Figure]]:
    """Give a group's figures; one that rests on a part of the group says on how many."""
    if figure.value is None:
        return
    known = _known(figure)
    yield f"value|{written}", (f"{_amount(one, figure.value)}{known}", figure.value)
    away = gap(one, figure.group)
    if away is not None:
        yield f"difference|{written}", (_difference(one, away), away)
    if figure.change is not None:
        yield f"change_5y|{written}", (_difference(one, figure.change), figure.change)
    if figure.change_pct is not None:
        yield f"change_5y_pct|{written}", (_percent(figure.change_pct), figure.change_pct)


def _known(figure: GroupFigure) -> str:
    group: Group = figure.group
    return f" ({standing.known(figure)})" if is_partial(group, figure) else ""


def _difference(one: Comparison, amount: float) -> str:
    indicator = one.indicator
    return finnish.difference_with_unit(amount, indicator.unit, indicator.decimals, sign=True)


def _percent(amount: float) -> str:
    return finnish.signed_with_unit(amount, "pct", PCT_DECIMALS)


def _unit(unit: str) -> dict[str, list[str]]:
    """Return how a unit, and that of its differences, may be written; the first is its name."""
    words = UNITS[unit]
    own = [words.axis, words.symbol, words.short, *words.noun[:2], *_ALSO.get(unit, ())]
    own += [f"{noun} {words.tail}" for noun in words.noun[:2] if noun and words.tail]
    gap_name = finnish.difference_unit_name(unit) or words.axis
    differences = [gap_name, *words.gap, *_ALSO_GAPS.get(unit, ())]
    differences += [] if words.gap[1].endswith("yksikköä") else own
    return {"own": _once(own), "gap": _once(differences)}


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(one.split()) for one in texts if one))
