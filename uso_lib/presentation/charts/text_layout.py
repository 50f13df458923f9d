"""Measure, wrap and move labels apart, so that margins can be fixed before anything is drawn.

Does not draw. Widths are those of DejaVu Sans, which is wider than every font a reader's machine puts in its
place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from uso_lib.presentation.charts import style

#: "6–15 v." stays on one line.
_AGE = re.compile(r"(\d) v\.")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = style.TEXT_PT, *, bold: bool = False) -> float:
    """Return the width of one line of text in points."""
    if len(text) < 2:
        return _laid_out(text, size, bold=bold) / 64
    # A letter's room depends on the next one only: pairs are measured once and serve every text.
    pairs = sum(_laid_out(left + right, size, bold=bold) for left, right in pairwise(text))
    return (pairs - sum(_laid_out(letter, size, bold=bold) for letter in text[1:-1])) / 64


def widest(texts: Sequence[str], size: float = style.TEXT_PT, *, bold: bool = False) -> float:
    """Return the width of the widest line of several texts in points, 0 when there are none."""
    lines = [line for text in texts for line in text.split("\n")]
    return max((text_width(line, size, bold=bold) for line in lines), default=0.0)


def wrap(text: str, width: float, size: float = style.TEXT_PT, *, bold: bool = False) -> str:
    """Break a text at spaces so that each line fits the width in points; a longer word stays whole."""
    lines: list[str] = []
    for word in _AGE.sub("\\1\u00a0v.", text).split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, bold=bold) > width:
            lines.append(word)
        elif lines:
            lines[-1] = joined
        else:
            lines.append(word)
    return "\n".join(lines)


def height(text: str, size: float = style.TEXT_PT) -> float:
    """Return the height a text of one or more lines needs, in points."""
    return (text.count("\n") + 1) * size * style.LINE_HEIGHT


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels apart along one axis: none overlaps or leaves the range if they fit, and their order stays.

    Labels that would overlap are gathered into a block centred on where its members wanted to be (as isotonic
    regression pools neighbours), so that each stays as near to its line as it can.

    Parameters
    ----------
    wanted
        Wanted centres, any order.
    heights
        Height of each label.
    low, high
        The range the labels must stay in.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    blocks: list[list[int]] = []
    for index in order:
        blocks.append([index])
        while len(blocks) > 1 and _bottom(blocks[-1], wanted, heights, low, high) < _top(
            blocks[-2], wanted, heights, low, high
        ):
            last = blocks.pop()
            blocks[-1] += last
    placed = [0.0] * len(wanted)
    for block in blocks:
        edge = _bottom(block, wanted, heights, low, high)
        for index in block:
            placed[index] = edge + heights[index] / 2
            edge += heights[index]
    return placed


def _bottom(
    block: list[int], wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> float:
    """Return the lower edge of a block of touching labels centred on its members' wanted places."""
    offset, total = 0.0, 0.0
    for index in block:
        total += wanted[index] - (offset + heights[index] / 2)
        offset += heights[index]
    return max(low, min(total / len(block), high - offset))


def _top(
    block: list[int], wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> float:
    return _bottom(block, wanted, heights, low, high) + sum(heights[index] for index in block)


@lru_cache(maxsize=16384)
def _laid_out(text: str, size: float, *, bold: bool) -> int:
    """Return the width of a short text as the font lays it out, in 64ths of a point."""
    font = _font(bold=bold)
    font.set_size(size, 72)
    font.set_text(text)
    return int(font.get_width_height()[0])


@lru_cache(maxsize=2)
def _font(*, bold: bool) -> FT2Font:
    weight = "bold" if bold else "normal"
    return FT2Font(findfont(FontProperties(family=[style.FONT], weight=weight)))


# A font keeps its file open: read by two processes at once it would give letters from wrong places.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_font.cache_clear)
