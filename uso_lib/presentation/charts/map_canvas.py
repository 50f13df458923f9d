"""Draw areas, signs of municipalities and haloed names on a figure's canvas.

Does not know municipalities or projections: everything is given in points from the lower left corner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from uso_lib.presentation.charts import style
from uso_lib.presentation.charts.canvas import Canvas, Point

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

#: What a name is written in, one over the other → how.
_HALO = {"halo": 'fill="#fff" stroke="#fff" stroke-width="2.6"', "name": f'fill="{style.INK}"'}
_ON_GRID = "on-grid"
_GRID_GROUP = re.compile(rf'<g id="{_ON_GRID}">\s*<path d="([^"]*)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
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

    def areas(
        self,
        rings: Sequence[Line],
        *,
        colour: str,
        edge: str = "white",
        width: float = 0.5,
        on_grid: bool = False,
    ) -> None:
        """Fill areas as one shape with a line around each.

        Parameters
        ----------
        on_grid
            Whether all points are multiples of `GRID_PT`; they are then written as whole numbers, which takes
            fewer digits.
        """
        if rings:
            look = PathPatch(_shape(rings), facecolor=colour, edgecolor=edge)
            look.set(linewidth=width / GRID_PT if on_grid else width, joinstyle="round")
            if on_grid:
                look.set_gid(_ON_GRID)
            self._add(look, None, zorder=1.5)

    def hatched(self, rings: Sequence[Line]) -> None:
        """Draw areas without data: white with slanted lines."""
        if rings:
            look = PathPatch(_shape(rings), facecolor="white", edgecolor=HATCH, linewidth=0.5, hatch="//////")
            self._add(look, None, zorder=1.5)

    def outlines(self, lines: Sequence[Line], *, width: float, casing: float = 0.0) -> None:
        """Draw closed dark lines with a white casing, so that they are seen on light and on dark areas."""
        shape = _shape(lines)
        for colour, wide in (("white", width + 2 * casing), (OUTLINE, width)):
            if wide > width or colour == OUTLINE:
                look = PathPatch(shape, facecolor="none", edgecolor=colour, linewidth=wide)
                look.set_joinstyle("round")
                self._add(look, None, zorder=2.5)

    def ring(self, centre: Point, *, radius: float) -> None:
        """Draw an open ring, to point out what is too small to be seen."""
        turn = np.linspace(0, 2 * np.pi, 33)
        circle = np.column_stack([np.cos(turn), np.sin(turn)]) * radius + centre
        self.outlines([circle], width=1.2, casing=0.8)

    def signs(self, kind: str, centres: Sequence[Point]) -> None:
        """Draw the sign of peers ("peer"), of the network ("network") or of those who are both ("both")."""
        if not centres:
            return
        wide, high, deep = _TRIANGLE
        triangle = np.array([(-wide, -deep), (wide, -deep), (0, high), (-wide, -deep)])
        if kind == "peer":
            for colour, size in ((OUTLINE, 7.6), ("white", 5.6), (OUTLINE, 2.4)):
                self._dots(centres, colour, size)
        elif kind == "both":
            for colour, size in ((OUTLINE, 9.4), ("white", 7.4)):
                self._dots(centres, colour, size)
            self._triangles([triangle * 0.62 + centre for centre in centres], OUTLINE)
        else:
            self._triangles([triangle + centre for centre in centres], "white")

    def _dots(self, centres: Sequence[Point], colour: str, size: float) -> None:
        """Draw discs as round ends of lines without length: the shortest way to write them."""
        points = np.repeat(np.array(centres, dtype=float), 2, axis=0)
        dots = PathPatch(Path(points, [Path.MOVETO, Path.LINETO] * len(centres)), facecolor="none")
        dots.set(edgecolor=colour, linewidth=size, capstyle="round")
        self._add(dots, None, zorder=5)

    def _triangles(self, rings: Sequence[Line], colour: str) -> None:
        look = PathPatch(_shape(rings), facecolor=colour, edgecolor=OUTLINE, linewidth=1.0)
        self._add(look, None, zorder=5)

    def name(self, x: float, y: float, text: str, *, bold: bool = False) -> None:
        """Write a small text of one or more lines centred on a point, with a white halo."""
        step = style.SMALL_PT * NAME_STEP
        lines = text.split("\n")
        first = y + (len(lines) - 1) / 2 * step - 0.36 * style.SMALL_PT
        for depth, look in enumerate(_HALO):
            for index, line in enumerate(lines):
                place = x / self.width, (first - index * step) / self.height
                written = self._figure.text(*place, line, ha="center", fontsize=style.SMALL_PT)
                written.set(zorder=6 + depth, gid=f"{look}-bold" if bold else look)

    def svg(self) -> str:
        """Return the picture as SVG text; areas on the grid are written as whole numbers of it.

        Names get their look from one group around all of them; halos are white strokes below the letters.
        """
        text = _GRID_GROUP.sub(_whole, super().svg())
        for name, look in _HALO.items():
            for kind, weight in ((f"{name}-bold", ' font-weight="700"'), (name, "")):
                group = f'<g font-size="{style.SMALL_PT:g}" text-anchor="middle"{weight} {look}>'
                text = _gathered(text, kind, group)
        return text


def _gathered(svg: str, kind: str, group: str) -> str:
    """Put the texts of a kind that follow one another into one group, which gives them their look."""
    one = rf'<g id="{kind}">\s*(?:<!--.*?-->\s*)?<text style="[^"]*"([^>]*>[^<]*</text>)\s*</g>\s*'
    return re.sub(
        rf"(?:{one})+",
        lambda run: f"{group}{''.join(f'<text{text}' for text in re.findall(one, run.group()))}</g>",
        svg,
    )


def _whole(group: re.Match[str]) -> str:
    """Write the points of an area on the grid as whole numbers, shown in their true size."""
    path = _NUMBER.sub(lambda number: f"{float(number.group()) / GRID_PT:.0f}", group.group(1))
    return f'<g transform="scale({GRID_PT:g})"><path d="{path}"'


def _shape(rings: Sequence[Line]) -> Path:
    """Return closed rings as one shape."""
    codes = [np.full(len(ring), Path.LINETO) for ring in rings]
    for part in codes:
        part[0], part[-1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(np.vstack(list(rings)), np.concatenate(codes))
