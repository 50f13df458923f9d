"""Draw municipalities, or indicators, as horizontal bars with the value at the end of each bar.

Does not decide between kinds (figures.py). The picture follows the network's brochure: municipalities sorted,
the municipality highlighted, the means as the last bars. A thin line over a bar's end is the interval of its
figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from uso_lib import specs
from uso_lib.analysis.results import Comparison, GroupFigure
from uso_lib.presentation.charts import alt_text, style, text_layout
from uso_lib.presentation.charts.canvas import Canvas
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.series import as_float, marked, shown_groups
from uso_lib.presentation.charts.trend import indicator_unit, under_title
from uso_lib.presentation.sections.records import is_known, ranking_lines
from uso_lib.presentation.words import finnish

_GAP_PT = 7.0
_BAR_SHARE = 0.72
_WHISKER_PT, _HALO_PT, _CAP_PT = 1.0, 2.6, 5.0


@dataclass(frozen=True)
class Bar:
    """Hold one bar: its name, length, the text at its end, its look and the interval of its figure."""

    name: str
    value: float
    text: str
    colour: str
    bold: bool = False
    gap_before: bool = False
    low: float = math.nan
    high: float = math.nan

    @property
    def interval(self) -> bool:
        """Tell whether the figure has an interval."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def end(self) -> float:
        """Return where the label begins: at the end of the bar or of the line over it, in the bar's unit."""
        return max(self.value, self.high) if self.interval and self.value >= 0 else self.value


def draw_ranking(spec: specs.FigureSpec, comparison: Comparison) -> Figure:
    """Draw the municipality among its peers, sorted, with the means as the last bars."""
    bars = [*_municipality_bars(comparison), *_mean_bars(comparison)]
    canvas = draw_bars(bars)
    when = finnish.period(comparison.period or "", "plain")
    return finished(
        spec,
        canvas,
        kind="ranking",
        subtitle=f"{under_title(indicator_unit(spec.title, comparison.indicator), when)}{_notes(comparison)}",
        alt=alt_text.ranking(comparison),
    )


def draw_bars(bars: Sequence[Bar]) -> Canvas:
    """Draw horizontal bars from zero with names on the left and values after the ends and their intervals."""
    left = max(text_layout.widest([bar.name], bold=bar.bold) for bar in bars) + 8
    tops, height = _tops(bars)
    low = min(0.0, *(bar.value for bar in bars if math.isfinite(bar.value)), 0.0)
    high = max(0.0, *(bar.end for bar in bars if math.isfinite(bar.value)), 0.0)
    before, after = _label_room(bars)
    canvas = Canvas(height)
    scale = (style.WIDTH_PT - left - before - after) / ((high - low) or 1.0)
    zero = left + before - low * scale
    known = [(bar, top) for bar, top in zip(bars, tops, strict=True) if math.isfinite(bar.value)]
    canvas.bars(
        [(zero, bar.value * scale, top - style.ROW_PT / 2) for bar, top in known],
        thickness=style.ROW_PT * _BAR_SHARE,
        colours=[bar.colour for bar, _ in known],
    )
    _whiskers(canvas, [(bar, top - style.ROW_PT / 2) for bar, top in known if bar.interval], zero, scale)
    for bar, top in zip(bars, tops, strict=True):
        _label(canvas, bar, top - style.ROW_PT / 2, left, zero, scale)
    canvas.line((zero, 2), (zero, height - 2), colour=style.AXIS)
    return canvas


def _whiskers(canvas: Canvas, bars: Sequence[tuple[Bar, float]], zero: float, scale: float) -> None:
    """Draw the intervals: a dark line with small caps, edged in white so that it shows on dark bars too."""
    lines = []
    for bar, middle in bars:
        low, high = zero + bar.low * scale, zero + bar.high * scale
        lines.append(((low, middle), (high, middle)))
        lines += [((end, middle - _CAP_PT / 2), (end, middle + _CAP_PT / 2)) for end in (low, high)]
    canvas.rules(lines, colour=style.WHITE, width=_HALO_PT)
    canvas.rules(lines, colour=style.INK, width=_WHISKER_PT)


