"""Draw net flows with partner municipalities as bars to both sides of zero; both directions as numbers.

Does not compute flows.
"""

from __future__ import annotations

import pandas as pd

from uso_lib import specs
from uso_lib.analysis.results import FlowResult
from uso_lib.presentation.charts import alt_text, style, text_layout
from uso_lib.presentation.charts.canvas import Canvas
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.series import as_float
from uso_lib.presentation.words import finnish, partners

_HEAD_PT = 19.0
_BETWEEN_PT = 8.0
_NUMBER_PT = 40.0


def draw_flow(spec: specs.FigureSpec, result: FlowResult) -> Figure:
    """Draw the partners with the greatest gains and the greatest losses."""
    gains, losses = greatest(result)
    canvas = _canvas(gains, losses)
    when = finnish.period(result.period or "", "plain")
    return finished(
        spec,
        canvas,
        kind="flow",
        subtitle=f"netto (tulo {finnish.MINUS} lähtö), henkilöä, {when}",
        alt=alt_text.flow(spec.title, result),
    )


def greatest(result: FlowResult) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the partners with the greatest gains and with the greatest losses, greatest first in both."""
    top = result.flow.top
    return partners.ordered(result, "gain").head(top), partners.ordered(result, "loss").head(top)


def _canvas(gains: pd.DataFrame, losses: pd.DataFrame) -> Canvas:
    """Draw gains over losses; names at the left, net at the bar's end, both directions at the right."""
    rows = pd.concat([gains, losses.iloc[::-1]])
    between = _BETWEEN_PT if len(gains) and len(losses) else 0.0
    height = _HEAD_PT + len(rows) * style.ROW_PT + between + 4
    canvas = Canvas(height)
    left = text_layout.widest([str(name) for name in rows["name"]]) + 8
    right = 2 * _NUMBER_PT
    net = [float(value) for value in rows["net"]]
    texts = [finnish.signed(value) for value in net]
    before = text_layout.widest(texts) + 6 if len(losses) else 0.0
    after = text_layout.widest(texts) + 6 if len(gains) else 0.0
    low, high = min([0.0, *net]), max([0.0, *net])
    scale = (style.WIDTH_PT - left - right - before - after) / ((high - low) or 1.0)
    zero = left + before - low * scale
    tops = [
        height - _HEAD_PT - index * style.ROW_PT - (between if index >= len(gains) else 0)
        for index in range(len(rows))
    ]
    middles = [top - style.ROW_PT / 2 for top in tops]
    canvas.bars(
        [(zero, value * scale, middle) for value, middle in zip(net, middles, strict=True)],
        thickness=style.ROW_PT * 0.72,
        colours=[style.MEMBER if value > 0 else style.LOSS_BAR for value in net],
    )
    columns = (style.WIDTH_PT - _NUMBER_PT - 4, style.WIDTH_PT - 2)
    for row, middle, value, text in zip(rows.itertuples(index=False), middles, net, texts, strict=True):
        canvas.text(left - 8, middle, str(row.name), side="right")
        end = zero + value * scale + (4 if value > 0 else -4)
        canvas.text(end, middle, text, side="left" if value > 0 else "right", bold=True)
        for place, number in zip(columns, (row.inflow, row.outflow), strict=True):
            canvas.text(place, middle, finnish.number(as_float(number)), side="right", colour=style.MUTED)
    for place, word in zip(columns, ("Tulo", "Lähtö"), strict=True):
        canvas.text(place, height - _HEAD_PT / 2, word, side="right", colour=style.MUTED)
    canvas.text(zero, height - _HEAD_PT / 2, "Netto", side="center", colour=style.MUTED)
    canvas.line((zero, 2), (zero, height - _HEAD_PT), colour=style.AXIS)
    return canvas
