"""One finished figure: SVG, alt text, title and unit, ready for a notebook or an HTML page.

Does not draw (trend.py, ranking.py, …). The picture holds labels only: title and unit stand beside it as
text, where they can be selected, enlarged and read aloud.
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from uso_lib import specs
from uso_lib.presentation.charts import style

#: Pixels in a point: an SVG measured in points is shown at 96 pixels to the inch.
_PX = 96 / 72
_TAG = re.compile(r"<[^>]*>")
_DECIMAL = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_STYLE_SHEET = re.compile(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", re.DOTALL)
_FAMILY = re.compile(r"font-family: [^;\"]*;?\s*")
_SIZE = re.compile(rf"font-size: {style.TEXT_PT:g}px;?\s*")
_NO_ROTATION = re.compile(r'\s*transform="rotate\(-?0 [^)]*\)"')
_LONE_GROUP = re.compile(
    r"<g>((?:<(?:path|rect|use)\b[^>]*/>|<text\b[^>]*>[^<]*</text>|<defs>(?:<path\b[^>]*/>)*</defs>)*)</g>"
)
_LINE = re.compile(r"M((?:-?[\d.]+ ){8,}-?[\d.]+)(?=[MCQz\"])")
_REPEATED_LINE = re.compile(r"(?<=[\d.])L(?=[-\d.])")


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


def finished(
    spec: specs.FigureSpec, svg: str, *, kind: str, subtitle: str, alt: str, size_pt: tuple[float, float]
) -> Figure:
    """Make a figure of what was drawn for a declaration.

    Parameters
    ----------
    svg
        As matplotlib wrote it; stored in compact form.
    size_pt
        Width and height in points.
    """
    width, height = (round(side * _PX) for side in size_pt)
    return Figure(
        id=spec.id,
        kind=kind,
        title=spec.title,
        subtitle=subtitle,
        svg=compact(svg, width, height),
        alt=alt,
        width=width,
        height=height,
    )


def compact(svg: str, width: int, height: int) -> str:
    """Shorten matplotlib's SVG to about a third without a visible change.

    Coordinates keep one decimal of a point, the fonts are named once, and what says nothing (metadata, style
    sheet, ids of groups, empty rotations) goes. Texts are left alone: only what is inside tags is touched.
    """
    svg = _STYLE_SHEET.sub("", _PROLOGUE.sub("", svg))
    svg = _TAG.sub(lambda tag: _short_tag(tag.group()), svg)
    svg = re.sub(r">\s+<", "><", svg).strip()
    for _ in range(4):
        svg = _LONE_GROUP.sub(r"\1", svg)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="{_view_box(svg)}" font-family="{style.FONTS}" '
        f'font-size="{style.TEXT_PT:g}" stroke-linejoin="round">'
    )
    return _TAG.sub(lambda _: root, svg, count=1)


def _view_box(svg: str) -> str:
    found = re.search(r'viewBox="([^"]*)"', svg)
    return found.group(1) if found else ""


def _short_tag(tag: str) -> str:
    if tag.startswith("<g id="):
        return "<g>"
    tag = _NO_ROTATION.sub("", _SIZE.sub("", _FAMILY.sub("", tag)))
    tag = _DECIMAL.sub(lambda match: f"{float(match.group()):.1f}".removesuffix(".0"), tag)
    if " d=" in tag:
        tag = re.sub(r' d="[^"]*"', lambda match: _short_path(match.group()), tag)
    tag = tag.replace("stroke-linejoin: miter; ", "").replace("; ", ";").replace(": ", ":").replace(';"', '"')
    tag = tag.replace("text-anchor:start;", "")
    return tag.replace(' style=""', "").replace("-0 ", "0 ")


def _short_path(path: str) -> str:
    """Shorten path data; long lines are written as steps from point to point, which takes fewer digits."""
    joined = re.sub(r"\s*([MLCQz])\s*", r"\1", path.replace("\n", " "))
    return _LINE.sub(_steps, re.sub(r'\s+"$', '"', _REPEATED_LINE.sub(" ", joined)))


def _steps(line: re.Match[str]) -> str:
    """Write one line as a start and steps, which are differences of rounded places: no error adds up."""
    numbers = [Decimal(number) for number in line.group(1).split()]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    steps = [f"{_brief(x - left)} {_brief(y - down)}" for (left, down), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}".replace(" -", "-")


def _brief(number: Decimal) -> str:
    """Write a step of one decimal without its zeros: "-.5", "3"."""
    text = f"{number:.1f}".removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", "0" if text == "-0" else text)
