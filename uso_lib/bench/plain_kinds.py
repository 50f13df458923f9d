"""Draw each kind of picture as a notebook's author would: plain seaborn and matplotlib calls with defaults.

Does not finish the pictures (plain_figures.py). A series of means is drawn as long data, one line of it a
period and group, so that seaborn's intervals find nothing to resample. Nothing is slower than it need be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure as MplFigure

from uso_lib import specs
from uso_lib.analysis.everywhere import Everywhere
from uso_lib.analysis.results import BreakdownResult, Comparison, FlowResult
from uso_lib.presentation.charts.age_structure import age_groups
from uso_lib.presentation.charts.flow import greatest
from uso_lib.presentation.charts.map import roles
from uso_lib.presentation.charts.map_view import View
from uso_lib.presentation.charts.series import comparable, group_names, shown_groups, year_number
from uso_lib.presentation.charts.shares import share_rows
from uso_lib.presentation.charts.stack import complete_periods
from uso_lib.presentation.sections.row_result import RowResult


def draw_chart(kind: str, spec: specs.FigureSpec, row: RowResult) -> MplFigure:
    """Draw a declared chart as the kind that the report draws it as."""
    comparisons = [row.by_id[name] for name in spec.indicators if name in row.by_id]
    comparisons = [one for one in comparisons if not one.missing]
    breakdown = next((one for one in row.breakdowns if one.breakdown.id == spec.breakdown), None)
    flow = next((one for one in row.flows if one.flow.id == spec.flow), None)
    if flow is not None:
        return _stack(_wide(flow.yearly, "class", "net")) if kind == "stack" else _flow(flow)
    if breakdown is not None:
        kinds: dict[str, Callable[[BreakdownResult], MplFigure]] = {
            "trend": _category_trends,
            "stack": lambda result: _stack(_wide(_parts(result), "title", "value")),
            "bars": _category_bars,
            "shares": _shares,
            "pyramid": lambda result: _pyramid(spec, result),
        }
        return kinds[kind](breakdown)
    if kind == "stack":
        return _stack(complete_periods(comparisons))
    if kind == "trend":
        return _trend(comparisons[0]) if len(spec.indicators) == 1 else _own_trends(comparisons)
    return _ranking(comparisons[0]) if kind == "ranking" else _indicator_bars(comparisons)


def draw_areas(view: View, values: Mapping[str, float], names: Mapping[str, str]) -> tuple[MplFigure, Axes]:
    """Draw municipalities by value, and the names given."""
    figure, axes = plt.subplots()
    pairs = [(ring, values.get(code, float("nan"))) for code in view.codes for ring in view.rings[code]]
    areas = PolyCollection([ring for ring, _ in pairs], edgecolors="white", linewidths=0.4)
    areas.set_array([value for _, value in pairs])
    axes.add_collection(areas)
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.set_axis_off()
    for code, name in names.items():
        axes.text(*view.centre(code), name, ha="center", va="center")
    return figure, axes


def draw_map(view: View, result: Everywhere, *, named: bool) -> MplFigure:
    """Draw the country or a region, with its scale, and the signs of the peers or the region's names."""
    values = dict(zip(result.table["area"], result.table["value"], strict=True))
    names = dict(zip(result.table["area"], result.table["name"], strict=True))
    shown = {code: f"{names[code]}\n{values[code]:.1f}" for code in view.codes} if named else {}
    figure, axes = draw_areas(view, values, shown)
    if not named:
        for kind, codes in roles(result).items():
            centres = [view.centre(code) for code in codes]
            points = pd.DataFrame(centres, columns=["x", "y"])
            sns.scatterplot(points, x="x", y="y", label=kind, ax=axes)
    figure.colorbar(axes.collections[0], ax=axes)
    return figure


def _trend(comparison: Comparison) -> MplFigure:
    names = {"value": comparison.municipality.name}
    names |= group_names(comparison) if comparable(comparison) else {}
    history = _dated(comparison.history)
    long = history.rename(columns=names).melt("year", list(names.values()), var_name="who")
    figure, axes = plt.subplots()
    sns.lineplot(long.dropna(), x="year", y="value", hue="who", ax=axes)
    if comparable(comparison):
        axes.fill_between(history["year"], history["peers_low"], history["peers_high"], alpha=0.2)
    for mark in comparison.breaks:
        axes.axvline(year_number(mark.period), linestyle=":")
        axes.annotate(mark.title, (year_number(mark.period), 1), xycoords=("data", "axes fraction"))
    return figure


def _own_trends(comparisons: Sequence[Comparison]) -> MplFigure:
    long = pd.concat(_dated(one.history).assign(what=one.indicator.title) for one in comparisons)
    return _lines(long, "what")


