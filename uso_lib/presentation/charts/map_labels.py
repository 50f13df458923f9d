"""Find places for names on maps so that none covers another: inside areas, beside them, or letters instead.

Does not draw (map_canvas.py) and does not know what the names say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uso_lib.boundaries import Line
from uso_lib.presentation.charts import style, text_layout
from uso_lib.presentation.charts.canvas import Point
from uso_lib.presentation.charts.map_canvas import NAME_STEP
from uso_lib.presentation.charts.map_view import Place, stretches

LINE_PT = style.SMALL_PT * NAME_STEP
#: How far a name may reach over its area's border, both sides together.
_OVERHANG_PT = 14.0
_BESIDE_PT = 4.0


@dataclass(frozen=True)
class Label:
    """Hold a text on a map: its middle and the room it takes, in points.

    Parameters
    ----------
    entry
        What a letter stands for ("Kemi 11,2"), "" for a name.
    """

    x: float
    y: float
    text: str
    width: float
    height: float
    bold: bool = False
    entry: str = ""

    def overlaps(self, other: Label) -> bool:
        """Tell whether two texts cover each other."""
        near = abs(self.x - other.x) < (self.width + other.width) / 2
        return near and abs(self.y - other.y) < (self.height + other.height) / 2


def label(text: str, at: Point, *, bold: bool = False) -> Label:
    """Return a text of one or more lines centred on a point."""
    lines = text.split("\n")
    width = text_layout.widest(lines, style.SMALL_PT, bold=bold)
    return Label(at[0], at[1], text, width + 2, len(lines) * LINE_PT, bold)


def sign(at: Point) -> Label:
    """Return the room a sign takes."""
    return Label(at[0], at[1], "", 9.0, 9.0)


def room(low: Line, high: Line) -> Label:
    """Return the room an outlined area takes."""
    (x, y), (width, height) = ((low + high) / 2).tolist(), (high - low).tolist()
    return Label(x, y, "", width, height)


def inside(text: str, found: Sequence[Place], taken: Sequence[Label], *, bold: bool = False) -> Label | None:
    """Return a name at the roomiest place where it fits and covers no other, None without such a place."""
    for place in sorted(found, key=lambda place: -place.room):
        made = label(text, (place.x, place.y), bold=bold)
        within = made.width / 2 < place.x < style.WIDTH_PT - made.width / 2
        if within and made.width <= place.room + _OVERHANG_PT and not _covered(made, taken):
            return made
    return None


def beside(
    text: str,
    box: tuple[Line, Line],
    taken: Sequence[Label],
    *,
    height: float,
    rings: Sequence[Line] = (),
    bold: bool = False,
) -> tuple[Label, bool]:
    """Return a name beside an area on the side where it covers the least, and whether it covers nothing.

    Parameters
    ----------
    box
        Lower left and upper right corner of the area.
    height
        Of the picture, which the name must not leave.
    rings
        Areas the name should not lie on.
    """
    (left, down), (right, up) = box
    size = label(text, (0.0, 0.0), bold=bold)
    middle = ((left + right) / 2, (down + up) / 2)
    near = (size.width / 2 + _BESIDE_PT, size.height / 2 + _BESIDE_PT / 2)
    choices = [
        (left - near[0], middle[1]),
        (right + near[0], middle[1]),
        *((x, y) for y in (up, down) for x in (left - near[0], right + near[0])),
        (middle[0], down - near[1]),
        (middle[0], up + near[1]),
    ]
    made = [label(text, at, bold=bold) for at in choices]
    kept = [
        one
        for one in made
        if size.width / 2 <= one.x <= style.WIDTH_PT - size.width / 2
        and size.height / 2 <= one.y <= height - size.height / 2
    ]

    def cost(one: Label) -> int:
        return 10 * _covered(one, taken) + _land_under(one, rings)

    best = min(kept or made, key=cost)
    return best, cost(best) == 0


def least_covering(text: str, found: Sequence[Place], taken: Sequence[Label]) -> Label:
    """Return a short text at the roomiest of the places where it covers the fewest others."""
    made = [label(text, (place.x, place.y)) for place in sorted(found, key=lambda one: -one.room)]
    return min(made, key=lambda one: _covered(one, taken))


def _covered(one: Label, taken: Sequence[Label]) -> int:
    return sum(one.overlaps(other) for other in taken)


def _land_under(one: Label, rings: Sequence[Line]) -> int:
    """Return how many of nine points of a name lie on an area."""
    if not rings:
        return 0
    across = np.linspace(one.x - one.width / 2, one.x + one.width / 2, 3)
    found = 0
    for y in np.linspace(one.y - one.height / 2, one.y + one.height / 2, 3):
        cuts = stretches(rings, float(y))
        found += sum(any(start < x < end for start, end in cuts) for x in across)
    return found
