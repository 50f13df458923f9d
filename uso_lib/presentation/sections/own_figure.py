"""Make the figure a consultant asks for: one indicator drawn in the kind they choose, with its source.

Does not compute and does not draw; a figure of the report's own rows is made by rows.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from uso_lib.presentation.sections.map_numbers import map_lines
from uso_lib.presentation.sections.numbers import COLUMNS, Line, comparison_lines
from uso_lib.presentation.sections.row_result import RowResult
from uso_lib.presentation.sections.rows import pictures_of, visible_tables
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView, section_data
from uso_lib.presentation.words import finnish
from uso_lib.regions import Municipality

_GROUP = COLUMNS.index("group")
PEERS = "peers"


def own_figure_section(
    result: RowResult, *, peers: Sequence[Municipality] = (), group: str = PEERS
) -> SectionView:
    """Make the section of one figure.

    Parameters
    ----------
    result
        One indicator and one declared figure of it.
    peers
        Named below the figure when they are not those of the report.
    group
        What the numbers on the peers are listed under: another name for other peers than the report's.
    """
    title, kind = result.row.figures[0].title, result.row.figures[0].kind
    where = "taulukossa" if kind == "table" else "kuviossa"
    note = f"Verrokit tässä {where}: {finnish.listing([one.name for one in peers])}." if peers else None
    pictures = pictures_of(result)
    html = render(
        "row",
        paragraphs=[],
        pictures=pictures,
        visible_tables=visible_tables(result),
        tables=[],
        definitions=[],
        note=note,
        breaks=[],
        missing=result.missing,
        sources=[],
        caveats=[],
    )
    data = section_data(
        result.slug,
        result.municipality,
        kind="figure",
        section="-".join([*(one.indicator.id for one in result.comparisons), kind, group]),
        theme=result.theme.id,
        title=title,
        rows=len(result.shown),
        lines=_lines(result, group),
    )
    names = ", ".join(picture.title for picture in pictures) or title
    return SectionView(str(html), f"Kuvio: {names}", data)


def _lines(result: RowResult, group: str) -> list[Line]:
    """List every number of the figure, just as the report's own row lists them."""
    theme, row = result.theme.id, result.row.id
    lines = [line for one in result.comparisons for line in comparison_lines(theme, row, one)]
    lines += [line for one in result.maps.values() for line in map_lines(theme, row, one)]
    return [(*line[:_GROUP], group, *line[_GROUP + 1 :]) if line[_GROUP] == PEERS else line for line in lines]
