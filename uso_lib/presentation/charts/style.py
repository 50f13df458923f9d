"""The look of every figure: one palette, one set of sizes, one drawing context.

Does not draw anything. Every colour that carries text has a contrast of at least 4.5:1 on white, and colour
is never the only sign: lines differ in dashes and end marks too, bars in order and labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import seaborn as sns

#: Points (1/72 inch). A page shows a figure at 360 px or less on a phone: 10 points then read as about 9 px.
WIDTH_PT = 360.0
TEXT_PT = 10.0
SMALL_PT = 9.0
ROW_PT = 17.0
LINE_HEIGHT = 1.25

FONTS = "'DejaVu Sans',Verdana,Arial,sans-serif"
FONT = "DejaVu Sans"

MEMBER = "#0a4c86"
INK = "#262626"
MUTED = "#595959"
PEER_BAR = "#c3c8ce"
MEAN_BAR = "#6b6b6b"
BAND = "#e4e7ea"
GRID = "#dcdfe3"
AXIS = "#8c8c8c"


@dataclass(frozen=True)
class LineLook:
    """Give the look of a line: colour, width and dashes in points (none = solid), mark at its end."""

    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    mark: str = ""


#: The municipality itself and its groups, told apart by width, dashes and end mark as well as by shade.
MEMBER_LINE = LineLook(MEMBER, 2.4, (), "o")
GROUP_LINES = {
    "peers": LineLook("#4d4d4d", 1.5),
    "network": LineLook("#6e6e6e", 1.4, (5, 2)),
    "country": LineLook("#262626", 1.3, (1.3, 1.7)),
}

_LINE_COLOURS = ("#0a4c86", "#b4530a", "#1f7a6f", "#7a3e8f", "#5a5a5a", "#8a6a00", "#a3283c", "#2f6d2f")
_LINE_DASHES: tuple[tuple[float, ...], ...] = (
    (), (6, 2), (2, 1.6), (7, 2, 1.5, 2), (), (6, 2), (2, 1.6), (7, 2, 1.5, 2),
)  # fmt: skip
_LINE_MARKS = ("o", "s", "^", "D", "v", "P", "X", "h")
#: Neighbours in a stack differ in lightness, so that they stay apart in grey print.
_SEGMENT_COLOURS = (
    "#0a4c86", "#f0a94c", "#4f9ac4", "#e3dccb", "#8c3b2e",
    "#8fcfc0", "#5d5480", "#b9bec5", "#2f6f5e", "#d8c79a",
)  # fmt: skip


def line_looks(count: int) -> list[LineLook]:
    """Return the looks of several lines, each with its own colour, dashes and end mark."""
    return [
        LineLook(
            _LINE_COLOURS[index % len(_LINE_COLOURS)],
            1.9,
            _LINE_DASHES[index % len(_LINE_DASHES)],
            _LINE_MARKS[index % len(_LINE_MARKS)],
        )
        for index in range(count)
    ]


def segment_colours(count: int, *, ordered: bool = False) -> list[str]:
    """Return the colours of stack segments: a ramp from light to dark when they have an order (ages)."""
    if ordered:
        return list(sns.color_palette(f"blend:#d6e6f2,#5f9ccb,{MEMBER},#021324", count).as_hex())
    return [_SEGMENT_COLOURS[index % len(_SEGMENT_COLOURS)] for index in range(count)]


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (0 black, 1 white), as WCAG 2.1 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str = "#ffffff") -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.1 defines it."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Return white or black, whichever is easier to read on the colour: always at least 4.5:1."""
    return "#ffffff" if contrast("#ffffff", colour) > contrast("#000000", colour) else "#000000"


@contextmanager
def drawing() -> Iterator[None]:
    """Set the look for the figures drawn inside and leave everything outside as it was."""
    with mpl.rc_context(_settings()):
        yield


def dash_style(dashes: Sequence[float]) -> Any:
    """Return matplotlib's line style for dashes given in points."""
    return (0, tuple(dashes)) if dashes else "-"


@lru_cache(maxsize=1)
def _settings() -> Any:
    """Return seaborn's plain style with our own colours, sizes and reproducible SVG."""
    own = {
        "font.family": [FONT],
        "font.size": TEXT_PT,
        "svg.fonttype": "none",
        "svg.hashsalt": "uso",
        "path.simplify": True,
        "path.simplify_threshold": 0.3,
        "lines.scale_dashes": False,
        "axes.edgecolor": AXIS,
        "axes.linewidth": 0.8,
        "axes.unicode_minus": True,
    }
    return {**sns.axes_style("white"), **own}
