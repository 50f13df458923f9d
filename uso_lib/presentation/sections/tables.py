"""Lay indicators out as tables: caption, header cells, rows of formatted text.

Does not write HTML (templates/table.html.j2), does not lay out categories, flows or criteria
(detail_tables.py) and does not compute: every cell is a field of a result object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from uso_lib.analysis.results import Change, Comparison, GroupFigure
from uso_lib.presentation.charts.series import marked
from uso_lib.presentation.sections.records import Record, is_known, known_history
from uso_lib.presentation.words import finnish
from uso_lib.presentation.words.findings import RELATIVE_UNITS, follows_size, speaks_for
from uso_lib.presentation.words.places import GROUPS, Group, group_title, of_members
from uso_lib.presentation.words.standing import RANKED, Ranked, data_of
from uso_lib.presentation.words.units import UNITS

#: What stands where a producer gives no figure and no mark of its own.
NO_FIGURE = ".."
#: The marks that may stand beside or instead of a value, explained below the tables that use them.
MARK_NOTES = {
    "*": "ennakkotieto",
    "~": "laskettu yhdistyneiden kuntien tiedoista",
    "-": "ei yhtään",
    "/": "yhdistyneen kunnan lukua ei voi laskea osista",
    "...": "salassa pidettävä",
    "..": "tietoa ei ole",
    ".": "ei esitettävissä",
}
#: Groups so small that a missing municipality matters to their mean.
_COUNTED_GROUPS: frozenset[Group] = frozenset({"peers", "network", "region"})
PARTIAL_NOTE = "Suluissa: kuntia, joista on tieto, ja ryhmän kunnat yhteensä"
INTERVAL_TITLE = f"{finnish.LEVEL} väli"
#: Interval method → what the notes below a table call it.
INTERVAL_METHODS = {
    "wilson": "Wilsonin menetelmä osuuksille",
    "byar": "Byarin menetelmä tapausmäärille",
    "balance": "erotuksille molempien tapausmäärien Byarin väleistä",
}


@dataclass(frozen=True)
class Table:
    """Hold one table as text.

    Parameters
    ----------
    header
        Column headings; the first column names the row and is text, the others are numbers unless in
        `text_columns`.
    rows
        Cells as text, as many as there are headings.
    text_columns
        Indexes of further columns that hold words.
    notes
        What is printed below the table: the marks it uses.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def comparison_table(comparisons: Sequence[Comparison]) -> Table | None:
    """Lay out one line per indicator: value, groups, places and change; None when nothing has a figure."""
    shown = [one for one in comparisons if not one.missing]
    if not shown:
        return None
    name, methods = shown[0].municipality.name, {one.interval.method for one in shown if one.interval}
    header = (
        "Tunnusluku", "Ajankohta", name, *((INTERVAL_TITLE,) if methods else ()),
        *(group_title(group) for group in GROUPS),
        "Sija verrokeissa", "Sija kunnissa", "Muutos", "Muutos verrokeilla",
    )  # fmt: skip
    rows = tuple(_comparison_row(one, intervals=bool(methods)) for one in shown)
    notes = [*notes_of(rows), *([PARTIAL_NOTE] if _has_partial(shown) else []), *_interval_notes(methods)]
    return Table(f"{name} ja vertailuryhmät, tuorein tieto", header, rows, notes=tuple(notes))


def history_table(comparison: Comparison) -> Table | None:
    """Lay out one indicator period by period, newest first; None for fewer than two periods.

    Monthly series show the newest month and every December only; the workbook has all.
    """
    history = known_history(comparison)
    if len(history) < 2:  # one period is no history
        return None
    unit, decimals = comparison.indicator.unit, comparison.indicator.decimals
    hidden = _hidden_groups(comparison)
    groups = [one for one in GROUPS if one not in hidden and any(is_known(line[one]) for line in history)]
    several = len({line["series"] for line in history}) > 1
    lines = sorted(_thinned(history), key=lambda line: str(line["period"]), reverse=True)
    rows = tuple(
        (
            _series_period(line, several=several),
            cell(line["value"], str(line["symbol"]), decimals),
            *(cell(line[group], "", decimals) for group in groups),
        )
        for line in lines
    )
    header = ("Ajankohta", comparison.municipality.name, *(group_title(group) for group in groups))
    caption = finnish.title_with_unit(comparison.indicator.title, unit)
    return Table(caption, header, rows, notes=notes_of(rows))


