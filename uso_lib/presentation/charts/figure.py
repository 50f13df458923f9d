"""One finished figure: SVG, alt text, title and unit, ready for a notebook or an HTML page.

Does not draw (trend.py, ranking.py, …). The picture holds labels only: title and unit stand beside it as
text, where they can be selected, enlarged and read aloud.
"""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass

from uso_lib import specs
from uso_lib.presentation.charts import svg
from uso_lib.presentation.charts.canvas import Canvas


@dataclass(frozen=True)
class Figure:
    """Hold one finished figure.

    Parameters
    ----------
    id
        The declared id of the figure.
    kind
        The kind actually drawn: a trend of a single year becomes a ``ranking`` or ``bars``.
    title, subtitle
        What is shown; its unit, years and what the shades mean. Printed beside the picture, not inside it.
    svg
        The picture as one SVG element, without scripts, style sheets or outside references.
    alt
        The finding in Finnish with its numbers.
    width, height
        Natural size in CSS pixels.
    """

    id: str
    kind: str
    title: str
    subtitle: str
    svg: str
    alt: str
    width: int
    height: int

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show the picture in a notebook, and its alt text where pictures are not shown."""
        del include, exclude
        return {"image/svg+xml": self.svg, "text/plain": self.alt}

    @property
    def image(self) -> str:
        """Return the picture as one HTML ``<img>`` element with the SVG inside and an escaped alt text."""
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        return (
            f'<img src="data:image/svg+xml;base64,{data}" width="{self.width}" height="{self.height}" '
            f'alt="{html.escape(self.alt, quote=True)}">'
        )


def finished(spec: specs.FigureSpec, canvas: Canvas, *, kind: str, subtitle: str, alt: str) -> Figure:
    """Make a figure of what was drawn for a declaration."""
    return Figure(
        id=spec.id,
        kind=kind,
        title=spec.title,
        subtitle=subtitle,
        svg=canvas.svg(),
        alt=alt,
        width=svg.pixels(canvas.width),
        height=svg.pixels(canvas.height),
    )
