"""Draw the components of a whole year by year as stacked columns.

Does not decide between kinds (figures.py) and adds nothing up but the net of components shown together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult, Comparison, FlowResult
from uso_lib.presentation.charts import alt_text, shades, style, text_layout
from uso_lib.presentation.charts.canvas import Canvas, Margins
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.frame import LABEL_GAP_PT, Frame, tick_labels, value_ticks
from uso_lib.presentation.charts.series import as_float, year_number
from uso_lib.presentation.charts.trend import breakdown_unit, indicator_unit, under_title
from uso_lib.presentation.sections.records import history_lines, is_known
from uso_lib.presentation.words import finnish

_PLOT_PT = 195.0
_LABEL_PT = 118.0
_SWATCH_PT = 9.0
_COLUMN_SHARE = 0.78
NET = "Yhteensä"
#: Names of age groups, which have an order of their own: "20–39-vuotiaat", "60 vuotta täyttäneet".
_AGES = re.compile(r"\d.*(vuoti|vuotta| v\.)")


@dataclass(frozen=True)
class Components:
    """Hold components over periods.

    Parameters
    ----------
    figures
        One column per component in declared order, one line per period; NaN where missing.
    ordered
        Whether the components have an order of their own (ages).
    net
        Whether the sum of the components means something and is drawn as a line.
    """

    figures: pd.DataFrame
    decimals: int
    unit: str
    ordered: bool
    net: bool


def draw_indicator_stack(spec: specs.FigureSpec, comparisons: Sequence[Comparison]) -> Figure:
    """Draw indicators as components of a whole, year by year, with their sum as a line."""
    values = complete_periods(comparisons)
    first = comparisons[0].indicator
    parts = Components(
        values,
        decimals=max(item.indicator.decimals for item in comparisons),
        unit=indicator_unit(spec.title, first),
        ordered=all(_AGES.search(str(name)) for name in values.columns),
        net=bool((values < 0).to_numpy().any()),
    )
    return _draw_years(spec, parts, comparisons[0].municipality.name, first.unit)


def draw_breakdown_stack(spec: specs.FigureSpec, result: BreakdownResult) -> Figure:
    """Draw the categories of a breakdown year by year."""
    rows = result.table.loc[result.table["category"] != result.breakdown.total]
    values = _wide(rows, "category", "value")
    titles = dict(zip(rows["category"], rows["title"], strict=True))
    values = values[list(titles)].rename(columns=titles).sort_index()
    net = bool((values < 0).to_numpy().any())
    parts = Components(
        values.dropna(how="any" if net else "all"),
        decimals=result.breakdown.decimals,
        unit=breakdown_unit(spec.title, result),
        ordered=are_ages(list(titles)),
        net=net,
    )
    return _draw_years(spec, parts, result.municipality.name, result.breakdown.unit)


def draw_flow_stack(spec: specs.FigureSpec, result: FlowResult) -> Figure:
    """Draw the net flows with near and far partners year by year."""
    titles = dict(zip(result.classes["class"], result.classes["title"], strict=True))
    values = _wide(result.yearly, "class", "net")
    values = values[[name for name in titles if name in values.columns]].rename(columns=titles).sort_index()
    parts = Components(values, decimals=0, unit=finnish.unit_name("persons"), ordered=False, net=True)
    return _draw_years(spec, parts, result.municipality.name, "persons")


def complete_periods(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Return one column per indicator and one line per period in which none is missing.

    A column of the other components would look like the whole.
    """
    columns = {
        item.indicator.short or item.indicator.title: {
            str(line["period"]): as_float(line["value"]) for line in history_lines(item)
        }
        for item in comparisons
    }
    known = [{period for period, value in one.items() if is_known(value)} for one in columns.values()]
    shared = sorted(set.intersection(*known)) if known else []
    return pd.DataFrame(
        {title: [values[period] for period in shared] for title, values in columns.items()}, index=shared
    )


