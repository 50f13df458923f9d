"""Draw figures by category as bars of the municipality with marks for what they are compared with.

Does not decide between kinds (figures.py). Stands in for stacks that could not be read: many categories, or
one or two years only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult, Comparison
from uso_lib.presentation.charts import alt_text, style, text_layout
from uso_lib.presentation.charts.canvas import Canvas
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.legend import Key, Mark, draw_keys, draw_mark, key_rows, legend_height
from uso_lib.presentation.charts.series import SIZE_UNITS, as_float, comparable, marked
from uso_lib.presentation.charts.trend import breakdown_unit, indicator_unit, under_title
from uso_lib.presentation.words import finnish

_NAME_PT = 140.0
#: The mark and the colour of the first and the second thing compared with.
_MARKS: tuple[tuple[Mark, str], ...] = (("tick", style.INK), ("circle", style.MUTED))


@dataclass(frozen=True)
class CategoryRow:
    """Hold one category: the municipality's value with its text, and the values of the marks (NaN = none)."""

    title: str
    value: float
    text: str
    marks: tuple[float, ...]


def draw_indicator_bars(spec: specs.FigureSpec, comparisons: Sequence[Comparison]) -> Figure:
    """Draw the newest value of several indicators, with the peers' mean and the country as marks."""
    together = all(comparable(item) for item in comparisons)
    newest = max(item.period for item in comparisons if item.period)
    rows = [
        CategoryRow(
            title=item.indicator.short or item.indicator.title,
            value=math.nan if item.value is None else item.value,
            text=_text(item.value, item.indicator.decimals, item.symbol) + _when(item, newest),
            marks=(_group(item, "peers"), _country(item)) if together else (),
        )
        for item in comparisons
    ]
    own = any("country_own" in item.groups for item in comparisons)
    names = ["Verrokit", "Koko maa" if own else "Kaikki kunnat"] if together else []
    return _finish(
        spec,
        rows,
        names,
        comparisons[0].municipality.name,
        subtitle=under_title(
            indicator_unit(spec.title, comparisons[0].indicator), finnish.period(newest, "plain")
        ),
        alt=alt_text.indicator_bars(spec.title, comparisons),
    )


def draw_category_bars(spec: specs.FigureSpec, result: BreakdownResult) -> Figure:
    """Draw the newest value of every category; groups as marks for shares, the earlier period for counts."""
    table = result.table.loc[result.table["category"] != result.breakdown.total]
    newest = table.loc[table["period"] == result.period].set_index("category")
    periods = sorted(table.loc[table["value"].notna(), "period"].unique())
    if result.breakdown.unit not in SIZE_UNITS:
        country = "country_own" if newest["country_own"].notna().any() else "country"
        columns = {
            "Verrokit": newest["peers"],
            "Koko maa" if country == "country_own" else "Kaikki kunnat": newest[country],
        }
    elif len(periods) > 1:
        earlier = table.loc[table["period"] == periods[0]].set_index("category")["value"]
        columns = {finnish.period(periods[0], "short"): earlier}
    else:
        columns = {}
    columns = {name: column for name, column in columns.items() if column.notna().any()}
    rows = [
        CategoryRow(
            title=str(row["title"]),
            value=as_float(row["value"]),
            text=_text(row["value"], result.breakdown.decimals, str(row["symbol"])),
            marks=tuple(as_float(column.get(category)) for column in columns.values()),
        )
        for category, row in newest.iterrows()
    ]
    return _finish(
        spec,
        rows,
        list(columns),
        result.municipality.name,
        subtitle=under_title(
            breakdown_unit(spec.title, result), finnish.period(result.period or "", "plain")
        ),
        alt=alt_text.category_bars(spec.title, result),
    )


def _finish(
    spec: specs.FigureSpec,
    rows: Sequence[CategoryRow],
    names: Sequence[str],
    own: str,
    *,
    subtitle: str,
    alt: str,
) -> Figure:
    keys = [Key(own, style.MEMBER, bold=True)]
    keys += [Key(name, colour, mark) for name, (mark, colour) in zip(names, _MARKS, strict=False)]
    canvas = _canvas(rows, keys)
    return finished(spec, canvas, kind="bars", subtitle=subtitle, alt=alt)


def _canvas(rows: Sequence[CategoryRow], keys: list[Key]) -> Canvas:
    titles = [text_layout.wrap(row.title, _NAME_PT) for row in rows]
    heights = [max(style.ROW_PT, text_layout.height(title) + 3) for title in titles]
    legend = key_rows(keys)
    left = text_layout.widest(titles) + 10
    height = legend_height(legend) + sum(heights) + 4
    canvas = Canvas(height)
    draw_keys(canvas, legend)
    values = [value for row in rows for value in (row.value, *row.marks) if math.isfinite(value)]
    low, high = min([0.0, *values]), max([0.0, *values])
    room = text_layout.widest([row.text for row in rows], bold=True) + 8
    scale = (style.WIDTH_PT - left - room - 10) / ((high - low) or 1.0)
    zero = left + 4 - low * scale
    edge = height - legend_height(legend)
    middles = []
    for row_height in heights:
        middles.append(edge - row_height / 2)
        edge -= row_height
    lengths = [row.value * scale if math.isfinite(row.value) else 0.0 for row in rows]
    bars = [(zero, length, middle) for length, middle in zip(lengths, middles, strict=True)]
    canvas.bars(bars, thickness=style.ROW_PT * 0.62, colours=[style.MEMBER] * len(bars))
    for row, title, middle in zip(rows, titles, middles, strict=True):
        canvas.text(left - 8, middle, title, side="right")
        for key, value in zip(keys[1:], row.marks, strict=False):
            if math.isfinite(value):
                draw_mark(canvas, key, zero + value * scale - 4.5, middle)
        canvas.text(style.WIDTH_PT - 2, middle, row.text, side="right", colour=style.MEMBER, bold=True)
    canvas.line((zero, 2), (zero, height - legend_height(legend)), colour=style.AXIS)
    return canvas


def _text(value: float | None, decimals: int, symbol: str) -> str:
    if finnish.is_missing(value):
        return finnish.missing_words(symbol)
    return marked(finnish.number(value, decimals), symbol)


def _when(item: Comparison, newest: str) -> str:
    """Return the period in brackets when it is not the one the subtitle names."""
    return f" ({finnish.period(item.period, 'short')})" if item.period and item.period != newest else ""


def _group(item: Comparison, name: str) -> float:
    group = item.groups.get(name)
    return math.nan if group is None else as_float(group.value)


def _country(item: Comparison) -> float:
    return _group(item, "country_own") if "country_own" in item.groups else _group(item, "country")
