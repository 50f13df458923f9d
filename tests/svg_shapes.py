"""Read the shapes of a finished picture back: colours as drawn and the places of boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.dom import minidom

WHITE = "#ffffff"
_LOOK = re.compile(r"([\w-]+):([^;]+)")
_BOX = re.compile(r"M(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) -?[\d.]+ -?[\d.]+ (-?[\d.]+) -?[\d.]+ -?[\d.]+z")


@dataclass(frozen=True)
class Box:
    """Hold one filled box of a picture."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Shape:
    """Hold one path of a picture with its colours; "" where it has no fill or no stroke."""

    fill: str
    stroke: str
    width: float
    dashed: bool
    boxes: tuple[Box, ...]


def shapes(svg: str) -> list[Shape]:
    """Return the paths of a picture in the order they are drawn, its white ground left out."""
    document = minidom.parseString(svg)  # noqa: S318 - our own SVG
    found = []
    for path in document.getElementsByTagName("path"):
        look = dict(_LOOK.findall(path.getAttribute("style")))
        for name in ("fill", "stroke"):
            if path.hasAttribute(name):
                look[name] = path.getAttribute(name)
        if not look or path.parentNode.nodeName in {"defs", "pattern", "clipPath"}:
            continue
        found.append(
            Shape(
                fill=_colour(look.get("fill", "")),
                stroke=_colour(look.get("stroke", "")),
                width=float(look.get("stroke-width", 1)),
                dashed="stroke-dasharray" in look,
                boxes=_boxes(path.getAttribute("d")),
            )
        )
    return found[1:] if found and found[0].fill == WHITE else found


def fills(svg: str) -> list[str]:
    """Return the colours of filled shapes, each once, in the order they are drawn."""
    return list(dict.fromkeys(shape.fill for shape in shapes(svg) if shape.fill))


def strokes(svg: str, *, at_least: float) -> list[str]:
    """Return the colours of coloured lines of at least a width, one of each look, in the order drawn."""
    lines = [shape for shape in shapes(svg) if not shape.fill and shape.stroke not in {"", WHITE}]
    looks = dict.fromkeys((line.stroke, line.width, line.dashed) for line in lines if line.width >= at_least)
    return [colour for colour, _, _ in looks]


def touching(svg: str, *, gap: float = 1.2) -> list[tuple[Shape, Shape]]:
    """Return the pairs of boxes that stand edge to edge, or with a hair between them."""
    boxes = [(shape, box) for shape in shapes(svg) if shape.fill for box in shape.boxes]
    pairs = []
    for place, (first, one) in enumerate(boxes):
        for second, other in boxes[place + 1 :]:
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            if first is not second and (
                (abs(down) <= gap and across > 2) or (abs(across) <= gap and down > 2)
            ):
                pairs.append((first, second))
    return pairs


def _colour(text: str) -> str:
    """Return a plain colour; "" for none and for patterns."""
    return text if re.fullmatch("#[0-9a-f]{6}", text) else ""


def _boxes(path: str) -> tuple[Box, ...]:
    found = []
    for left, start, right, end in _BOX.findall(path):
        across, down = sorted((float(left), float(right))), sorted((float(start), float(end)))
        found.append(Box(across[0], across[1], down[0], down[1]))
    return tuple(found)
