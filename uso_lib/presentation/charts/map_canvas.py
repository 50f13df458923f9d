"""Draw areas, signs of municipalities and haloed names on a figure's canvas.

Does not know municipalities or projections: everything is given in points from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from uso_lib.presentation.charts import style, svg
from uso_lib.presentation.charts.canvas import Canvas, Point, edge_look

#: Points in order, x and y.
Line = npt.NDArray[np.float64]

#: From light to dark by even steps of lightness (L* 91 to 23, 17 apart): in grey every class stays apart from
#: its neighbours, and the darkest is the municipality's own colour.
RAMP = ("#dbe7f5", "#9fb9dd", "#6b8fc7", "#3c65a7", style.MEMBER)
OUTLINE = "#1a1a1a"
HATCH = "#595959"
#: Distance of the lines of a name in shares of its size.
NAME_STEP = 1.12
#: Points of areas drawn `on_grid` are multiples of this many points, and are written as whole numbers of it.
GRID_PT = 0.5

#: How a name is written, one over the other.
_HALO = ('fill="#fff" stroke="#fff" stroke-width="2.6"', f'fill="{style.INK}"')
_SHARP = {"stroke-linejoin": "miter"}
_HATCH_ID = "without-data"
#: Slanted lines over a square, repeated.
_HATCHES = (
    f'<defs><pattern id="{_HATCH_ID}" patternUnits="userSpaceOnUse" x="0" y="0" width="72" height="72">'
    f'<rect x="0" y="0" width="73" height="73" fill="{style.WHITE}"/>'
    f'<path d="{"".join(f"M{at - 72} {at} {at} {at - 72}" for at in range(36, 109, 2))}" '
    f'style="fill:none;stroke:{HATCH};stroke-width:1"/></pattern></defs>'
)
#: Half the side of a triangle and its height above and below the middle.
_TRIANGLE = (3.5, 3.6, 2.6)


def ramp(count: int) -> list[str]:
    """Return the colours of so many classes, from the least values to the greatest."""
    if count == 1:
        return [RAMP[2]]
    places = np.rint(np.linspace(0, len(RAMP) - 1, count)).astype(int)
    return [RAMP[place] for place in places]


class MapCanvas(Canvas):
    """Draw areas, outlines, signs and haloed texts."""

    def __init__(self, height: float, width: float = style.WIDTH_PT) -> None:
        super().__init__(height, width)
        self._names: list[tuple[bool, str]] = []
        self._hatches = False

    def areas(
        self,
        paths: Sequence[str],
        *,
        colour: str,
        edge: str = style.WHITE,
        width: float = 0.5,
        on_grid: bool = False,
    ) -> None:
        """Fill areas as one shape with a line around each.

        Parameters
        ----------
        paths
            As `written` or, on the grid, `written_on_grid` gives them.
        """
        if paths:
            look = {"fill": colour, **edge_look(edge, width / GRID_PT if on_grid else width)}
            shape = svg.joined(paths, look)
            self._fill(f'<g transform="scale({GRID_PT:g})">{shape}</g>' if on_grid else shape)

    def hatched(self, paths: Sequence[str]) -> None:
        """Draw areas without data: white with slanted lines."""
        if paths:
            look = {"fill": f"url(#{_HATCH_ID})", **edge_look(HATCH, 0.5), **_SHARP}
            self._fill(svg.joined(paths, look))
            self._hatches = True

    def outlines(self, paths: Sequence[str], *, width: float, casing: float = 0.0) -> None:
        """Draw closed dark lines with a white casing, so that they are seen on light and on dark areas."""
        for colour, wide in ((style.WHITE, width + 2 * casing), (OUTLINE, width)):
            if wide > width or colour == OUTLINE:
                self._put(svg.joined(paths, {"fill": "none", **edge_look(colour, wide)}), None, depth=2.5)

    def ring(self, centre: Point, *, radius: float) -> None:
        """Draw an open ring, to point out what is too small to be seen."""
        turn = np.linspace(0, 2 * np.pi, 33)
        circle = np.column_stack([np.cos(turn), np.sin(turn)]) * radius + centre
        self.outlines([written([circle], self.height)], width=1.2, casing=0.8)

    def signs(self, kind: str, centres: Sequence[Point]) -> None:
        """Draw the sign of peers ("peer"), of the network ("network") or of those who are both ("both")."""
        if not centres:
            return
        wide, high, deep = _TRIANGLE
        triangle = np.array([(-wide, -deep), (wide, -deep), (0, high), (-wide, -deep)])
        if kind == "peer":
            for colour, size in ((OUTLINE, 7.6), (style.WHITE, 5.6), (OUTLINE, 2.4)):
                self._dots(centres, colour, size)
        elif kind == "both":
            for colour, size in ((OUTLINE, 9.4), (style.WHITE, 7.4)):
                self._dots(centres, colour, size)
            self._triangles([triangle * 0.62 + centre for centre in centres], OUTLINE)
        else:
            self._triangles([triangle + centre for centre in centres], style.WHITE)

    def _dots(self, centres: Sequence[Point], colour: str, size: float) -> None:
        """Draw discs as round ends of lines without length: the shortest way to write them."""
        look = {"fill": "none", **edge_look(colour, size), "stroke-linecap": "round"}
        paths = [svg.path(self._places([centre, centre], None)) for centre in centres]
        self._put(svg.joined(paths, look), None, depth=5)

    def _triangles(self, rings: Sequence[Line], colour: str) -> None:
        look = {"fill": colour, **edge_look(OUTLINE, 1.0), **_SHARP}
        self._put(svg.joined([written(rings, self.height)], look), None, depth=5)

    def name(self, x: float, y: float, text: str, *, bold: bool = False) -> None:
        """Write a small text of one or more lines centred on a point, with a white halo."""
        step = style.SMALL_PT * NAME_STEP
        lines = text.split("\n")
        first = y + (len(lines) - 1) / 2 * step - 0.36 * style.SMALL_PT
        for index, line in enumerate(lines):
            self._names.append((bold, svg.text(line, x, self.height - (first - index * step), {})))

    def _body(self) -> str:
        """Return what is drawn; names get their look from groups, their halos are white strokes below."""
        parts = [super()._body()]
        for look in _HALO:
            for bold, texts in groupby(self._names, key=lambda one: one[0]):
                weight = ' font-weight="700"' if bold else ""
                group = f'<g font-size="{style.SMALL_PT:g}" text-anchor="middle"{weight} {look}>'
                parts.append(f"{group}{''.join(text for _, text in texts)}</g>")
        return "".join([*parts, _HATCHES if self._hatches else ""])

    def _fill(self, shape: str) -> None:
        self._put(shape, None, depth=1.5)


def written(rings: Sequence[Line], top: float) -> str:
    """Write areas as path data.

    Parameters
    ----------
    top
        How high the upper edge of the picture is, in the points the areas are given in.
    """
    return "".join(svg.path([(x, top - y) for x, y in ring[:-1].tolist()], closed=True) for ring in rings)


def written_on_grid(rings: Sequence[Line], top: float) -> str:
    """Write areas on the grid of `GRID_PT` in whole numbers of it, which takes fewer digits."""
    whole = [np.rint((ring[:-1] * (1, -1) + (0, top)) / GRID_PT) for ring in rings]
    return "".join(svg.path(ring.tolist(), closed=True) for ring in whole)
