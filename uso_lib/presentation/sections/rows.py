"""Put one row of the report together: sentences, figures, the numbers behind them, sources, what is missing.

Does not compute, draw or word anything itself.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from uso_lib import specs
from uso_lib.analysis.results import Origin
from uso_lib.boundaries import load_boundaries
from uso_lib.errors import UnknownName
from uso_lib.presentation.charts.figure import Figure
from uso_lib.presentation.charts.figures import draw_all
from uso_lib.presentation.sections import detail_numbers
from uso_lib.presentation.sections.detail_tables import breakdown_table, criteria_table, flow_tables
from uso_lib.presentation.sections.map_numbers import map_lines
from uso_lib.presentation.sections.numbers import Line, comparison_lines
from uso_lib.presentation.sections.row_result import RowResult, newest_of_each
from uso_lib.presentation.sections.tables import (
    Table,
    comparison_table,
    history_table,
    notes_of,
    own_history_table,
)
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView, section_data
from uso_lib.presentation.words import finnish
from uso_lib.presentation.words.row_narrative import newer_counts, paragraphs, told_by_indicator

#: Columns of years side by side in one table.
MOST_PERIODS = 12


@dataclass(frozen=True)
class Picture:
    """Hold a figure as its template shows it.

    Parameters
    ----------
    dated_source
        The source line with the newest period of each table.
    shows
        Ids of the indicators in the figure.
    """

    kind: str
    title: str
    subtitle: str
    image: Markup
    source: str
    dated_source: str
    shows: frozenset[str]


def row_section(result: RowResult, *, hide: Collection[int] = ()) -> SectionView:
    """Make the section of one row.

    Parameters
    ----------
    hide
        Figures left out, counted from 1 as shown.

    Raises
    ------
    UnknownName
        The section shows no such figure; those it shows are told.
    """
    texts, (pictures, hidden) = paragraphs(result), _parted(pictures_of(result), hide, result.row.id)
    html = render(
        "row",
        paragraphs=texts,
        pictures=pictures,
        visible_tables=visible_tables(result),
        tables=_tables(result),
        definitions=_definitions(result),
        note=" ".join(filter(None, (result.note, newer_counts(result)))),
        breaks=result.breaks,
        missing=result.missing,
        sources=[source_text(origin) for origin in result.origins],
        caveats=result.caveats,
    )
    data = section_data(
        result.slug,
        result.municipality,
        kind="row",
        section=result.row.id,
        theme=result.theme.id,
        title=result.row.title,
        rows=len(result.shown),
        missing=result.missing,
        newest=result.newest,
        facts={"hidden_figures": hidden} if hidden else None,
        lines=row_lines(result),
        texts={"rows": [_told(result, texts, pictures)]},
    )
    return SectionView(str(html), f"{result.row.title}: {' '.join(texts) or 'tiedot puuttuvat'}", data)


def _told(result: RowResult, texts: Sequence[str], pictures: Sequence[Picture]) -> dict[str, Any]:
    """Return what a row says in words: title, theme, and one finding with the figure that shows it.

    The finding is the first paragraph whose indicator a figure shows; where there is none, the first
    paragraph and the first figure.
    """
    theme = result.theme
    pairs = [
        (text, place)
        for ids, text in told_by_indicator(result)
        for place, picture in enumerate(pictures)
        if ids & picture.shows
    ]
    text, place = (*pairs, (texts[0] if texts else "", 0))[0]
    return {
        "id": result.row.id,
        "title": result.row.title,
        "theme": theme.id,
        "theme_title": f"{theme.number} {theme.title}",
        "theme_intro": theme.intro,
        "paragraph": text,
        "figures": len(pictures),
        "figure": place,
        "source": pictures[place].dated_source if pictures else "",
    }


def theme_section(theme: specs.Theme, parts: Sequence[tuple[str, SectionView]]) -> SectionView:
    """Put all rows of a theme into one section, for a consultant's own notebook.

    Parameters
    ----------
    parts
        Title and section of every row.
    """
    shown = [{"title": title, "html": Markup(part.html)} for title, part in parts]  # noqa: S704 - rendered above
    html = render("theme", intro=theme.intro, parts=shown)
    text = "\n\n".join(part.text for _, part in parts)
    return SectionView(str(html), text, _joined([part.data for _, part in parts], theme))


def intro_section(theme: specs.Theme) -> SectionView:
    """Make the opening paragraph of a theme."""
    return SectionView(str(render("intro", intro=theme.intro)), theme.intro)


def row_lines(result: RowResult) -> list[Line]:
    """List every number a row shows."""
    theme, row = result.theme.id, result.row.id
    lines = [line for one in result.by_id.values() for line in comparison_lines(theme, row, one)]
    lines += [line for one in result.breakdowns for line in detail_numbers.breakdown_lines(theme, row, one)]
    lines += [line for one in result.flows for line in detail_numbers.flow_lines(theme, row, one)]
    lines += [line for one in result.maps.values() for line in map_lines(theme, row, one)]
    for title, names in result.totals.items():
        lines += detail_numbers.total_lines(theme, row, title, [result.by_id[name] for name in names])
    indicators = result.catalog.indicators
    return lines + detail_numbers.criteria_lines(theme, row, result.criteria, result.municipality, indicators)


def source_text(origin: Origin) -> str:
    """Write a source line: producer, table, its title, newest period and licence."""
    newest = finnish.period(origin.newest, "plain")
    same = origin.table_id.startswith(origin.title)
    table = origin.table_id if same else f"{origin.title} ({origin.table_id})"
    return f"{origin.producer}, {table}, uusin tieto {newest}, {origin.licence}"


def _parted(
    pictures: Sequence[Picture], hide: Collection[int], section: str
) -> tuple[list[Picture], list[str]]:
    """Return the figures that are shown and the titles of those that are hidden."""
    numbered = dict(enumerate(pictures, start=1))
    if unknown := [number for number in hide if number not in numbered]:
        shown = "; ".join(f"{number} {one.title}" for number, one in numbered.items()) or "–"
        message = f'Section "{section}" shows no figure {unknown[0]!r} to hide. Its figures: {shown}.'
        finnish = f"Osiossa ”{section}” ei ole piilotettavaa kuviota {unknown[0]!r}. Kuviot: {shown}."
        raise UnknownName(message, finnish=finnish)
    kept = [one for number, one in numbered.items() if number not in hide]
    return kept, [numbered[number].title for number in sorted(set(hide))]


def pictures_of(result: RowResult) -> list[Picture]:
    """Draw the declared figures of a row as its template shows them."""
    drawn = draw_all(
        result.row.figures,
        comparisons=result.by_id,
        breakdowns={one.breakdown.id: one for one in result.breakdowns},
        flows={one.flow.id: one for one in result.flows},
        maps=result.maps,
    )
    by_id = {spec.id: spec for spec in result.row.figures}
    return [_picture(result, figure, by_id[figure.id]) for figure in drawn]


def _picture(result: RowResult, figure: Figure, spec: specs.FigureSpec) -> Picture:
    shown = result.maps if spec.kind == "map" else result.by_id
    origins = [origin for name in spec.indicators if name in shown for origin in shown[name].origins]
    origins += [
        origin for one in result.breakdowns if one.breakdown.id == spec.breakdown for origin in one.origins
    ]
    origins += [origin for one in result.flows if one.flow.id == spec.flow for origin in one.origins]
    names = dict.fromkeys(f"{origin.producer}, {origin.table_id}" for origin in origins)
    source = f"Lähde: {'; '.join(names)}" if names else ""
    if spec.kind == "map":
        source = ". ".join(filter(None, (source, load_boundaries().attribution)))
    image = Markup(figure.image)  # noqa: S704 - an <img> element whose alt text figure.py escapes
    return Picture(
        figure.kind, figure.title, figure.subtitle, image, source, _dated(origins), frozenset(spec.indicators)
    )


def _dated(origins: Sequence[Origin]) -> str:
    """Write a source line that tells the newest period of every table."""
    tables = [
        f"{one.producer}, {one.table_id}, uusin tieto {finnish.period(one.newest, 'plain')}"
        for one in newest_of_each(origins)
    ]
    return f"Lähde: {'; '.join(tables)}" if tables else ""


def visible_tables(result: RowResult) -> list[Table]:
    """Return the tables a reader sees without opening anything: criteria, and what is declared as a table."""
    tables = []
    if result.criteria:
        units = {name: (one.unit, one.decimals) for name, one in result.catalog.indicators.items()}
        tables.append(criteria_table(result.criteria, units))
    declared = [spec for spec in result.row.figures if spec.kind == "table"]
    for spec in declared:
        found = [breakdown_table(one) for one in result.breakdowns if one.breakdown.id == spec.breakdown]
        if spec.indicators:
            found.append(
                comparison_table([result.by_id[name] for name in spec.indicators if name in result.by_id])
            )
        tables += [table for table in found if table is not None]
    return tables


def _tables(result: RowResult) -> list[Table]:
    """Return the numbers behind the figures and sentences."""
    seen = {spec.breakdown for spec in result.row.figures if spec.kind == "table"}
    told = [one for one in result.headline if not one.missing]
    others = [one for one in result.shown if one not in told]
    others += [one for one in result.pictured.values() if not one.missing]
    found: list[Table | None] = [comparison_table(result.shown)]
    found += [history_table(one) for one in told]
    found += parted(own_history_table(others))
    found += [breakdown_table(one) for one in result.breakdowns if one.breakdown.id not in seen]
    found += [table for one in result.flows for table in flow_tables(one)]
    return [table for table in found if table is not None]


def parted(table: Table | None) -> list[Table]:
    """Cut a table of many periods into tables that a sheet of paper has room for; none of none.

    Each names its own periods and leaves out the lines that have nothing in them.
    """
    if table is None or len(table.header) - 1 <= MOST_PERIODS:
        return [] if table is None else [table]
    periods = len(table.header) - 1
    size = math.ceil(periods / math.ceil(periods / MOST_PERIODS))
    parts = []
    for start in range(1, len(table.header), size):
        header = table.header[start : start + size]
        rows = tuple((row[0], *row[start : start + size]) for row in table.rows)
        rows = tuple(row for row in rows if any(row[1:]))
        caption = f"{table.caption} {header[-1]}{finnish.DASH}{header[0]}"
        parts.append(Table(caption, (table.header[0], *header), rows, notes=notes_of(rows)))
    return parts


def _definitions(result: RowResult) -> list[tuple[str, str]]:
    """Return title and definition of every indicator that has a figure, for readers new to the terms."""
    return [(one.indicator.title, finnish.sentence(one.indicator.definition)) for one in result.shown]


def _joined(parts: Sequence[Any], theme: specs.Theme) -> dict[str, Any]:
    """Join the data of a theme's rows."""
    if not parts:
        return {}
    newest = max((part["newest"] for part in parts if part["newest"]), default=None)
    numbers = {
        "columns": parts[0]["numbers"]["columns"],
        "data": [line for part in parts for line in part["numbers"]["data"]],
    }
    return dict(parts[0]) | {
        "id": theme.id,
        "theme": theme.id,
        "title": theme.title,
        "rows": sum(part["rows"] for part in parts),
        "missing": [one for part in parts for one in part["missing"]],
        "newest": newest,
        "numbers": numbers,
        "texts": {"rows": [row for part in parts for row in part["texts"]["rows"]]},
    }
