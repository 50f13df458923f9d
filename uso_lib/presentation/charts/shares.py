"""Draw shares of a whole as bars of 100 %: the municipality above its peers, the network and the country.

Does not compute shares.
"""

from __future__ import annotations

import numpy as np

from uso_lib import specs
from uso_lib.analysis.results import BreakdownResult
from uso_lib.presentation.charts import alt_text, shades, style, text_layout
from uso_lib.presentation.charts.canvas import Canvas
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.legend import Key, draw_keys, key_rows, legend_height
from uso_lib.presentation.charts.stack import are_ages
from uso_lib.presentation.charts.trend import breakdown_unit, under_title
from uso_lib.presentation.words import finnish

_SHARE_ROW_PT = 25.0


def draw_shares(spec: specs.FigureSpec, result: BreakdownResult) -> Figure:
    """Draw shares of a whole as bars of 100 %: the municipality, its peers, the network and the country."""
    rows = share_rows(result)
    titles = [title for title, _ in rows[0][1]]
    columns = [shades.touching([share for _, share in shares]) for _, shares in rows]
    ordered = are_ages(list(result.table["category"].unique()))
    colours = shades.shades(len(titles), columns, ordered=ordered)
    canvas = _share_canvas(rows, titles, colours, result.breakdown.decimals)
    return finished(
        spec,
        canvas,
        kind="shares",
        subtitle=under_title(
            breakdown_unit(spec.title, result), finnish.period(result.period or "", "plain")
        ),
        alt=alt_text.shares(spec.title, result),
    )


def share_rows(result: BreakdownResult) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return name → (category title, share) of the municipality and its groups in the newest period."""
    newest = result.table.loc[result.table["period"] == result.period]
    newest = newest.loc[newest["category"] != result.breakdown.total]
    columns = {"value": result.municipality.name, "peers": "Verrokit", "network": "USO-verkosto"}
    own = newest["country_own"].notna().any()
    columns |= {"country_own": "Koko maa"} if own else {"country": "Kaikki kunnat"}
    return [
        (name, list(zip(newest["title"], newest[column].astype(float), strict=True)))
        for column, name in columns.items()
        if newest[column].notna().any()
    ]


def _share_canvas(
    rows: list[tuple[str, list[tuple[str, float]]]], titles: list[str], colours: list[str], decimals: int
) -> Canvas:
    legend = key_rows([Key(title, colour) for title, colour in zip(titles, colours, strict=True)])
    left = max(text_layout.text_width(name, bold=index == 0) for index, (name, _) in enumerate(rows)) + 8
    height = legend_height(legend) + len(rows) * _SHARE_ROW_PT + 4
    canvas = Canvas(height)
    draw_keys(canvas, legend)
    scale = (style.WIDTH_PT - left - 2) / 100
    for index, (name, shares) in enumerate(rows):
        middle = height - legend_height(legend) - (index + 0.5) * _SHARE_ROW_PT
        colour = style.MEMBER if index == 0 else style.INK
        canvas.text(left - 8, middle, name, side="right", colour=colour, bold=index == 0)
        edge = left
        for (_, share), fill in zip(shares, colours, strict=True):
            width = 0.0 if np.isnan(share) else share * scale
            canvas.boxes([(edge, middle - 9, max(width - style.SEPARATOR_PT, 0), 18)], colour=fill)
            text = finnish.number(share, decimals)
            if text_layout.text_width(text, style.SMALL_PT) + 4 <= width:
                ink, small = style.text_on(fill), style.SMALL_PT
                canvas.text(edge + width / 2, middle, text, side="center", colour=ink, size=small)
            edge += width
    return canvas
