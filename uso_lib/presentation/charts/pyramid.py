"""Draw the population by age in two years side by side, on the same scale.

Does not compute a projection and does not gather ages (age_structure.py).
"""

from __future__ import annotations

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult
from uso_lib.presentation.charts import alt_text, style, text_layout
from uso_lib.presentation.charts.age_structure import Pyramid, age_groups
from uso_lib.presentation.charts.canvas import Canvas
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.words import finnish

_ROW_PT = 14.5
_HEAD_PT = 20.0


def draw_pyramid(spec: specs.FigureSpec, result: BreakdownResult) -> Figure:
    """Draw the earlier year on the left and the later one on the right, the earlier level marked there."""
    pyramid = age_groups(result, spec.periods)
    canvas = _canvas(pyramid)
    first, unit = finnish.period(pyramid.periods[0], "short"), finnish.unit_name(result.breakdown.unit)
    return finished(
        spec,
        canvas,
        kind="pyramid",
        subtitle=f"{unit} ikäryhmittäin. Pystyviiva: vuoden {first} taso.",
        alt=alt_text.pyramid(spec.title, result.municipality, pyramid),
    )


def _canvas(pyramid: Pyramid) -> Canvas:
    """Draw oldest at the top: numbers at both edges, bars out from the ages in the middle."""
    rows = list(zip(reversed(pyramid.groups), reversed(pyramid.now), reversed(pyramid.then), strict=True))
    canvas = Canvas(_HEAD_PT + len(rows) * _ROW_PT + 4)
    middles = [canvas.height - _HEAD_PT - (index + 0.5) * _ROW_PT for index in range(len(rows))]
    known = [value for value in (*pyramid.now, *pyramid.then) if value == value]
    edge = text_layout.widest([finnish.number(value) for value in known], style.SMALL_PT) + 8
    gutter = text_layout.widest(pyramid.groups, style.SMALL_PT) + 12
    zeros = ((canvas.width - gutter) / 2, (canvas.width + gutter) / 2)
    scale = (zeros[0] - edge) / (max(known, default=1.0) or 1.0)
    _draw_bars(canvas, rows, middles, zeros, scale)
    small = style.SMALL_PT
    for (name, now, then), middle in zip(rows, middles, strict=True):
        canvas.text(canvas.width / 2, middle, name, side="center", colour=style.MUTED, size=small)
        canvas.text(edge - 8, middle, finnish.number(now), side="right", size=small)
        canvas.text(canvas.width - 2, middle, finnish.number(then), side="right", size=small)
    head = canvas.height - _HEAD_PT / 2 - 1
    first, last = (finnish.period(period, "short") for period in pyramid.periods)
    canvas.text(zeros[0], head, first, side="right", bold=True)
    canvas.text(zeros[1], head, last, colour=style.MEMBER, bold=True)
    return canvas


def _draw_bars(
    canvas: Canvas,
    rows: list[tuple[str, float, float]],
    middles: list[float],
    zeros: tuple[float, float],
    scale: float,
) -> None:
    """Draw both years' bars, and the earlier level as a mark on the later one's side."""
    now = [value * scale if value == value else 0.0 for _, value, _ in rows]
    then = [value * scale if value == value else 0.0 for _, _, value in rows]
    bars = [(zeros[0], -length, middle) for length, middle in zip(now, middles, strict=True)]
    bars += [(zeros[1], length, middle) for length, middle in zip(then, middles, strict=True)]
    colours = [style.EARLIER_BAR] * len(rows) + [style.MEMBER] * len(rows)
    canvas.bars(bars, thickness=_ROW_PT * 0.78, colours=colours)
    reach = _ROW_PT * 0.39
    marks = [
        ((zeros[1] + length, middle - reach), (zeros[1] + length, middle + reach))
        for length, middle in zip(now, middles, strict=True)
    ]
    # White around the mark keeps it in sight on the bar.
    canvas.rules(marks, colour=style.WHITE, width=3.8)
    canvas.rules(marks, colour=style.INK, width=1.6)