def own_history_table(comparisons: Sequence[Comparison]) -> Table | None:
    """Lay out indicators of the municipality alone, one line each and a column per year, newest first."""
    shown = [one for one in comparisons if len(known_history(one)) > 1]
    if not shown:
        return None
    thinned = {one.indicator.id: _thinned(known_history(one)) for one in shown}
    periods = sorted({str(line["period"]) for lines in thinned.values() for line in lines}, reverse=True)
    rows = []
    for one in shown:
        cells = {
            str(line["period"]): cell(line["value"], str(line["symbol"]), one.indicator.decimals)
            for line in reversed(thinned[one.indicator.id])  # of two definitions the first is shown
        }
        title = finnish.title_with_unit(one.indicator.title, one.indicator.unit)
        rows.append((title, *(cells.get(period, "") for period in periods)))
    header = ("Tunnusluku", *(finnish.period(period, "short") for period in periods))
    name = shown[0].municipality.name
    return Table(f"{name}, muut tunnusluvut vuosittain", header, tuple(rows), notes=notes_of(rows))


def change_text(comparison: Comparison, change: Change | None) -> str:
    """Write a change for a cell: "+4,1 %" for amounts, "−0,4 %-yks." for shares and rates."""
    if change is None:
        return NO_FIGURE
    indicator = comparison.indicator
    if change.relative_pct is not None and tells_relative(comparison, change):
        return finnish.signed_with_unit(change.relative_pct, "pct", 1, style="short")
    return finnish.difference_with_unit(
        change.absolute, indicator.unit, indicator.decimals, style="short", sign=True
    )


def tells_relative(comparison: Comparison, change: Change) -> bool:
    """Tell whether a change of the indicator is shown in per cent."""
    return comparison.indicator.unit in RELATIVE_UNITS and change.relative_pct is not None


def position_text(comparison: Comparison, group: Ranked) -> str:
    """Write a place for a cell: "7/10", "7/9 (jaettu, tieto 9/10)" when it is shared and one has no data."""
    position, figure = comparison.positions.get(group), comparison.groups.get(group)
    if position is None:
        return ""
    known = "" if figure is None else of_members(figure)
    said = [*(["jaettu"] if position.tied > 1 else []), *([f"tieto {known}"] if known else [])]
    inside = f" ({', '.join(said)})" if said else ""
    return f"{position.place}/{position.of}{inside}"


def interval_text(comparison: Comparison) -> str:
    """Write the interval of the municipality's figure, whose unit stands beside it: "10,2–12,1"."""
    found, decimals = comparison.interval, comparison.indicator.decimals
    if found is None:
        return ""
    return f"{finnish.number(found.low, decimals)}{finnish.DASH}{finnish.number(found.high, decimals)}"


def value_text(value: float | None, symbol: str, unit: str, decimals: int) -> str:
    """Write a value with its short unit and mark, or the mark that stands instead of it."""
    if finnish.is_missing(value):
        return _absent(symbol)
    return marked(finnish.value_with_unit(value, unit, decimals, style="short"), symbol)


def _interval_notes(methods: Set[str]) -> list[str]:
    """Explain the intervals of a table and name their methods."""
    if not methods:
        return []
    named = finnish.listing([INTERVAL_METHODS[method] for method in sorted(methods, reverse=True)])
    return [f"{INTERVAL_TITLE}: luottamusväli, {named}; tyhjä, jos väliä ei lasketa"]


def _comparison_row(one: Comparison, *, intervals: bool) -> tuple[str, ...]:
    hidden, title = _hidden_groups(one), one.indicator.title
    groups = [
        "" if group in hidden or group not in one.groups else _group_text(group, one.groups[group], one)
        for group in GROUPS
    ]
    return (
        finnish.title_with_unit(title, one.indicator.unit) if _unit_in_title(one) else title,
        finnish.period(one.period or "", "short"),
        _amount(one.value, one.symbol, one),
        *((interval_text(one),) if intervals else ()),
        *groups,
        position_text(one, "peers"),
        position_text(one, "country"),
        _change_with_span(one),
        _peer_change(one),
    )


