"""Draw declared figures: choose the drawing of each kind, or a readable stand-in where figures are too few.

Does not draw (trend.py, ranking.py, stack.py, categories.py, pyramid.py, flow.py) and does not make tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from uso_lib import specs
from uso_lib.analysis.everywhere import Everywhere
from uso_lib.analysis.results import BreakdownResult, Comparison, FlowResult
from uso_lib.boundaries import load_boundaries
from uso_lib.presentation.charts.age_structure import two_periods
from uso_lib.presentation.charts.categories import draw_category_bars, draw_indicator_bars
from uso_lib.presentation.charts.figure import Figure
from uso_lib.presentation.charts.flow import draw_flow
from uso_lib.presentation.charts.map import draw_country
from uso_lib.presentation.charts.pyramid import draw_pyramid
from uso_lib.presentation.charts.ranking import draw_ranking
from uso_lib.presentation.charts.region_map import draw_region
from uso_lib.presentation.charts.series import has_line
from uso_lib.presentation.charts.shares import draw_shares
from uso_lib.presentation.charts.stack import (
    complete_periods,
    draw_breakdown_stack,
    draw_flow_stack,
    draw_indicator_stack,
)
from uso_lib.presentation.charts.trend import draw_category_trends, draw_own_trends, draw_trend
from uso_lib.presentation.sections.records import is_known, ranking_lines

#: From this many periods on a stack goes year by year; with more categories than this shares become bars.
_FEWEST_YEARS = 3
_MOST_SHARES = 5


def draw(
    spec: specs.FigureSpec,
    *,
    comparisons: Sequence[Comparison] = (),
    breakdown: BreakdownResult | None = None,
    flow: FlowResult | None = None,
) -> Figure | None:
    """Draw one declared figure from the results it names.

    Parameters
    ----------
    comparisons
        One per indicator of the declaration, in its order.
    breakdown, flow
        The declared breakdown or flow.

    Returns
    -------
    Figure or None
        None when the municipality has no figures to draw and for the kinds ``table``, which is no picture,
        and ``map``, which is two (`draw_maps`). A
        trend of a single year is drawn as a ranking (one indicator) or as bars (several). A ranking needs two
        municipalities with figures.
    """
    if spec.kind in ("table", "map"):
        return None
    if flow is not None:
        return _draw_flow(spec, flow)
    if breakdown is not None:
        return _draw_breakdown(spec, breakdown)
    found = [comparison for comparison in comparisons if not comparison.missing]
    return _draw_comparisons(spec, found) if found else None


def draw_all(
    figures: Sequence[specs.FigureSpec],
    *,
    comparisons: Mapping[str, Comparison],
    breakdowns: Mapping[str, BreakdownResult],
    flows: Mapping[str, FlowResult],
    maps: Mapping[str, Everywhere] | None = None,
) -> tuple[Figure, ...]:
    """Draw the declared figures of a row in order, without those that cannot be drawn or repeat another.

    Parameters
    ----------
    comparisons, breakdowns, flows, maps
        Declared id → result; a figure whose results are not all there is left out. A map makes two figures:
        the country and the region.
    """
    drawn: list[Figure] = []
    seen: set[tuple[object, ...]] = set()
    for spec in figures:
        if spec.kind == "map":
            drawn += draw_maps(spec, (maps or {}).get(spec.indicators[0]))
            continue
        figure = draw(
            spec,
            comparisons=[comparisons[name] for name in spec.indicators if name in comparisons],
            breakdown=breakdowns.get(spec.breakdown or ""),
            flow=flows.get(spec.flow or ""),
        )
        if figure is None:
            continue
        content = (figure.kind, tuple(spec.indicators), spec.breakdown, spec.flow)
        if content not in seen:
            drawn.append(figure)
        seen.add(content)
    return tuple(drawn)


def draw_maps(spec: specs.FigureSpec, result: Everywhere | None) -> tuple[Figure, ...]:
    """Draw the maps of the country and of the region, none when the municipality has no figure."""
    if result is None or result.missing:
        return ()
    boundaries = load_boundaries()
    return draw_country(spec, result, boundaries), draw_region(spec, result, boundaries)


def _draw_comparisons(spec: specs.FigureSpec, found: list[Comparison]) -> Figure | None:
    lines = [comparison for comparison in found if has_line(comparison)]
    if spec.kind == "stack" and len(lines) == len(found) > 1 and len(complete_periods(lines)) > 1:
        return draw_indicator_stack(spec, lines)
    if len(spec.indicators) > 1:
        return (
            draw_own_trends(spec, lines)
            if spec.kind == "trend" and lines
            else draw_indicator_bars(spec, found)
        )
    if spec.kind == "trend" and lines:
        return draw_trend(spec, lines[0])
    ranked = sum(is_known(line["value"]) for line in ranking_lines(found[0]))
    return draw_ranking(spec, found[0]) if ranked > 1 else None


def _draw_breakdown(spec: specs.FigureSpec, result: BreakdownResult) -> Figure | None:
    if result.missing:
        return None
    table = result.table.loc[result.table["category"] != result.breakdown.total]
    known = table.loc[table["value"].notna()]
    periods, categories = known["period"].nunique(), table["category"].nunique()
    if spec.kind == "pyramid" and two_periods(result, spec.periods):
        return draw_pyramid(spec, result)
    if spec.kind == "trend" and periods > 1:
        return draw_category_trends(spec, result)
    if spec.kind == "stack" and periods >= _FEWEST_YEARS:
        return draw_breakdown_stack(spec, result)
    if spec.kind == "stack" and result.breakdown.formula == "share" and categories <= _MOST_SHARES:
        return draw_shares(spec, result)
    return draw_category_bars(spec, result)


def _draw_flow(spec: specs.FigureSpec, result: FlowResult) -> Figure | None:
    if result.missing or not result.partners["net"].any():
        return None
    if spec.kind == "stack" and result.yearly["period"].nunique() >= _FEWEST_YEARS:
        return draw_flow_stack(spec, result)
    return draw_flow(spec, result)
