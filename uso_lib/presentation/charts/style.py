"""The look of every figure: one palette, one set of sizes, one drawing context.

Does not draw anything. Every colour that carries text has a contrast of at least 4.5:1 on white. Every mark
has at least 3:1 to white and to the mark beside it, in normal vision, in grey and with a colour-vision
deficiency: white leaves room for two steps of 3:1, so there are dark and middle shades, and neighbours take
one of each. Colour is never the only sign: lines differ in dashes and end marks too, bars in order and
labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib as mpl

#: Points (1/72 inch). A page shows a figure at 360 px or less on a phone: 10 points then read as about 9 px.
WIDTH_PT = 360.0
TEXT_PT = 10.0
SMALL_PT = 9.0
ROW_PT = 17.0
LINE_HEIGHT = 1.25

FONTS = "'DejaVu Sans',Verdana,Arial,sans-serif"
FONT = "DejaVu Sans"

MEMBER = "#053276"
INK = "#262626"
WHITE = "#ffffff"
MUTED = "#595959"
#: Peers are pale with an edge that stands out from white, means a middle grey, the municipality dark: all
#: three keep 3:1 to one another.
PEER_BAR, PEER_EDGE = "#e9ecef", "#83878c"
MEAN_BAR = "#83878c"
#: The earlier of two years beside the municipality's newest, and losses beside its gains.
EARLIER_BAR = "#4690c6"
LOSS_BAR = "#b98430"
BAND, BAND_EDGE = "#e9ecef", "#83878c"
#: Fills that would not stand out from white on their own → the line around them.
EDGES = {PEER_BAR: PEER_EDGE}
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
    "peers": LineLook("#83878c", 1.7),
    "network": LineLook("#262626", 1.3, (5, 2)),
    "country": LineLook("#83878c", 1.9, (1.6, 1.6)),
}
#: A raw monthly series behind its own mean.
RAW_LINE = LineLook("#83878c", 0.9)

#: Dark and middle shades in turn.
_LINE_COLOURS = ("#053276", "#b98430", "#5a2340", "#4690c6", "#0e3f33", "#c07d78", "#3b2a66", "#4a9a8c")
_LINE_DASHES: tuple[tuple[float, ...], ...] = (
    (), (6, 2), (2, 1.6), (7, 2, 1.5, 2), (), (6, 2), (2, 1.6), (7, 2, 1.5, 2),
)  # fmt: skip
_LINE_MARKS = ("o", "s", "^", "D", "v", "P", "X", "h")
#: Shades of components side by side: which of a pair a component takes depends on what it touches.
DARK_SHADES = ("#053276", "#5a2340", "#0e3f33", "#552813", "#3b2a66")
MIDDLE_SHADES = ("#b98430", "#4690c6", "#9a86bf", "#4a9a8c", "#c07d78")
#: The same for components with an order of their own (ages): the hue goes on with the order.
DARK_ORDER = ("#0e3f33", "#003957", "#053276", "#3b2a66", "#581d65", "#5a2340")
MIDDLE_ORDER = ("#4a9a8c", "#4690c6", "#8a8cc7", "#ba74dc", "#be799e", "#c07d78")
#: Width in points of the white line around the components of a stack, which every shade stands out from.
SEPARATOR_PT = 1.0


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
    """Set the look for the seaborn figures drawn inside and leave everything outside as it was.

    For a consultant's own figures, to look like the report's.
    """
    with mpl.rc_context(_settings()):
        yield


@lru_cache(maxsize=1)
def _settings() -> Any:
    """Return seaborn's plain style with our own colours, sizes and reproducible SVG."""
    import seaborn as sns  # here, for the report's own figures do not need it

    own = {
        "font.family": [FONT],
        "font.size": TEXT_PT,
        "svg.fonttype": "none",
        # A label is a text: dollar signs in a name begin no formula.
        "text.parse_math": False,
        "svg.hashsalt": "uso",
        "path.simplify": True,
        "path.simplify_threshold": 0.3,
        "lines.scale_dashes": False,
        "axes.edgecolor": AXIS,
        "axes.linewidth": 0.8,
        "axes.unicode_minus": True,
    }
    return {**sns.axes_style("white"), **own}
