"""Draw the legends of maps: classes with their limits and counts, signs, what is without data.

Does not cut classes (analysis/everywhere.py) and does not draw areas (map_canvas.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from uso_lib.analysis.everywhere import Everywhere, MapClass
from uso_lib.presentation.charts import style, text_layout
from uso_lib.presentation.charts.map_canvas import OUTLINE, MapCanvas, ramp, written
from uso_lib.presentation.words import finnish

_SWATCH = (16.0, 10.0)
#: Narrower where the classes stand in a row.
_ROW_SWATCH, _ROW_GAP, _ROW_SPACE = (12.0, 10.0), 3.0, 9.0
_STEP = 16.0
_GAP = 6.0
#: Between limits one of which is negative; a dash would read as another minus.
_ELLIPSIS = "\u2009…\u2009"


def class_text(one: MapClass, decimals: int) -> str:
    """Write the limits of a class: "12,3–15,6", "−4,2 … −1,1", "7,3" when they are the same."""
    low, high = (finnish.number(value, decimals) for value in (one.low, one.high))
    if low == high:
        return low
    return f"{low}{_ELLIPSIS if one.low < 0 else finnish.DASH}{high}"


def class_legend(canvas: MapCanvas, result: Everywhere, x: float, top: float) -> float:
    """Draw the classes in a column, the greatest values first; return its lower edge."""
    y = top - _STEP / 2
    colours = ramp(len(result.classes))
    decimals = result.indicator.decimals
    for one, colour in list(zip(result.classes, colours, strict=True))[::-1]:
        canvas.areas([_swatch(canvas, x, y)], colour=colour, edge=style.AXIS, width=0.5)
        text = f"{class_text(one, decimals)} ({one.count})"
        canvas.text(x + _SWATCH[0] + _GAP, y, text)
        y -= _STEP
    lacking = len(result.table) - result.with_data
    if lacking:
        canvas.hatched([_swatch(canvas, x, y)])
        canvas.text(x + _SWATCH[0] + _GAP, y, f"ei tietoa ({lacking})")
        y -= _STEP
    return y + _STEP / 2


def class_rows(result: Everywhere) -> list[tuple[str, str, float]]:
    """Return colour, text and width of the classes of a legend in rows, the greatest values first.

    "" is the colour of missing data.
    """
    decimals = result.indicator.decimals
    texts = [class_text(one, decimals) for one in result.classes]
    pairs = list(zip(ramp(len(texts)), texts, strict=True))[::-1]
    if result.region["value"].isna().any():
        pairs.append(("", "ei tietoa"))
    return [
        (colour, text, _ROW_SWATCH[0] + _ROW_GAP + text_layout.text_width(text, style.SMALL_PT) + _ROW_SPACE)
        for colour, text in pairs
    ]


def rows_of(items: Sequence[tuple[str, str, float]], width: float) -> list[list[tuple[str, str, float]]]:
    """Divide the items of a legend into as few rows as fit a width, as equal in number as can be."""
    for count in range(1, len(items) + 1):
        length = -(-len(items) // count)
        rows = [list(items[start : start + length]) for start in range(0, len(items), length)]
        if all(sum(one[2] for one in row) - _ROW_SPACE <= width for row in rows):
            return rows
    return [[item] for item in items]


def draw_rows(canvas: MapCanvas, rows: Sequence[Sequence[tuple[str, str, float]]], top: float) -> None:
    """Draw the classes in rows below `top`."""
    for number, row in enumerate(rows):
        x, y = 0.5, top - _STEP * (number + 0.5)
        for colour, text, width in row:
            if colour:
                canvas.areas([_swatch(canvas, x, y, _ROW_SWATCH)], colour=colour, edge=style.AXIS, width=0.5)
            else:
                canvas.hatched([_swatch(canvas, x, y, _ROW_SWATCH)])
            canvas.text(x + _ROW_SWATCH[0] + _ROW_GAP, y, text, size=style.SMALL_PT)
            x += width


def rows_height(rows: Sequence[object]) -> float:
    """Return the height of a legend in rows."""
    return len(rows) * _STEP


def sign_legend(canvas: MapCanvas, kinds: Sequence[str], member: str, x: float, top: float) -> None:
    """Draw what the signs mean, in a column.

    Parameters
    ----------
    kinds
        The signs in the picture.
    """
    words = {
        "peer": "verrokki",
        "network": "USO-verkoston kunta",
        "both": "verrokki ja verkoston kunta",
    }
    y = top - _STEP / 2
    canvas.outlines([_swatch(canvas, x, y)], width=1.6)
    canvas.text(x + _SWATCH[0] + _GAP, y, member, bold=True, colour=OUTLINE)
    for kind in kinds:
        y -= _STEP
        canvas.signs(kind, [(x + _SWATCH[0] / 2, y)])
        canvas.text(x + _SWATCH[0] + _GAP, y, words[kind])


def _swatch(canvas: MapCanvas, x: float, y: float, size: tuple[float, float] = _SWATCH) -> str:
    """Return a small box around a place at its left."""
    width, height = size
    low, high = y - height / 2, y + height / 2
    corners = np.array([(x, low), (x + width, low), (x + width, high), (x, high), (x, low)])
    return written([corners], canvas.height)
