"""Lay categories, flows and criteria out as tables of formatted text.

Does not write HTML (templates/table.html.j2) and does not compute: every cell is a field of a result object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from uso_lib.analysis.results import BreakdownResult, CriterionResult, FlowResult
from uso_lib.presentation.charts.series import SIZE_UNITS
from uso_lib.presentation.sections.records import Record, is_known, records, table_lines
from uso_lib.presentation.sections.tables import NO_FIGURE, Table, cell, notes_of, optional, value_text
from uso_lib.presentation.words import finnish
from uso_lib.presentation.words.places import GROUPS, group_title

VERDICTS = {"met": "täyttyy", "not_met": "ei täyty", "unknown": "ei tiedossa"}
_FLOW_HEADER = ("Kunta", "Tulo", "Lähtö", "Netto")
MOST_PERIODS = 4


def breakdown_table(result: BreakdownResult) -> Table | None:
    """Lay out a breakdown by category: some periods, the newest one's groups; None when missing."""
    if result.missing:
        return None
    decimals = result.breakdown.decimals
    lines, hidden = table_lines(result), _size_groups(result)
    newest = [line for line in lines if line["period"] == result.period]
    groups = [
        group for group in GROUPS if group not in hidden and any(is_known(line[group]) for line in newest)
    ]
    cells = {
        (line["category"], line["period"]): cell(line["value"], str(line["symbol"]), decimals)
        for line in reversed(lines)
    }
    quotient = result.breakdown.location_quotient
    periods = _few(sorted({str(line["period"]) for line in lines}), result.breakdown.periods)
    header = (
        "Luokka",
        *(finnish.period(period, "short") for period in periods),
        *(f"{group_title(group)} {finnish.period(str(result.period), 'short')}" for group in groups),
        *(["Sijaintiosamäärä"] if quotient else []),
    )
    rows = tuple(
        (
            str(line["title"]),
            *(cells.get((line["category"], period), NO_FIGURE) for period in periods),
            *(cell(line[group], "", decimals) for group in groups),
            *([finnish.number(optional(line["location_quotient"]), 2)] if quotient else []),
        )
        for line in newest
    )
    named = f"{result.breakdown.title}, {result.municipality.name}"
    caption = f"{named} ({finnish.unit_name(result.breakdown.unit)})"
    return Table(caption, header, rows, notes=notes_of(rows))


def flow_tables(result: FlowResult) -> tuple[Table, ...]:
    """Lay out the greatest partners by inflow, outflow and net, and sums by closeness; none if missing."""
    if result.missing or result.period is None:
        return ()
    top, partners = result.flow.top, result.partners
    when = finnish.period(result.period, "short")
    wanted = (
        ("inflow", False, "Suurimmat tulovirrat"),
        ("outflow", False, "Suurimmat lähtövirrat"),
        ("net", False, "Suurimmat nettovoitot"),
        ("net", True, "Suurimmat nettotappiot"),
    )
    found = [_classes_table(result, when)]
    for column, ascending, title in wanted:
        chosen = partners[partners[column] < 0] if ascending else partners[partners[column] > 0]
        ordered = chosen.sort_values([column, "name"], ascending=[ascending, True]).head(top)
        rows = tuple((str(line["name"]), *_flow_cells(line)) for line in records(ordered))
        if rows:
            found.append(Table(f"{title} {when}, {result.flow.title.lower()}", _FLOW_HEADER, rows))
    return tuple(found)


def criteria_table(results: Sequence[CriterionResult], indicators: Mapping[str, tuple[str, int]]) -> Table:
    """Lay out the criteria of the assessment procedure: value, limit, distance and whether it is met.

    Parameters
    ----------
    indicators
        Indicator id → unit and decimals, for the criteria that have one.
    """
    rows = tuple(_criterion_row(result, indicators) for result in results)
    header = ("Kriteeri", "Ryhmä", "Vuosi", "Arvo", "Raja-arvo", "Ero raja-arvoon", "Tulos", "Perustelu")
    return Table(
        "Arviointimenettelyn kriteerit (kuntalaki 410/2015, 118 §)", header, rows, text_columns=(1, 6, 7)
    )


def _size_groups(result: BreakdownResult) -> set[str]:
    amount = result.breakdown.unit in SIZE_UNITS and result.breakdown.formula == "level"
    return {"peers", "network", "region", "country", "country_own"} if amount else set()


def _few(periods: Sequence[str], declared: Sequence[str] | None) -> list[str]:
    """Return at most four periods for the columns of a table: declared ones, or first, middle and last."""
    wanted = [period for period in declared if period in periods] if declared else list(periods)
    if len(wanted) <= MOST_PERIODS:  # four columns of years fit a phone held sideways
        return wanted
    last = len(wanted) - 1
    return [wanted[place] for place in sorted({0, last // 3, 2 * last // 3, last})]


def _classes_table(result: FlowResult, when: str) -> Table:
    rows = tuple((str(line["title"]), *_flow_cells(line)) for line in records(result.classes))
    header = ("Alue", *_FLOW_HEADER[1:])
    return Table(f"{result.flow.title} alueittain {when} (henkilöä)", header, rows)


def _flow_cells(line: Record) -> tuple[str, str, str]:
    return (
        finnish.number(optional(line["inflow"])),
        finnish.number(optional(line["outflow"])),
        finnish.signed(optional(line["net"])),
    )


def _criterion_row(result: CriterionResult, indicators: Mapping[str, tuple[str, int]]) -> tuple[str, ...]:
    unit, decimals = indicators.get(result.criterion.indicator or "", ("ratio", 1))
    return (
        result.criterion.title,
        result.criterion.group,
        finnish.period(result.period, "short") if result.period else NO_FIGURE,
        value_text(result.value, "", unit, decimals),
        value_text(result.limit, "", unit, decimals),
        NO_FIGURE
        if result.distance is None
        else finnish.difference_with_unit(result.distance, unit, decimals, style="short", sign=True),
        VERDICTS[result.verdict],
        result.reason,
    )
