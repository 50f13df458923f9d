"""Write docs/indicators.md from the declarations: rows, indicators, figures and where the figures are from.

Does not declare or check anything (catalog.py) and reads no figures.
Run ``python -m uso_lib.indicator_document > docs/indicators.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from uso_lib import specs
from uso_lib.catalog import Catalog, load_catalog
from uso_lib.declarations.counts import UNTESTED
from uso_lib.live_specs import LiveTable
from uso_lib.store import open_store

NONE = "–"
INTERVALS = {"binomial": "Wilson", "poisson": "Byar", "difference": "Byar of both"}
GOOD = {"up": "more is better", "down": "less is better", "neither": NONE, "contested": "contested"}
HEAD = """# Indicators

Generated from `uso_lib/themes/*.yml`, `uso_lib/standards.yml` and `uso_lib/live/*.yml` by `make docs`; do not
edit. How to add one: [adding_an_indicator.md](adding_an_indicator.md).

Titles and definitions are printed in the report as they stand here. "Tables" names every table that an
indicator takes its figures from; the first that has a figure wins. It says which periods are bundled, and
where the table is fetched from (service and address) or that it is imported. An indicator without figures
stands in every report with its definition, its source and the command that would fill it. A computed
indicator takes the country's own figure from its parts unless another way is named.

"Certainty" names the 95 % interval of the newest figure and the counts it rests on (Wilson's of a share,
Byar's of events, both counts' of a balance; a count in brackets follows from the published rate and the
other count), and whether the five latest points are tested for a trend (weighted by the counts where they are
known; never a projection).
[Decision 9](decisions/0009-intervals-and-trends.md) says how, and why the others have none."""


class Table(Protocol):
    """Say of a table of the store what the document prints."""

    @property
    def table_id(self) -> str:
        """Return the producer's name of the table."""

    @property
    def producer(self) -> str:
        """Return who publishes it."""

    @property
    def periods(self) -> tuple[str, str]:
        """Return the first and last period."""


def indicators_markdown(catalog: Catalog, tables: Mapping[str, Table]) -> str:
    """Return the whole document.

    Parameters
    ----------
    catalog
        The declarations.
    tables
        The store's tables by id.
    """
    parts = [HEAD, _overview(catalog, tables)]
    for theme in catalog.themes:
        parts.append(f"## {theme.number} {theme.title}\n\n{theme.intro}")
        parts += [_row(catalog, theme, number, row, tables) for number, row in enumerate(theme.rows, start=1)]
        parts += _helpers(catalog, theme, tables)
    parts.append(_shared(catalog))
    return "\n\n".join(parts) + "\n"


def _overview(catalog: Catalog, tables: Mapping[str, Table]) -> str:
    """Count rows, indicators and figures per theme."""
    lines = []
    for theme in catalog.themes:
        shown = [one for one in theme.indicators if not one.hidden]
        filled = [one for one in shown if any(name in tables for name in catalog.tables_of(one.id))]
        figures = [figure for row in theme.rows for figure in row.figures]
        lines.append(
            (f"{theme.number} {theme.title}", len(theme.rows), len(shown), len(filled), len(figures))
        )
    return _table(("Theme", "Rows", "Indicators", "With bundled figures", "Figures and tables"), lines)


