"""What stands around the marks of a chart over years: grid, numbers of the value axis, years, end labels.

Does not draw the lines or bars themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.ticker import MaxNLocator

from uso_lib.presentation.charts import style, text_layout
from uso_lib.presentation.charts.canvas import Canvas, Margins
from uso_lib.presentation.words import finnish

_YEAR_SPACING_PT = 42.0
#: Up to this many years are all named if their labels keep this distance.
_FEW_YEARS, _CLOSEST_PT = 8, 30.0
#: Room between the plot and the labels at its right, for the leaders.
LABEL_GAP_PT = 14.0


class Frame:
    """Hold the plot of a chart over years with its place in points, and draw what stands around the marks.

    Parameters
    ----------
    x_limits, y_limits
        Ends of the axes: years as numbers, values.
    """

    def __init__(
        self, canvas: Canvas, margins: Margins, x_limits: tuple[float, float], y_limits: tuple[float, float]
    ) -> None:
        self.canvas, self.margins = canvas, margins
        self.x_limits = x_limits
        self.plot_right = canvas.width - margins.right
        self.plot_top = canvas.height - margins.top
        self.plot = canvas.plot(margins, x_limits, y_limits)

    def x(self, value: float) -> float:
        """Return the place of a year in points."""
        return self.plot.x(value)

    def y(self, value: float) -> float:
        """Return the place of a value in points."""
        return self.plot.y(value)

    def draw_grid(self, ticks: Sequence[float]) -> None:
        """Draw light lines at the ticks, the zero line darker, and their numbers."""
        base = 0.0 if ticks[0] <= 0 <= ticks[-1] else ticks[0]
        first, last = self.x_limits
        for colour, places in ((style.GRID, [tick for tick in ticks if tick != base]), (style.AXIS, [base])):
            lines = [((first, tick), (last, tick)) for tick in places]
            self.canvas.rules(lines, colour=colour, plot=self.plot, behind=colour == style.GRID)
        for tick, label in zip(ticks, tick_labels(ticks), strict=True):
            self.canvas.text(self.margins.left - 6, self.y(tick), label, side="right", colour=style.MUTED)

    def draw_years(self, years: Sequence[int]) -> None:
        """Write the years that have figures under the axis when they are few, else round years, as fit."""
        room = self.plot_right - self.margins.left
        span = self.x_limits[1] - self.x_limits[0]
        closest = min((later - earlier for earlier, later in pairwise(years)), default=span)
        if len(years) <= _FEW_YEARS and closest / span * room >= _CLOSEST_PT:
            shown = list(years)
        else:
            fits = room / _YEAR_SPACING_PT
            step = next((step for step in (1, 2, 5, 10, 20) if span / step <= fits), 50)
            first, last = int(np.ceil(self.x_limits[0])), int(self.x_limits[1])
            shown = [year for year in range(first, last + 1) if year % step == 0]
        self.draw_periods([(year, str(year)) for year in shown])

    def draw_periods(self, periods: Sequence[tuple[float, str]]) -> None:
        """Write labels under the axis with their ticks."""
        bottom = self.margins.bottom
        ticks = [((self.x(place), bottom - 3), (self.x(place), bottom)) for place, _ in periods]
        self.canvas.rules(ticks, colour=style.AXIS)
        for place, text in periods:
            self.canvas.text(
                self.x(place), bottom - 5, text, side="center", vertical="top", colour=style.MUTED
            )

    def label_places(self, wanted: Sequence[float], labels: Sequence[str]) -> list[float]:
        """Return the places of labels at the right in points: near the wanted values, none over another."""
        heights = [text_layout.height(label) for label in labels]
        return text_layout.spread([self.y(value) for value in wanted], heights, 2, self.canvas.height - 2)


def value_ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers that reach from at most `low` to at least `high`."""
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    ticks = [float(tick) for tick in locator.tick_values(low, high)]
    # The locator may return a step too many at either end.
    while len(ticks) > 2 and ticks[1] <= low:
        ticks.pop(0)
    while len(ticks) > 2 and ticks[-2] >= high:
        ticks.pop()
    return [0.0 if abs(tick) < 1e-9 else tick for tick in ticks]


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Write ticks with the fewest decimals that keep them exact."""
    decimals = next(
        (count for count in range(4) if all(abs(round(tick, count) - tick) < 1e-6 for tick in ticks)), 3
    )
    return [finnish.number(tick, decimals) for tick in ticks]
