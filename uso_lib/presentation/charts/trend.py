"""Draw the development of indicators over years.

Does not decide between kinds (figures.py) and does not draw the lines themselves (line_chart.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult, Comparison
from uso_lib.presentation.charts import alt_text, series, style
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
    with style.drawing():
        canvas = draw_lines(
            series.comparison_lines(comparison),
            decimals=comparison.indicator.decimals,
            bands=bands,
            breaks=comparison.breaks,
        )
        svg = canvas.svg()
    return finished(
        spec,
        svg,
        kind="trend",
        subtitle=_subtitle([comparison], groups=groups, spread=bool(bands)),
        alt=alt_text.trend(comparison),
        size_pt=(canvas.width, canvas.height),
    )


def draw_own_trends(spec: specs.FigureSpec, comparisons: Sequence[Comparison]) -> Figure:
    """Draw several indicators of the same unit: the municipality's own lines together, without groups."""
    breaks = {mark.id: mark for comparison in comparisons for mark in comparison.breaks}
    with style.drawing():
        canvas = draw_lines(
            series.own_lines(comparisons),
            decimals=max(comparison.indicator.decimals for comparison in comparisons),
            breaks=list(breaks.values()),
        )
        svg = canvas.svg()
    return finished(
        spec,
        svg,
        kind="trend",
        subtitle=_subtitle(comparisons, groups=False, spread=False),
        alt=alt_text.own_trends(spec.title, comparisons),
        size_pt=(canvas.width, canvas.height),
    )


def draw_category_trends(spec: specs.FigureSpec, result: BreakdownResult) -> Figure:
    """Draw the municipality's own line for every category of a breakdown."""
    with style.drawing():
        canvas = draw_lines(series.category_lines(result), decimals=result.breakdown.decimals)
        svg = canvas.svg()
    periods = sorted(set(result.table.loc[result.table["value"].notna(), "period"]))
    return finished(
        spec,
        svg,
        kind="trend",
        subtitle=f"{breakdown_unit(result)}, {finnish.covered(periods)}",
        alt=alt_text.category_trends(spec.title, result),
        size_pt=(canvas.width, canvas.height),
    )


def breakdown_unit(result: BreakdownResult) -> str:
    """Name the unit of a breakdown as the subtitle does: with the base period of an index."""
    name = finnish.unit_name(result.breakdown.unit)
    base = result.breakdown.base
    return (
        f"{name}, {finnish.period(base, 'plain')} = 100"
        if base and result.breakdown.formula == "index"
        else name
    )


def indicator_unit(indicator: specs.Indicator) -> str:
    """Name the unit of an indicator as the subtitle does: with the base period of an index."""
    name = finnish.unit_name(indicator.unit)
    base = indicator.base
    return f"{name}, {finnish.period(base, 'plain')} = 100" if base and indicator.formula == "index" else name


def _subtitle(comparisons: Sequence[Comparison], *, groups: bool, spread: bool) -> str:
    """Return unit and years, and in a second sentence what the groups' lines and the shade are."""
    text = f"{indicator_unit(comparisons[0].indicator)}, {finnish.covered(series.own_periods(comparisons))}"
    if not groups:
        return text
    shade = "; harmaa alue: verrokkien vaihteluväli" if spread else ""
    return f"{text}. Verrokit ja USO-verkosto: kuntien keskiarvo{shade}."
