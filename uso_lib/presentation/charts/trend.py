"""Draw the development of indicators over years.

Does not decide between kinds (figures.py) and does not draw the lines themselves (line_chart.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult, Comparison
from uso_lib.presentation.charts import alt_text, series
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.line_chart import draw_lines
from uso_lib.presentation.words import finnish


def draw_trend(spec: specs.FigureSpec, comparison: Comparison) -> Figure:
    """Draw one indicator: the municipality, its peers with their spread behind, the network and the country.

    The groups are drawn only where levels of municipalities can be compared: the population of a large peer
    says nothing of a small municipality.
    """
    groups = series.comparable(comparison)
    bands = series.bands(comparison) if groups else []
    canvas = draw_lines(
        series.comparison_lines(comparison),
        decimals=comparison.indicator.decimals,
        bands=bands,
        breaks=comparison.breaks,
    )
    return finished(
        spec,
        canvas,
        kind="trend",
        subtitle=_subtitle(spec.title, [comparison], groups=groups, spread=bool(bands)),
        alt=alt_text.trend(comparison),
    )


def draw_own_trends(spec: specs.FigureSpec, comparisons: Sequence[Comparison]) -> Figure:
    """Draw several indicators of the same unit: the municipality's own lines together, without groups."""
    breaks = {mark.id: mark for comparison in comparisons for mark in comparison.breaks}
    canvas = draw_lines(
        series.own_lines(comparisons),
        decimals=max(comparison.indicator.decimals for comparison in comparisons),
        breaks=list(breaks.values()),
    )
    return finished(
        spec,
        canvas,
        kind="trend",
        subtitle=_subtitle(spec.title, comparisons, groups=False, spread=False),
        alt=alt_text.own_trends(spec.title, comparisons),
    )


def draw_category_trends(spec: specs.FigureSpec, result: BreakdownResult) -> Figure:
    """Draw the municipality's own line for every category of a breakdown."""
    canvas = draw_lines(series.category_lines(result), decimals=result.breakdown.decimals)
    periods = sorted(set(result.table.loc[result.table["value"].notna(), "period"]))
    return finished(
        spec,
        canvas,
        kind="trend",
        subtitle=under_title(breakdown_unit(spec.title, result), finnish.covered(periods)),
        alt=alt_text.category_trends(spec.title, result),
    )


def under_title(unit: str, when: str) -> str:
    """Write what stands under a title: "euroa, 2000–2024"; the period alone when the title says the unit."""
    return ", ".join(filter(None, (unit, when)))


def breakdown_unit(title: str, result: BreakdownResult) -> str:
    """Name the unit of a breakdown under its figure's title: with the base period of an index."""
    declared = result.breakdown
    return _unit_and_base(title, declared.unit, declared.base if declared.formula == "index" else None)


def indicator_unit(title: str, indicator: specs.Indicator) -> str:
    """Name the unit of an indicator under its figure's title: with the base period of an index."""
    return _unit_and_base(title, indicator.unit, indicator.base if indicator.formula == "index" else None)


def _unit_and_base(title: str, unit: str, base: str | None) -> str:
    """Name a unit and the base of an index, each unless the title says it."""
    said = f"{finnish.period(base, 'plain')} = 100" if base else ""
    return under_title(finnish.unit_under(title, unit), "" if said in title else said)


def _subtitle(title: str, comparisons: Sequence[Comparison], *, groups: bool, spread: bool) -> str:
    """Return unit and years, and in a second sentence what the groups' lines and the shade are."""
    unit = indicator_unit(title, comparisons[0].indicator)
    text = under_title(unit, finnish.covered(series.own_periods(comparisons)))
    if not groups:
        return text
    shade = "; harmaa alue: verrokkien vaihteluväli" if spread else ""
    return f"{text}. Verrokit ja USO-verkosto: kuntien keskiarvo{shade}."