def _category_trends(result: BreakdownResult) -> MplFigure:
    return _lines(_dated(result.table), "title")


def _lines(long: pd.DataFrame, hue: str) -> MplFigure:
    figure, axes = plt.subplots()
    known = long.dropna(subset=["value"]).reset_index(drop=True)
    sns.lineplot(known, x="year", y="value", hue=hue, style=hue, ax=axes)
    return figure


def _ranking(comparison: Comparison) -> MplFigure:
    own = comparison.ranking.assign(kind=comparison.ranking["is_member"].map({True: "own", False: "peer"}))
    means = [{"name": one.group, "value": one.value, "kind": "mean"} for one in shown_groups(comparison)]
    figure, axes = plt.subplots()
    rows = pd.concat([own[["name", "value", "kind"]], pd.DataFrame(means)], ignore_index=True)
    sns.barplot(rows, x="value", y="name", hue="kind", ax=axes)
    _label_bars(axes)
    known = own.dropna(subset=["low", "high"])
    if len(known):
        reach = [known["value"] - known["low"], known["high"] - known["value"]]
        axes.errorbar(known["value"], known["name"], xerr=reach, fmt="none")
    return figure


def _indicator_bars(comparisons: Sequence[Comparison]) -> MplFigure:
    rows = pd.DataFrame({"name": one.indicator.title, "value": one.value} for one in comparisons)
    marks = [
        {"name": one.indicator.title, "value": figure.value, "group": figure.group}
        for one in comparisons
        for figure in (shown_groups(one) if comparable(one) else [])
    ]
    return _marked_bars(rows, pd.DataFrame(marks, columns=["name", "value", "group"]))


def _category_bars(result: BreakdownResult) -> MplFigure:
    newest = _parts(result).loc[lambda table: table["period"] == result.period]
    rows = newest.rename(columns={"title": "name"})
    marks = rows[["name", "peers", "country_own"]].melt("name", var_name="group")
    return _marked_bars(rows[["name", "value"]], marks)


def _marked_bars(rows: pd.DataFrame, marks: pd.DataFrame) -> MplFigure:
    figure, axes = plt.subplots()
    sns.barplot(rows, x="value", y="name", ax=axes)
    _label_bars(axes)
    if len(marks):
        sns.scatterplot(marks, x="value", y="name", hue="group", style="group", ax=axes, zorder=3)
    return figure


def _stack(values: pd.DataFrame) -> MplFigure:
    figure, axes = plt.subplots()
    places = [year_number(str(period)) for period in values.index]
    up = pd.Series(0.0, index=values.index)
    down = up.copy()
    for name in values.columns:
        heights = values[name].fillna(0.0)
        axes.bar(places, heights, bottom=up.where(heights >= 0, down), label=name)
        up, down = up + heights.clip(lower=0), down + heights.clip(upper=0)
    if (values < 0).to_numpy().any():
        sns.lineplot(x=places, y=values.sum(axis=1), marker="o", label="sum", ax=axes)
    axes.legend()
    return figure


def _shares(result: BreakdownResult) -> MplFigure:
    rows = share_rows(result)
    return _stacked_rows(pd.DataFrame({name: dict(parts) for name, parts in rows}).T)


def _stacked_rows(values: pd.DataFrame) -> MplFigure:
    figure, axes = plt.subplots()
    left = pd.Series(0.0, index=values.index)
    for name in values.columns:
        bars = axes.barh(values.index, values[name], left=left, label=name)
        axes.bar_label(bars, fmt="%.1f", label_type="center")
        left = left + values[name].fillna(0.0)
    axes.legend()
    return figure


def _pyramid(spec: specs.FigureSpec, result: BreakdownResult) -> MplFigure:
    found = age_groups(result, spec.periods)
    figure, both = plt.subplots(1, 2, sharey=True)
    for axes, counts, period in zip(both, (found.now, found.then), found.periods, strict=True):
        sns.barplot(pd.DataFrame({period: counts, "age": found.groups}), x=period, y="age", ax=axes)
        _label_bars(axes)
    both[0].invert_xaxis()
    return figure


def _flow(result: FlowResult) -> MplFigure:
    figure, axes = plt.subplots()
    sns.barplot(pd.concat(greatest(result)), x="net", y="name", ax=axes)
    _label_bars(axes)
    return figure


def _label_bars(axes: Axes) -> None:
    for container in axes.containers:
        if isinstance(container, BarContainer):
            axes.bar_label(container, fmt="%.1f")


def _parts(result: BreakdownResult) -> pd.DataFrame:
    return result.table.loc[result.table["category"] != result.breakdown.total]


def _wide(rows: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    return rows.pivot_table(index="period", columns=column, values=value, sort=False).sort_index()


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(year=[year_number(str(period)) for period in table["period"]])