def _unit_in_title(one: Comparison) -> bool:
    """Tell whether the unit is so long that it stands beside the title only: "€/as.", "/ 1 000 as."."""
    return "/" in UNITS[one.indicator.unit].short


def _amount(value: float | None, symbol: str, one: Comparison) -> str:
    unit, decimals = one.indicator.unit, one.indicator.decimals
    return cell(value, symbol, decimals) if _unit_in_title(one) else value_text(value, symbol, unit, decimals)


def is_partial(group: Group, figure: GroupFigure) -> bool:
    """Tell whether a figure is a mean of a part of a small group, or of less than half of any group."""
    counted = group in _COUNTED_GROUPS or not speaks_for(figure)
    return figure.value is not None and counted and bool(of_members(figure))


def _has_partial(shown: Sequence[Comparison]) -> bool:
    """Tell whether any row shows such a mean or a place among a part of a group."""
    means = any(
        is_partial(group, one.groups[group])
        for one in shown
        for group in GROUPS
        if group in one.groups and group not in _hidden_groups(one)
    )
    return means or any(data_of(one, group) for one in shown for group in RANKED if group in one.positions)


def _group_text(group: Group, figure: GroupFigure, one: Comparison) -> str:
    """Write a group's figure; a mean of a part of a small group says of how many: "66 (2/18)"."""
    text = _amount(figure.value, "", one)
    return f"{text} ({of_members(figure)})" if is_partial(group, figure) else text


def _change_with_span(one: Comparison) -> str:
    if one.change is None:
        return ""
    span = finnish.period_span(one.change.start, one.change.end, style="short")
    if _unit_in_title(one) and not tells_relative(one, one.change):
        return f"{finnish.signed(one.change.absolute, one.indicator.decimals)} ({span})"
    return f"{change_text(one, one.change)} ({span})"


def _peer_change(one: Comparison) -> str:
    peers = one.groups.get("peers")
    if peers is None or one.change is None:
        return ""
    if tells_relative(one, one.change):
        pct = peers.change_pct
        return "" if pct is None else finnish.signed_with_unit(pct, "pct", 1, style="short")
    if peers.change is None or follows_size(one):
        return ""
    if _unit_in_title(one):
        return finnish.signed(peers.change, one.indicator.decimals)
    return finnish.difference_with_unit(
        peers.change, one.indicator.unit, one.indicator.decimals, style="short", sign=True
    )


def _hidden_groups(comparison: Comparison) -> set[str]:
    """Return the groups whose level says nothing beside the municipality's: means of amounts."""
    return {"peers", "network", "region", "country"} if follows_size(comparison) else set()


def _thinned(history: Sequence[Record]) -> list[Record]:
    """Return years, and of months every December and the newest."""
    newest = max(str(line["period"]) for line in history)
    return [
        line
        for line in history
        if "M" not in line["period"] or line["period"] == newest or line["period"].endswith("M12")
    ]


def _series_period(line: Record, *, several: bool) -> str:
    when = finnish.period(str(line["period"]), "short")
    return f"{when} ({line['series']})" if several and line["series"] else when


def cell(value: Any, symbol: str, decimals: int) -> str:
    """Write a value of a table for a cell, without its unit, or the mark that stands instead of it."""
    number = optional(value)
    return _absent(symbol) if number is None else marked(finnish.number(number, decimals), symbol)


def _absent(symbol: str) -> str:
    return symbol if symbol and symbol in MARK_NOTES else NO_FIGURE


def optional(value: Any) -> float | None:
    """Return a table's number as a float, None for every kind of missing."""
    return None if not is_known(value) else float(value)


def notes_of(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Explain the marks that stand in the cells of a table."""
    last_words = {cell.rpartition(finnish.NBSP)[2] for row in rows for cell in row[1:]}
    used = last_words | {mark for mark in "*~" if "*~" in last_words}
    return tuple(f"{mark} {note}" for mark, note in MARK_NOTES.items() if mark in used)
