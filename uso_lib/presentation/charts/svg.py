"""Write shapes as short SVG text: coordinates with one decimal of a point, long lines as steps.

Does not know what is drawn; places are given in points from the upper left corner.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from uso_lib.presentation.charts import style

Place = tuple[float, float]

#: A line of fewer points is written by its places, a longer one by the steps between them.
_FEWEST_STEPS = 5
#: From this many points on a line loses those that lie this near to it, which cannot be seen.
_MANY, _UNSEEN_PT = 128, 0.3
#: Places that differ by less than rounding in their computation are written alike.
_DIGITS = 6
#: How matplotlib's shapes go on.
_LETTERS = {int(Path.MOVETO): "M", int(Path.LINETO): " ", int(Path.CURVE3): "Q", int(Path.CURVE4): "C"}


def page(body: str, width: float, height: float) -> str:
    """Return a whole picture on white; its width and height are given in points."""
    wide, high = number(width), number(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{pixels(width)}" height="{pixels(height)}" viewBox="0 0 {wide} {high}" '
        f'font-family="{style.FONTS}" font-size="{style.TEXT_PT:g}" stroke-linejoin="round">{body}</svg>'
    )


def pixels(points: float) -> int:
    """Return points as pixels, which are 96 to the inch."""
    return round(points * 96 / 72)


def number(value: float) -> str:
    """Write a number with one decimal at most."""
    text = f"{round(value, _DIGITS):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path(points: Sequence[Place], *, closed: bool = False) -> str:
    """Write an unbroken line through places; closed, it goes back to the first."""
    end = "z" if closed else ""
    if len(points) < _FEWEST_STEPS:
        return f"M{' '.join(f'{number(x)} {number(y)}' for x, y in points)}{end}"
    tenths = [(_tenths(x), _tenths(y)) for x, y in points]
    steps = [f"{_step(x - left)} {_step(y - up)}" for (left, up), (x, y) in pairwise(tenths)]
    (x, y), *_ = points
    return f"M{number(x)} {number(y)}l{' '.join(steps)}{end}".replace(" -", "-")


def broken(points: Sequence[Place], width: float, height: float) -> str:
    """Write a line that is broken at NaN; a long one is cut where it leaves the picture."""
    if len(points) >= _MANY:
        points = _thinned(points, width, height)
    parts: list[list[Place]] = [[]]
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            parts[-1].append((x, y))
        else:
            parts.append([])
    return "".join(path(part) for part in parts if part)


def shape(drawn: Path) -> str:
    """Write a shape of straight lines and curves."""
    written = []
    for vertices, code in drawn.iter_segments(simplify=False):
        letter = _LETTERS.get(int(code))
        written.append("z" if letter is None else letter + " ".join(map(number, vertices)))
    return "".join(written)


def attributes(look: Mapping[str, str]) -> str:
    """Write a look as a style attribute with a space before it, nothing when it is empty."""
    return f' style="{";".join(f"{key}:{value}" for key, value in look.items())}"' if look else ""


def text(content: str, x: float, y: float, look: Mapping[str, str]) -> str:
    """Write one line of text."""
    place = f'x="{number(x)}" y="{number(y)}"'
    return f"<text{attributes(look)} {place}>{html.escape(content, quote=False)}</text>"


def joined(paths: Iterable[str], look: Mapping[str, str]) -> str:
    """Return several paths as one element."""
    return f'<path d="{"".join(paths)}"{attributes(look)}/>'


@lru_cache(maxsize=64)
def mark(name: str, size: float) -> tuple[str, str]:
    """Return the id of a mark that matplotlib names ("o", "s") and its definition, once for all its uses."""
    marker = MarkerStyle(name)
    turned = marker.get_transform() + Affine2D().scale(size, -size)
    drawn = marker.get_path().transformed(turned)
    own = f"mark-{name}-{size:g}"
    return own, f'<defs><path id="{own}" d="{shape(drawn)}"/></defs>'


def _thinned(points: Sequence[Place], width: float, height: float) -> list[Place]:
    """Return a line without the points nobody would miss, NaN before every part of it."""
    line = Path(np.array(points, dtype=np.float64))
    line.should_simplify, line.simplify_threshold = True, _UNSEEN_PT
    seen = line.cleaned(remove_nans=True, clip=(0.0, 0.0, width, height), simplify=True, snap=False)
    found: list[Place] = []
    places, codes = np.asarray(seen.vertices), np.asarray(seen.codes)
    for (x, y), code in zip(places.tolist(), codes.tolist(), strict=True):
        if code == Path.MOVETO:
            found.append((math.nan, math.nan))
        if code in {Path.MOVETO, Path.LINETO}:
            found.append((x, y))
    return found


def _tenths(value: float) -> int:
    """Return a number as whole tenths, rounded as it is written."""
    return int(f"{round(value, _DIGITS):.1f}".replace(".", ""))


def _step(tenths: int) -> str:
    """Write a step without its zeros: "-.5", "3"."""
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole or ''}.{rest}" if rest else f"{sign}{whole}"
