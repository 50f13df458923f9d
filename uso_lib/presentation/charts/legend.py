"""Draw keys of colours and marks above a chart, where its parts cannot be labelled directly.

Does not choose colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from uso_lib.presentation.charts import style, text_layout
from uso_lib.presentation.charts.canvas import Canvas

Mark = Literal["box", "tick", "circle"]

_SWATCH_PT = 9.0
_GAP_PT = 12.0
_LINE_PT = 15.0


@dataclass(frozen=True)
class Key:
    """Hold one key: its name, colour and mark (a box, a tick across a bar, an open circle)."""

    name: str
    colour: str
    mark: Mark = "box"
    bold: bool = False


def key_rows(keys: Sequence[Key], width: float = style.WIDTH_PT) -> list[list[tuple[Key, float]]]:
    """Return the keys row by row with their places from the left in points, as many on a row as fit."""
    rows: list[list[tuple[Key, float]]] = [[]]
    edge = 0.0
    for key in keys:
        need = _SWATCH_PT + 4 + text_layout.text_width(key.name, bold=key.bold)
        if rows[-1] and edge + need > width:
            rows.append([])
            edge = 0.0
        rows[-1].append((key, edge))
        edge += need + _GAP_PT
    return rows


def legend_height(rows: Sequence[Sequence[tuple[Key, float]]]) -> float:
    """Return the height of the rows of keys in points, with the room under them."""
    return len(rows) * _LINE_PT + 6


def draw_keys(canvas: Canvas, rows: Sequence[Sequence[tuple[Key, float]]], left: float = 0.0) -> None:
    """Draw rows of keys from the upper edge of the canvas downwards."""
    for index, row in enumerate(rows):
        middle = canvas.height - 2 - _LINE_PT * (index + 0.5)
        for key, edge in row:
            draw_mark(canvas, key, left + edge, middle)
            colour = key.colour if key.bold else style.INK
            canvas.text(left + edge + _SWATCH_PT + 4, middle, key.name, colour=colour, bold=key.bold)


def draw_mark(canvas: Canvas, key: Key, left: float, middle: float) -> None:
    """Draw the mark of one key."""
    centre = left + _SWATCH_PT / 2
    if key.mark == "box":
        canvas.boxes([(left, middle - _SWATCH_PT / 2, _SWATCH_PT, _SWATCH_PT)], colour=key.colour)
    elif key.mark == "tick":
        ends = (centre, middle - 6), (centre, middle + 6)
        canvas.line(*ends, colour=style.WHITE, width=4.4)
        canvas.line(*ends, colour=key.colour, width=2.2)
    else:
        canvas.circles([(centre, middle)], colour=key.colour)
