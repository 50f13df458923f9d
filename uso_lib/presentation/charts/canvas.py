"""A drawing surface measured in points, on a bare matplotlib figure without any global state.

Does not know what it draws: chart modules put axes, texts, lines and bars on it and take the SVG from it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as MplFigure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from uso_lib.presentation.charts import style

Side = Literal["left", "center", "right"]
Vertical = Literal["middle", "top", "bottom"]
Point = tuple[float, float]
Segment = tuple[Point, Point]
#: Left, bottom, width, height; a negative width runs to the left.
Box = tuple[float, float, float, float]

#: Width of the line around pale boxes.
_PALE_EDGE_PT = 0.8
#: How far the baseline lies under the place a text hangs from, in shares of its size.
_BASELINE = {"middle": 0.36, "top": 0.93, "bottom": 0.0}


@dataclass(frozen=True)
class Margins:
    """Give the space around the axes in points."""

    left: float
    right: float
    top: float
    bottom: float


class Canvas:
    """Place axes, texts, lines and boxes by points from the lower left corner.

    Parameters
    ----------
    height, width
        Size in points.
    """

    def __init__(self, height: float, width: float = style.WIDTH_PT) -> None:
        self.width, self.height = width, height
        self._figure = MplFigure(figsize=(width / 72, height / 72), facecolor="white")
        FigureCanvasSVG(self._figure)
        self._points = Affine2D().scale(1 / 72) + self._figure.dpi_scale_trans

    def axes(self, margins: Margins, x_limits: tuple[float, float], y_limits: tuple[float, float]) -> Axes:
        """Add axes without ticks and frame inside the margins; limits in data units."""
        box = (
            margins.left / self.width,
            margins.bottom / self.height,
            (self.width - margins.left - margins.right) / self.width,
            (self.height - margins.top - margins.bottom) / self.height,
        )
        axes = self._figure.add_axes(box, frameon=False, xlim=x_limits, ylim=y_limits)
        axes.set_axis_off()
        axes.set_autoscale_on(False)
        return axes

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        side: Side = "left",
        vertical: Vertical = "middle",
        colour: str = style.INK,
        size: float = style.TEXT_PT,
        bold: bool = False,
    ) -> None:
        """Write a text of one or more lines; `side` and `vertical` say where in it the point stands."""
        lines = text.split("\n")
        step = size * style.LINE_HEIGHT
        above = {"middle": (len(lines) - 1) / 2, "top": 0.0, "bottom": len(lines) - 1.0}[vertical]
        # Baselines are computed here: matplotlib's own alignment would measure every text once more.
        first = y + above * step - _BASELINE[vertical] * size
        weight = "bold" if bold else "normal"
        for index, line in enumerate(lines):
            place = x / self.width, (first - index * step) / self.height
            self._figure.text(*place, line, ha=side, color=colour, fontsize=size, fontweight=weight)

    def line(
        self, start: Point, end: Point, *, colour: str, width: float = 0.8, dashes: tuple[float, ...] = ()
    ) -> None:
        """Draw a straight line between two points."""
        self.rules([(start, end)], colour=colour, width=width, dashes=dashes)

    def rules(
        self,
        segments: Sequence[Segment],
        *,
        colour: str,
        width: float = 0.7,
        dashes: tuple[float, ...] = (),
        axes: Axes | None = None,
        behind: bool = False,
    ) -> None:
        """Draw straight lines, in points or in the data units of the axes, all in one stroke.

        Parameters
        ----------
        behind
            Whether boxes cover the lines.
        """
        if not segments:
            return
        x = [value for start, end in segments for value in (start[0], end[0], math.nan)]
        y = [value for start, end in segments for value in (start[1], end[1], math.nan)]
        line = Line2D(x, y, color=colour, linewidth=width, linestyle=style.dash_style(dashes))
        line.set_solid_capstyle("butt")
        self._add(line, axes, zorder=1.2 if behind else 2)

    def boxes(
        self, boxes: Sequence[Box], *, colour: str, edge: float = 0.0, axes: Axes | None = None
    ) -> None:
        """Fill boxes, in points or in the data units of the axes, all as one shape.

        Parameters
        ----------
        edge
            Width of the white line around each box in points, to keep neighbours apart. Pale fills have a
            line of their own, to stand out from white.
        """
        outline, stroke = style.EDGES.get(colour, "white"), _PALE_EDGE_PT if colour in style.EDGES else edge
        corners = [
            Path([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], closed=True)
            for x, y, width, height in boxes
            if width and height
        ]
        if corners:
            shape = Path.make_compound_path(*corners)
            look = PathPatch(shape, facecolor=colour, edgecolor=outline, linewidth=stroke)
            self._add(look, axes, zorder=1.5)

    def bars(
        self, bars: Sequence[tuple[float, float, float]], *, thickness: float, colours: Sequence[str]
    ) -> None:
        """Draw horizontal bars (start, length, middle) in points; a negative length runs to the left."""
        for colour in dict.fromkeys(colours):
            mine = [bar for bar, its in zip(bars, colours, strict=True) if its == colour]
            boxes = [(start, middle - thickness / 2, length, thickness) for start, length, middle in mine]
            self.boxes(boxes, colour=colour)

    def circles(self, centres: Sequence[Point], *, colour: str, axes: Axes | None = None) -> None:
        """Draw open circles, in points or in the data units of the axes."""
        x, y = [x for x, _ in centres], [y for _, y in centres]
        circles = Line2D(x, y, linestyle="None", marker="o", markersize=5.5, markeredgewidth=1.4)
        circles.set(markerfacecolor="white", markeredgecolor=colour)
        self._add(circles, axes, zorder=5)

    def svg(self) -> str:
        """Return the picture as SVG text; the same drawing gives the same text."""
        stream = io.StringIO()
        self._figure.savefig(stream, format="svg", metadata={"Date": None})
        return stream.getvalue()

    def _add(self, artist: Artist, axes: Axes | None, *, zorder: float) -> None:
        """Put an artist on the axes in their units, or on the picture in points; nothing is clipped."""
        artist.set_zorder(zorder)
        if axes is None:
            artist.set_transform(self._points)
            self._figure.add_artist(artist)
        else:
            axes.add_artist(artist)
        artist.set_clip_on(False)
