"""List the names a consultant can write: sections, indicators and kinds of figures.

Does not show their contents.
"""

from __future__ import annotations

from collections.abc import Collection

from uso_lib.catalog import Catalog
from uso_lib.desk.figures import KINDS
from uso_lib.presentation.sections.tables import Table
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView

HOW = (
    'Näitä nimiä voi kirjoittaa: situation.section("osio"), situation.figure("tunnusluku", kind="laji"). '
    f"Kuvion lajit: {', '.join(KINDS)}."
)


def section_names(catalog: Catalog) -> tuple[str, ...]:
    """Return the ids of themes and rows in report order."""
    return tuple(section_titles(catalog))


def section_titles(catalog: Catalog) -> dict[str, str]:
    """Return the ids of themes and rows with their titles, in report order."""
    titles = {}
    for theme in catalog.themes:
        titles[theme.id] = theme.title
        titles |= {row.id: row.title for row in theme.rows}
    return titles


def indicator_names(catalog: Catalog) -> tuple[str, ...]:
    """Return the ids of the indicators a report can show, in declared order."""
    return tuple(one.id for one in catalog.indicators.values() if not one.hidden)


def names_view(catalog: Catalog, themes: Collection[str]) -> SectionView:
    """Show sections and indicators of the chosen themes with their Finnish titles."""
    sections, indicators = [], []
    for theme in (one for one in catalog.themes if one.id in themes):
        sections += [
            (theme.id, f"{theme.number} {theme.title}"),
            *((one.id, one.title) for one in theme.rows),
        ]
        indicators += [(one.id, one.title) for one in theme.indicators if not one.hidden]
    tables = [
        Table("Osiot", ("Nimi", "Otsikko"), tuple(sections), text_columns=(1,)),
        Table("Tunnusluvut", ("Nimi", "Otsikko"), tuple(indicators), text_columns=(1,)),
    ]
    html = render(
        "row", paragraphs=[HOW], pictures=[], visible_tables=tables, tables=[], definitions=[], note=None,
        breaks=[], missing=[], sources=[], caveats=[],
    )  # fmt: skip
    text = "\n".join([HOW, "", *(f"{name}: {title}" for name, title in (*sections, *indicators))])
    return SectionView(str(html), text, desk=True)