def _wide(rows: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Return one line per period and one column per kind."""
    return rows.pivot_table(index="period", columns=column, values=value, dropna=False).astype(float)


def are_ages(categories: Sequence[str]) -> bool:
    """Tell whether category ids are ages: "0-6", "85-", "7"; such categories have an order of their own."""
    return all(name.replace("-", "").isdigit() for name in categories)


def _draw_years(spec: specs.FigureSpec, parts: Components, municipality: str, unit: str) -> Figure:
    canvas = _year_canvas(parts)
    periods = [str(period) for period in parts.figures.index]
    newest = finnish.period(periods[-1], "plain")
    return finished(
        spec,
        canvas,
        kind="stack",
        subtitle=f"{under_title(parts.unit, finnish.covered(periods))}. Luvut oikealla: {newest}.",
        alt=alt_text.stack(
            spec.title, municipality, parts.figures, unit=unit, decimals=parts.decimals, net=parts.net
        ),
    )


def _year_canvas(parts: Components) -> Canvas:
    """Draw stacked columns: positive components up from zero, negative ones down, the sum as a line."""
    values = parts.figures.fillna(0.0)
    sums = parts.figures.sum(axis=1, skipna=False)
    ticks = value_ticks(
        min(0.0, float(values.clip(upper=0).sum(axis=1).min())),
        max(0.0, float(values.clip(lower=0).sum(axis=1).max())),
    )
    labels = _labels(parts, sums)
    left = text_layout.widest(tick_labels(ticks)) + 8
    right = text_layout.widest([text for text, _ in labels]) + LABEL_GAP_PT + _SWATCH_PT + 8
    years = [year_number(str(period)) for period in values.index]
    evenly = len(years) > 3
    places = years if evenly else [float(index) for index in range(len(years))]
    step = min((later - earlier for earlier, later in pairwise(places)), default=1.0)
    canvas = Canvas(_PLOT_PT + 28)
    limits = (places[0] - 0.6 * step, places[-1] + 0.6 * step)
    frame = Frame(canvas, Margins(left, right, 8, 20), limits, (ticks[0], ticks[-1]))
    frame.draw_grid(ticks)
    if evenly:
        frame.draw_years([int(year) for year in years])
    else:
        names = [finnish.period(str(period), "short") for period in values.index]
        frame.draw_periods(list(zip(places, names, strict=True)))
    columns = [shades.touching(row) for row in values.to_numpy(dtype=np.float64).tolist()]
    colours = shades.shades(len(values.columns), columns, ordered=parts.ordered)
    middles = _draw_columns(frame, values, (places, _COLUMN_SHARE * step), colours)
    if parts.net:
        known = [(place, float(total)) for place, total in zip(places, sums, strict=True)]
        near = [(one, other) for one, other in pairwise(known) if other[0] - one[0] < 1.5 * step]
        # White around the line keeps it in sight on the dark shades.
        frame.canvas.rules(near, colour=style.WHITE, width=3.6, plot=frame.plot)
        frame.canvas.rules(near, colour=style.INK, width=1.4, plot=frame.plot)
        frame.canvas.circles(known, colour=style.INK, plot=frame.plot)
        middles.append(float(sums.iloc[-1]))
    _draw_labels(frame, labels, middles, colours)
    return canvas


def _draw_columns(
    frame: Frame, values: pd.DataFrame, columns: tuple[list[float], float], colours: list[str]
) -> list[float]:
    """Draw columns (places, width) and return the middle of every component in the newest period."""
    places, width = columns
    up, down = np.zeros(len(values)), np.zeros(len(values))
    middles = []
    for column, colour in zip(values.columns, colours, strict=True):
        heights = values[column].to_numpy(dtype=np.float64)
        base = np.where(heights >= 0, up, down)
        boxes = [
            (place - width / 2, float(bottom), width, float(height))
            for place, bottom, height in zip(places, base, heights, strict=True)
        ]
        frame.canvas.boxes(boxes, colour=colour, edge=style.SEPARATOR_PT, plot=frame.plot)
        middles.append(float(base[-1] + heights[-1] / 2))
        up, down = up + np.maximum(heights, 0), down + np.minimum(heights, 0)
    return middles


def _labels(parts: Components, sums: pd.Series[float]) -> list[tuple[str, bool]]:
    """Return name and newest value of every component, and of the sum; True for the sum."""
    write = finnish.signed if parts.net else finnish.number
    newest = parts.figures.iloc[-1]
    texts = [(f"{name} {write(value, parts.decimals)}", False) for name, value in newest.items()]
    if parts.net:
        texts.append((f"{NET} {write(float(sums.iloc[-1]), parts.decimals)}", True))
    return [(text_layout.wrap(text, _LABEL_PT), is_net) for text, is_net in texts]


def _draw_labels(
    frame: Frame, labels: list[tuple[str, bool]], wanted: list[float], colours: list[str]
) -> None:
    """Write the labels at the right with a swatch or, for the sum, a dot."""
    places = frame.label_places(wanted, [text for text, _ in labels])
    column = frame.plot_right + LABEL_GAP_PT
    for index, ((text, is_net), place, value) in enumerate(zip(labels, places, wanted, strict=True)):
        ends = (frame.plot_right + 1, frame.y(value)), (column - 2, place)
        frame.canvas.line(*ends, colour=style.AXIS, width=0.6)
        if is_net:
            frame.canvas.circles([(column + _SWATCH_PT / 2, place)], colour=style.INK)
        else:
            box = (column, place - _SWATCH_PT / 2, _SWATCH_PT, _SWATCH_PT)
            frame.canvas.boxes([box], colour=colours[index])
        frame.canvas.text(column + _SWATCH_PT + 4, place, text)
