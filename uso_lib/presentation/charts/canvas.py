"""A drawing surface measured in points, written as SVG.

Does not know what it draws: chart modules put texts, lines and boxes on it and take the SVG from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from uso_lib.presentation.charts import style, svg

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
_ANCHORS = {"left": "", "center": "middle", "right": "end"}
#: The colour letters have by themselves.
_LETTERS = "#000000"
_NOWHERE = (float("nan"), float("nan"))
#: What covers what: the marks of a plot lie under everything given in points, texts over the rest of it.
_IN_PLOT, _ON_PICTURE = 0, 1
_TEXT_DEPTH = 3.0


@dataclass(frozen=True)
class Margins:
    """Give the space around a plot in points."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Plot:
    """Hold the place of a plot in the picture in points and what its edges stand for in data units."""

    box: Box
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]

    def x(self, value: float) -> float:
        """Return the place of a value along the plot in points."""
        low, high = self.x_limits
        return self.box[0] + (value - low) / (high - low) * self.box[2]

    def y(self, value: float) -> float:
        """Return the place of a value up the plot in points."""
        low, high = self.y_limits
        return self.box[1] + (value - low) / (high - low) * self.box[3]


class Canvas:
    """Place texts, lines and boxes by points from the lower left corner, or by the data units of a plot.

    Parameters
    ----------
    height, width
        Size in points.
    """

    def __init__(self, height: float, width: float = style.WIDTH_PT) -> None:
        self.width, self.height = width, height
        self._drawn: list[tuple[tuple[int, float, bool], str]] = []
        self._marks: dict[str, str] = {}

    def plot(self, margins: Margins, x_limits: tuple[float, float], y_limits: tuple[float, float]) -> Plot:
        """Return the plot inside the margins; limits in data units."""
        width = self.width - margins.left - margins.right
        height = self.height - margins.top - margins.bottom
        return Plot((margins.left, margins.bottom, width, height), x_limits, y_limits)

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
        first = y + above * step - _BASELINE[vertical] * size
        look = {
            "font-weight": "700" if bold else "",
            "font-size": f"{size:g}px" if size != style.TEXT_PT else "",
            "text-anchor": _ANCHORS[side],
            "fill": "" if colour == _LETTERS else colour,
        }
        look = {key: value for key, value in look.items() if value}
        for index, line in enumerate(lines):
            if line:
                written = svg.text(line, x, self.height - (first - index * step), look)
                self._put(written, None, depth=_TEXT_DEPTH, text=True)

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
        plot: Plot | None = None,
        behind: bool = False,
    ) -> None:
        """Draw straight lines, in points or in the data units of a plot, all in one stroke.

        Parameters
        ----------
        behind
            Whether boxes cover the lines.
        """
        if segments:
            points = list(chain.from_iterable((start, end, _NOWHERE) for start, end in segments))
            look = _stroke(colour, width, dashes)
            self._line(points, look, plot, depth=1.2 if behind else 2)

    def curve(self, points: Sequence[Point], look: style.LineLook, plot: Plot, *, depth: float) -> None:
        """Draw a line through points in the data units of a plot; it is broken where one is missing.

        Parameters
        ----------
        look
            Its mark is left out.
        depth
            Lines of a greater depth cover it.
        """
        stroke = _stroke(look.colour, look.width, look.dashes)
        self._line(
            points, stroke if look.dashes else {**stroke, "stroke-linecap": "round"}, plot, depth=depth
        )

    def area(self, points: Sequence[Point], *, colour: str, edge: str, width: float, plot: Plot) -> None:
        """Fill an area given by its corners in the data units of a plot, behind everything else."""
        look = {"fill": colour, **edge_look(edge, width), "stroke-linejoin": "miter"}
        self._put(svg.joined([svg.path(self._places(points, plot), closed=True)], look), plot, depth=1)

    def boxes(
        self, boxes: Sequence[Box], *, colour: str, edge: float = 0.0, plot: Plot | None = None
    ) -> None:
        """Fill boxes, in points or in the data units of a plot, all as one shape.

        Parameters
        ----------
        edge
            Width of the white line around each box in points, to keep neighbours apart. Pale fills have a
            line of their own, to stand out from white.
        """
        outline = style.EDGES.get(colour, style.WHITE)
        stroke = _PALE_EDGE_PT if colour in style.EDGES else edge
        drawn = [
            svg.path(self._places(_corners(box), plot), closed=True) for box in boxes if box[2] and box[3]
        ]
        if drawn:
            around = {**edge_look(outline, stroke), "stroke-linejoin": "miter"} if stroke else {}
            self._put(svg.joined(drawn, {"fill": colour, **around}), plot, depth=1.5)

    def bars(
        self, bars: Sequence[tuple[float, float, float]], *, thickness: float, colours: Sequence[str]
    ) -> None:
        """Draw horizontal bars (start, length, middle) in points; a negative length runs to the left."""
        for colour in dict.fromkeys(colours):
            mine = [bar for bar, its in zip(bars, colours, strict=True) if its == colour]
            boxes = [(start, middle - thickness / 2, length, thickness) for start, length, middle in mine]
            self.boxes(boxes, colour=colour)

    def circles(self, centres: Sequence[Point], *, colour: str, plot: Plot | None = None) -> None:
        """Draw open circles, in points or in the data units of a plot."""
        look = {"fill": style.WHITE, **edge_look(colour, 1.4)}
        self.marks("o", 5.5, centres, look, plot, depth=5)

    def marks(
        self,
        name: str,
        size: float,
        centres: Sequence[Point],
        look: Mapping[str, str],
        plot: Plot | None,
        *,
        depth: float,
    ) -> None:
        """Draw a mark ("o", "s") of a size in points at every place, but those that are missing."""
        own, self._marks[own] = svg.mark(name, size)
        uses = "".join(
            f'<use xlink:href="#{own}" x="{svg.number(x)}" y="{svg.number(y)}"{svg.attributes(look)}/>'
            for x, y in self._places(centres, plot)
            if x == x and y == y
        )
        self._put(uses, plot, depth=depth)

    def svg(self) -> str:
        """Return the picture as SVG text; the same drawing gives the same text."""
        return svg.page(self._body(), self.width, self.height)

    def _body(self) -> str:
        """Return what is drawn, what covers other things after them."""
        ground = svg.path([(0, self.height), (self.width, self.height), (self.width, 0), (0, 0)], closed=True)
        drawn = [written for _, written in sorted(self._drawn, key=lambda one: one[0])]
        return "".join([svg.joined([ground], {"fill": style.WHITE}), *self._marks.values(), *drawn])

    def _line(
        self, points: Sequence[Point], look: Mapping[str, str], plot: Plot | None, *, depth: float
    ) -> None:
        written = svg.broken(self._places(points, plot), self.width, self.height)
        self._put(svg.joined([written], look), plot, depth=depth)

    def _places(self, points: Sequence[Point], plot: Plot | None) -> list[Point]:
        """Return points, in points or in the data units of a plot, from the upper left corner."""
        if plot is None:
            return [(x, self.height - y) for x, y in points]
        return [(plot.x(x), self.height - plot.y(y)) for x, y in points]

    def _put(self, written: str, plot: Plot | None, *, depth: float, text: bool = False) -> None:
        """Put something on the picture; what comes later or has a greater depth covers it."""
        self._drawn.append(((_ON_PICTURE if plot is None else _IN_PLOT, depth, text), written))


def _corners(box: Box) -> list[Point]:
    x, y, width, height = box
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def edge_look(colour: str, width: float) -> dict[str, str]:
    """Return the look of a line, without the width that lines have by themselves."""
    return {"stroke": colour, "stroke-width": svg.number(width)} if width != 1 else {"stroke": colour}


def _stroke(colour: str, width: float, dashes: tuple[float, ...]) -> dict[str, str]:
    """Return the look of a line that fills nothing."""
    broken = {"stroke-dasharray": ",".join(map(svg.number, dashes)), "stroke-dashoffset": "0"}
    return {"fill": "none", **(broken if dashes else {}), **edge_look(colour, width)}
