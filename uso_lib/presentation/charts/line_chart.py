"""Draw lines over years: names and newest values at their ends, breaks of definition as thin marks.

Does not choose what is drawn (trend.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from uso_lib import specs
from uso_lib.presentation.charts import style, text_layout
from uso_lib.presentation.charts.canvas import Canvas, Margins, Point, Vertical
from uso_lib.presentation.charts.frame import LABEL_GAP_PT, Frame, tick_labels, value_ticks
from uso_lib.presentation.charts.series import Band, Line, Numbers, marked, year_number
from uso_lib.presentation.words import finnish

_PLOT_PT = 185.0
_LABEL_PT = 140.0
_NOTE_PT = 120.0
#: With at most this many points a line shows each of them.
_SPARSE = 12
#: Beyond this many points (monthly series) lines are drawn thinner.
_DENSE, _DENSE_WIDTH = 60, 0.65

#: A text under or over the plot and the year it belongs to.
Note = tuple[float, str]


def draw_lines(
    lines: Sequence[Line], *, decimals: int, bands: Sequence[Band] = (), breaks: Sequence[specs.Break] = ()
) -> Canvas:
    """Draw lines, the first on top, with their names and newest values at the right.

    Parameters
    ----------
    decimals
        Decimals of the values at the ends; the axis takes as many as its steps need.
    bands
        Light spread behind the lines.
    breaks
        Breaks of definition to mark within the drawn years.
    """
    x_limits = _x_limits(lines)
    ticks = value_ticks(*_value_limits(lines, bands, decimals))
    newest = lines[0].end[0]
    if "M" in newest and any(line.end[0] != newest for line in lines):
        newest = ""  # months that differ are all named
    labels = [_end_label(line, decimals, newest) for line in lines]
    label_widths = [
        text_layout.widest([label], bold=line.bold) for label, line in zip(labels, lines, strict=True)
    ]
    left, right = text_layout.widest(tick_labels(ticks)) + 8, max(label_widths) + LABEL_GAP_PT + 4
    marks = _wrapped(_break_notes(breaks, x_limits), style.WIDTH_PT)
    notes = _wrapped(_series_notes(lines[0]), style.WIDTH_PT - left - right)
    margins = Margins(left, right, 8 + _notes_height(marks), 20 + _notes_height(notes))
    canvas = Canvas(_PLOT_PT + margins.top + margins.bottom)
    frame = Frame(canvas, margins, x_limits, (ticks[0], ticks[-1]))
    frame.draw_grid(ticks)
    frame.draw_years(_own_years(lines))
    _draw_breaks(frame, marks, before=_half_step(lines))
    _draw_notes(frame, notes)
    for band in bands:
        there, back = _points(band.x, band.low), _points(band.x, band.high)[::-1]
        canvas.area([*there, *back], colour=style.BAND, edge=style.BAND_EDGE, width=0.6, plot=frame.plot)
    for depth, line in enumerate(reversed(lines)):
        _draw_line(frame, line, depth=3 + depth)
    _draw_end_labels(frame, lines, labels)
    return canvas


def _draw_line(frame: Frame, line: Line, *, depth: int) -> None:
    count = sum(int(np.isfinite(part.y).sum()) for part in line.parts)
    dotted = line.dots and count <= _SPARSE
    look = replace(line.look, width=line.look.width * (_DENSE_WIDTH if count > _DENSE else 1))
    filled = {"fill": look.colour}
    for part in line.parts:
        points = _points(part.x, part.y)
        frame.canvas.curve(points, look, frame.plot, depth=depth)
        if dotted and look.mark:
            frame.canvas.marks(look.mark, 4, points, filled, frame.plot, depth=depth)
        alone = _alone(part.y)
        if alone.any() and not dotted:
            lone = _points(part.x[alone], part.y[alone])
            frame.canvas.marks("o", 4.5, lone, {**filled, "stroke": look.colour}, frame.plot, depth=depth)
    if look.mark:
        frame.canvas.marks(look.mark, 6, [line.end[1:3]], filled, frame.plot, depth=depth)


def _points(x: Numbers, y: Numbers) -> list[Point]:
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _alone(values: Numbers) -> npt.NDArray[np.bool_]:
    """Return which values have no neighbour to be joined with."""
    known = np.concatenate([[False], np.isfinite(values), [False]])
    return np.asarray(known[1:-1] & ~known[:-2] & ~known[2:], dtype=np.bool_)


def _draw_end_labels(frame: Frame, lines: Sequence[Line], labels: Sequence[str]) -> None:
    """Write names and newest values at the right, tied to their lines by thin leaders where they moved."""
    places = frame.label_places([line.end[2] for line in lines], labels)
    column = frame.plot_right + LABEL_GAP_PT
    for line, label, place in zip(lines, labels, places, strict=True):
        start, y = frame.x(line.end[1]) + 5, frame.y(line.end[2])
        if abs(place - y) > 3 or start < frame.plot_right - 4:
            frame.canvas.line((start, y), (column - 2, place), colour=line.look.colour, width=0.8)
        colour = style.MEMBER if line.bold else style.INK
        frame.canvas.text(column, place, label, colour=colour, bold=line.bold)


def _draw_breaks(frame: Frame, marks: Sequence[Note], *, before: float) -> None:
    """Draw a thin line half a step before the first period after a break, and its name above."""
    x_places = [max(frame.x(year - before), frame.margins.left) for year, _ in marks]
    places = _along(marks, x_places, 2, frame.canvas.width - 2)
    top = frame.plot_top + 3
    for x, (_, text), place in zip(x_places, marks, places, strict=True):
        frame.canvas.line((x, frame.margins.bottom), (x, top), colour=style.MUTED, dashes=(1.5, 2))
        _note(frame, place, top + 5, text, "bottom")


def _draw_notes(frame: Frame, notes: Sequence[Note]) -> None:
    """Name the definition of each separate part of a line under the years."""
    places = _along(notes, [frame.x(year) for year, _ in notes], frame.margins.left, frame.plot_right)
    for (_, text), place in zip(notes, places, strict=True):
        _note(frame, place, frame.margins.bottom - 19, text, "top")


def _note(frame: Frame, x: float, y: float, text: str, vertical: Vertical) -> None:
    frame.canvas.text(x, y, text, side="center", vertical=vertical, colour=style.MUTED, size=style.SMALL_PT)


def _end_label(line: Line, decimals: int, newest: str) -> str:
    """Return name and newest value; the period too when it is not the given newest one."""
    value = marked(finnish.number(line.end[2], decimals), line.end[3])
    when = "" if line.end[0] == newest else f"{finnish.NBSP}({finnish.period(line.end[0], 'short')})"
    name = f"{line.label}:" if line.label[-1:].isdigit() else line.label
    return text_layout.wrap(f"{name} {value}{when}", _LABEL_PT, bold=line.bold)


def _x_limits(lines: Sequence[Line]) -> tuple[float, float]:
    first = min(float(part.x[np.isfinite(part.y)].min()) for line in lines for part in line.parts)
    last = max(float(part.x[np.isfinite(part.y)].max()) for line in lines for part in line.parts)
    edge = max((last - first) * 0.025, 0.05)
    return first - edge, last + edge


def _own_years(lines: Sequence[Line]) -> list[int]:
    """Return the years in which any line has a value."""
    years = {float(year) for line in lines for part in line.parts for year in part.x[np.isfinite(part.y)]}
    return sorted({int(year) for year in years})


def _value_limits(lines: Sequence[Line], bands: Sequence[Band], decimals: int) -> tuple[float, float]:
    """Return the range of the value axis: all of the lines and of the spread, and zero when it is near."""
    drawn = [part.y for line in lines for part in line.parts]
    values = np.concatenate([*drawn, *(edge for band in bands for edge in (band.low, band.high))])
    low, high = least, _ = float(np.nanmin(values)), float(np.nanmax(values))
    room = max(high - low, 4 * 10.0**-decimals, 0.02 * abs(high))
    if high - low < room:
        low, high = (high + low - room) / 2, (high + low + room) / 2
    low = max(low, 0.0) if least >= 0 else low
    return (0.0 if 0 <= low < 0.4 * high else low), high


def _break_notes(breaks: Sequence[specs.Break], x_limits: tuple[float, float]) -> list[Note]:
    marks = [(year_number(mark.period), mark.title) for mark in breaks]
    return [(year, title) for year, title in marks if x_limits[0] < year <= x_limits[1]]


def _series_notes(line: Line) -> list[Note]:
    """Return the middle year and the name of every named definition of a line."""
    spans: dict[str, tuple[float, float]] = {}
    for part in line.parts:
        known = part.x[np.isfinite(part.y)]
        low, high = spans.get(part.label, (float(known.min()), float(known.max())))
        spans[part.label] = (min(low, float(known.min())), max(high, float(known.max())))
    return [((low + high) / 2, label) for label, (low, high) in spans.items() if label]


def _half_step(lines: Sequence[Line]) -> float:
    """Return half the time between two periods: half a month in a monthly series, else half a year."""
    monthly = any((part.x % 1 > 0).any() for line in lines for part in line.parts)
    return 1 / 24 if monthly else 0.5


def _wrapped(notes: Sequence[Note], room: float) -> list[Note]:
    """Wrap notes so narrow that they all fit side by side."""
    width = min(_NOTE_PT, room / max(1, len(notes)) - 8)
    return [(year, text_layout.wrap(text, width, style.SMALL_PT)) for year, text in notes]


def _along(notes: Sequence[Note], wanted: Sequence[float], low: float, high: float) -> list[float]:
    widths = [text_layout.widest([text], style.SMALL_PT) + 8 for _, text in notes]
    return text_layout.spread(wanted, widths, low, high)


def _notes_height(notes: Sequence[Note]) -> float:
    return max((text_layout.height(text, style.SMALL_PT) + 4 for _, text in notes), default=0.0)
