"""Show what other peers would change: the group's figures and the municipality's place, now and on trial.

Meant for the person at the desk; never a part of a report. Does not compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from uso_lib.analysis.results import Comparison
from uso_lib.presentation.sections.tables import NO_FIGURE, Table, position_text, value_text
from uso_lib.presentation.sections.templating import render
from uso_lib.presentation.sections.view import SectionView
from uso_lib.presentation.words import finnish
from uso_lib.regions import Municipality

HOW = "Kokeilu muilla verrokeilla: raportti ei muutu ennen kuin tallennat verrokit komennolla .save_peers()."


def trial_section(
    here: Municipality, peers: Sequence[Municipality], pairs: Sequence[tuple[Comparison, Comparison]]
) -> SectionView:
    """Lay out indicators with the report's peers and with those on trial.

    Parameters
    ----------
    peers
        Those on trial.
    pairs
        An indicator's comparison with the report's peers and with those on trial.
    """
    rows = tuple(_row(now, tried) for now, tried in pairs if not now.missing)
    header = (
        "Tunnusluku", "Ajankohta", here.name, "Verrokit nyt", "Verrokit kokeilussa", "Sija nyt",
        "Sija kokeilussa",
    )  # fmt: skip
    names = finnish.listing([one.name for one in peers])
    table = Table(f"{here.name}: verrokit kokeilussa {names}", header, rows)
    html = render(
        "row", paragraphs=[HOW], pictures=[], visible_tables=[table], tables=[], definitions=[], note=None,
        breaks=[], missing=[], sources=[], caveats=[],
    )  # fmt: skip
    text = f"{here.genitive} tilanneanalyysi, kokeilu. Verrokit: {', '.join(one.name for one in peers)}."
    return SectionView(str(html), text, desk=True)


def on_trial(view: SectionView, peers: Sequence[Municipality]) -> SectionView:
    """Return a section that says which peers it was made with and stays out of reports."""
    if view.empty:
        return view
    names = finnish.listing([one.name for one in peers])
    told = render("intro", intro=f"{HOW} Verrokit tässä: {names}.")
    return replace(view, html=f"{told}\n{view.html}", data={}, desk=True)


def _row(now: Comparison, tried: Comparison) -> tuple[str, ...]:
    indicator = now.indicator
    return (
        indicator.title,
        finnish.period(str(now.period), "short"),
        value_text(now.value, now.symbol, indicator.unit, indicator.decimals),
        _peers(now),
        _peers(tried),
        position_text(now, "peers"),
        position_text(tried, "peers"),
    )


def _peers(comparison: Comparison) -> str:
    figure, indicator = comparison.groups.get("peers"), comparison.indicator
    if figure is None:
        return NO_FIGURE
    return finnish.value_with_unit(figure.value, indicator.unit, indicator.decimals, style="short")
