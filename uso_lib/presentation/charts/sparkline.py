"""Draw the tiny trend of the summary table: the municipality's line and its newest point, nothing else.

Does not use matplotlib: a page holds dozens of these, each some hundred bytes.
"""

from __future__ import annotations

import math

from uso_lib import specs
from uso_lib.analysis.results import Comparison
from uso_lib.presentation.charts import alt_text, style
from uso_lib.presentation.charts.figure import Figure
from uso_lib.presentation.charts.series import Line, stretch_line

WIDTH_PX, HEIGHT_PX = 96, 24
_EDGE_PX = 4


def draw_sparkline(comparison: Comparison) -> Figure | None:
    """Draw the municipality's own line as far as no break parts it; None with fewer than two periods."""
    line = None if comparison.missing else stretch_line(comparison)
    if line is None:
        return None
    spec = specs.FigureSpec(
        id=f"{comparison.indicator.id}_sparkline", kind="trend", title=comparison.indicator.title
    )
    return Figure(
        id=spec.id,
        kind="sparkline",
        title=spec.title,
        subtitle="",
        svg=_svg(line),
        alt=alt_text.sparkline(comparison),
        width=WIDTH_PX,
        height=HEIGHT_PX,
    )


def _svg(line: Line) -> str:
    points = [
        (float(x), float(y))
        for part in line.parts
        for x, y in zip(part.x, part.y, strict=True)
        if math.isfinite(y)
    ]
    years, values = [x for x, _ in points], [y for _, y in points]
    first, span = min(years), (max(years) - min(years)) or 1.0
    low, reach = min(values), (max(values) - min(values))

    def place(x: float, y: float) -> str:
        across = _EDGE_PX + (x - first) / span * (WIDTH_PX - 2 * _EDGE_PX)
        up = (y - low) / reach if reach else 0.5
        return f"{across:.1f} {HEIGHT_PX - _EDGE_PX - up * (HEIGHT_PX - 2 * _EDGE_PX):.1f}"

    path = ""
    for part in line.parts:
        pen = "M"
        for x, y in zip(part.x, part.y, strict=True):
            if not math.isfinite(y):
                pen = "M"
                continue
            path += f"{pen}{place(float(x), float(y))}"
            pen = "L"
    across, down = place(line.end[1], line.end[2]).split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_PX}" height="{HEIGHT_PX}" '
        f'viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}"><path d="{path}" fill="none" stroke="{style.MEMBER}" '
        f'stroke-width="1.6" stroke-linejoin="round"/><circle cx="{across}" cy="{down}" r="2.6" '
        f'fill="{style.MEMBER}"/></svg>'
    )