def _label(canvas: Canvas, bar: Bar, middle: float, left: float, zero: float, scale: float) -> None:
    """Write the name at the left and the value outside the end of the bar."""
    colour = style.MEMBER if bar.bold else style.INK
    canvas.text(left - 8, middle, bar.name, side="right", colour=colour, bold=bar.bold)
    if not math.isfinite(bar.value):
        canvas.text(zero + 5, middle, bar.text, colour=style.MUTED)
    elif bar.value < 0:
        canvas.text(
            zero + bar.value * scale - 4, middle, bar.text, side="right", colour=colour, bold=bar.bold
        )
    else:
        canvas.text(zero + bar.end * scale + 4, middle, bar.text, colour=colour, bold=bar.bold)


def _label_room(bars: Sequence[Bar]) -> tuple[float, float]:
    """Return the room for values before negative and after positive bars, in points."""
    negative = [bar.text for bar in bars if bar.value < 0]
    positive = [bar.text for bar in bars if not bar.value < 0]
    before = text_layout.widest(negative, bold=True) + 6 if negative else 2.0
    return before, text_layout.widest(positive, bold=True) + 8 if positive else 4.0


def _tops(bars: Sequence[Bar]) -> tuple[list[float], float]:
    """Return the upper edge of every row and the height of the whole picture, in points."""
    gaps = sum(bar.gap_before for bar in bars)
    height = len(bars) * style.ROW_PT + gaps * _GAP_PT + 4
    tops, edge = [], height - 2
    for bar in bars:
        edge -= _GAP_PT if bar.gap_before else 0
        tops.append(edge)
        edge -= style.ROW_PT
    return tops, height


def _municipality_bars(comparison: Comparison) -> list[Bar]:
    bars = []
    for row in ranking_lines(comparison):
        value, mark, own = as_float(row["value"]), str(row["symbol"]), bool(row["is_member"])
        text = marked(finnish.number(value, comparison.indicator.decimals), mark)
        bars.append(
            Bar(
                name=str(row["name"]),
                value=value,
                text=text if math.isfinite(value) else finnish.missing_words(mark),
                colour=style.MEMBER if own else style.PEER_BAR,
                bold=own,
                low=as_float(row["low"]),
                high=as_float(row["high"]),
            )
        )
    return bars


def _mean_bars(comparison: Comparison) -> list[Bar]:
    """Return the peers' mean, and the network's and the country's where levels can be compared."""
    names = {
        "peers": "Verrokkien keskiarvo",
        "network": "USO-verkosto",
        "country_own": "Koko maa",
        "country": "Kaikki kunnat",
    }
    return [
        Bar(
            name=names[group.group],
            value=group.value if group.value is not None else math.nan,
            text=_group_text(group, comparison.indicator.decimals),
            colour=style.MEAN_BAR,
            gap_before=index == 0,
        )
        for index, group in enumerate(shown_groups(comparison))
    ]


def _notes(comparison: Comparison) -> str:
    """Return what the thin lines, the groups' bars and the counts in brackets are, where there are any."""
    groups = shown_groups(comparison)
    notes = []
    if any(is_known(row["low"]) and is_known(row["high"]) for row in ranking_lines(comparison)):
        notes.append(f"Viiva: {finnish.LEVEL} luottamusväli.")
    if any(group.group == "network" for group in groups):
        notes.append("USO-verkosto: kuntien keskiarvo.")
    if any(group.with_data < group.members for group in groups):
        notes.append("Suluissa: kuntia, joista on tieto.")
    return " ".join([".", *notes]) if notes else ""


def _group_text(group: GroupFigure, decimals: int) -> str:
    """Return the group's value, and how many of its municipalities it rests on when some are missing."""
    text = finnish.number(group.value, decimals)
    if group.with_data < group.members:
        return f"{text} ({group.with_data}/{group.members})"
    return text