def _row(
    catalog: Catalog, theme: specs.Theme, number: int, row: specs.Row, tables: Mapping[str, Table]
) -> str:
    """Describe one row."""
    parts = [f"### {theme.number}.{number} {row.title} (`{row.id}`)", f"Brochure: “{row.brochure}”"]
    if row.note:
        parts.append(row.note)
    if row.passing:
        until = ", ".join(f"`{name}`" for name in row.passing.until)
        parts.append(f"{row.passing.text} (until {until} is fetched or imported)")
    if row.indicators:
        lines = [_indicator(catalog, catalog.indicator(name), row, tables) for name in row.indicators]
        parts.append(
            _table(
                ("Indicator", "Definition", "Unit", "Good", "Computed", "Certainty", "Tables", "Notes"),
                lines,
            )
        )
    parts += _listed(
        "Breakdown", [_breakdown(catalog, catalog.breakdown(name), tables) for name in row.breakdowns]
    )
    parts += _listed("Flow", [_flow(catalog, catalog.flow(name), tables) for name in row.flows])
    parts += _listed("Criterion", [_criterion(catalog.criterion(name)) for name in row.criteria])
    figures = [f"{figure.kind}: {figure.title} (`{figure.id}`)" for figure in row.figures]
    parts += _listed("Figure", figures)
    return "\n\n".join(parts)


def _indicator(
    catalog: Catalog, one: specs.Indicator, row: specs.Row, tables: Mapping[str, Table]
) -> tuple[str, ...]:
    """Return the cells of one indicator."""
    optional = "; only when it has figures" if one.optional else ""
    mark = " (headline)" if one.id in row.headline else " (told)" if one.id in row.told else ""
    notes = [f"break {name}" for name in one.breaks] + list(catalog.caveats_of(one))
    return (
        f"**{one.title}**<br>`{one.id}`{mark}{optional}",
        one.definition,
        f"{one.unit}, {one.decimals}",
        GOOD[one.direction],
        _computed(one),
        _certainty(one),
        _tables(catalog, one, tables),
        "<br>".join(notes) or NONE,
    )


def _computed(one: specs.Indicator) -> str:
    """Say how an indicator is computed and where the country's figure comes from."""
    inputs = {"of": one.of, "per": one.per, "minus": one.minus, "base": one.base, "years": one.years}
    given = ", ".join(f"{name} `{value}`" for name, value in inputs.items() if value is not None)
    text = f"{one.formula}: {given}" if given else one.formula
    weight = f" by `{one.weight}`" if one.weight else ""
    return text if one.country == "none" else f"{text}; country {one.country}{weight}"


def _certainty(one: specs.Indicator) -> str:
    """Say which interval an indicator's figure has, of which counts, and whether it is tested for a trend."""
    tested = "trend" if one.trend and one.formula not in UNTESTED else "no trend"
    if one.interval is None:
        return tested
    if one.interval == "difference" and one.counts is None:
        return f"a balance, counts not known; {tested}"
    named = one.counts or specs.Counts(of=one.of, per=one.per)
    count, whole = f"`{named.of}`" if named.of else "(count)", f"`{named.per}`"
    if named.minus:
        count = f"({count} − `{named.minus}`)"
    if named.rest:
        whole = f"((count) + `{named.rest}`)"
    return f"{INTERVALS[one.interval]}: {count} / {whole}; {tested}"


def _tables(catalog: Catalog, one: specs.Indicator, tables: Mapping[str, Table]) -> str:
    """Name the tables of the figures, with what is chosen of them; those of the parts when there are none."""
    found = []
    for selection in one.source:
        codes = selection.content if isinstance(selection.content, str) else "+".join(selection.content)
        dims = "".join(f", {name} {_codes(chosen)}" for name, chosen in selection.dims.items())
        label = f" [{selection.series}]" if selection.series else ""
        table = _table_name(catalog, selection.table, tables, selection.periods)
        found.append(f"{table}: `{codes}`{dims}{label}")
    if one.weights:
        table = _table_name(catalog, one.weights.table, tables)
        found.append(f"{table}: `{one.weights.content}` as weights by {one.weights.dimension}")
    if one.continued_by:
        label = f" [{one.continued_by.series}]" if one.continued_by.series else ""
        found.append(f"continued by `{one.continued_by.indicator}`{label}")
    found = found or [_table_name(catalog, name, tables) for name in catalog.tables_of(one.id)]
    return "<br>".join(found) or NONE


def _table_name(catalog: Catalog, name: str, tables: Mapping[str, Table], periods: str | None = None) -> str:
    """Name a table: who publishes it, which periods are bundled, where it is fetched from."""
    said = []
    if name in tables:
        table = tables[name]
        first, last = table.periods
        span = first if first == last else f"{first}–{last}"
        said.append(f"{table.producer}, {table.table_id}; bundled {periods or span}")
    if catalog.live.has(name):
        live = catalog.live.table(name)
        if not said:
            said.append(f"{live.producer}, {live.table_id}{f'; {periods}' if periods else ''}")
        said.append("imported" if live.service == "import" else f"{live.service} {_address(live)}")
    return f"`{name}` ({'; '.join(said)})" if said else f"`{name}`"


def _address(live: LiveTable) -> str:
    """Return where a service has a table: its path, an indicator's number, or the title looked for."""
    if live.address:
        return live.address
    if live.find:
        return f"title /{live.find.pattern}/"
    marker = live.contents[0].marker
    return marker if isinstance(marker, str) else "+".join(marker or [])


def _codes(chosen: str | list[str]) -> str:
    return chosen if isinstance(chosen, str) else "+".join(chosen)


def _breakdown(catalog: Catalog, one: specs.Breakdown, tables: Mapping[str, Table]) -> str:
    """Describe a breakdown on one line."""
    names = ", ".join(category.title for category in one.categories)
    per = f" of `{one.per}`" if one.per else ""
    preferred = [one.instead.table] if one.instead else []
    held = "; ".join(_table_name(catalog, name, tables) for name in (*preferred, one.table))
    return f"{one.title} (`{one.id}`): {one.formula}{per}, {one.unit}; {names}. {held}"


def _flow(catalog: Catalog, one: specs.Flow, tables: Mapping[str, Table]) -> str:
    """Describe a flow on one line."""
    return f"{one.title} (`{one.id}`): {one.definition} {_table_name(catalog, one.table, tables)}"


def _criterion(one: specs.Criterion) -> str:
    """Describe a criterion on one line."""
    years = f", {one.years} consecutive years" if one.years > 1 else ""
    limit = "" if one.limit is None else f" {one.limit}"
    return f"{one.group} {one.title} (`{one.id}`): {one.rule}{limit}{years}. {one.law}"


def _helpers(catalog: Catalog, theme: specs.Theme, tables: Mapping[str, Table]) -> list[str]:
    """List the indicators that only others are computed from."""
    hidden = [one for one in theme.indicators if one.hidden]
    lines = [
        (
            f"{one.title} (`{one.id}`)",
            one.unit,
            _computed(one),
            _tables(catalog, one, tables),
        )
        for one in hidden
    ]
    head = ("Part of other indicators", "Unit", "Computed", "Tables")
    return [_table(head, lines)] if lines else []


def _shared(catalog: Catalog) -> str:
    """List breaks, caveats and reforms."""
    breaks = [(f"`{one.id}`", one.period, one.title, one.note) for one in catalog.standards.breaks]
    caveats = [
        (f"`{one.id}`", one.text, ", ".join(f"`{name}`" for name in one.until) or NONE)
        for one in catalog.standards.caveats
    ]
    reforms = [f"### {one.title} (`{one.id}`)\n\n{one.text}" for one in catalog.standards.reforms]
    return "\n\n".join(
        [
            "## Breaks, caveats and reforms",
            _table(("Break", "First period after it", "Title", "Note"), breaks),
            _table(("Caveat", "Text", "Until fetched"), caveats),
            *reforms,
        ]
    )


def _listed(kind: str, items: Sequence[str]) -> list[str]:
    """Return a list with its kind as the lead, nothing for no items."""
    return ["\n".join(f"- {kind}: {item}" for item in items)] if items else []


def _table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""
    rows: Iterator[Sequence[object]] = iter([head, ["---"] * len(head), *lines])
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(indicators_markdown(load_catalog(), {one.id: one for one in open_store().tables}))
