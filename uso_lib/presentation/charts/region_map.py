"""Draw the municipalities of a region as a map with names and values.

Does not cut classes (analysis/everywhere.py). A name that does not fit its municipality is replaced by a
letter, and the name and value stand under the map.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from uso_lib import specs
from uso_lib.analysis.everywhere import Everywhere
from uso_lib.boundaries import Boundaries
from uso_lib.presentation.charts import map_labels, map_text, style, text_layout
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.map import draw_classes
from uso_lib.presentation.charts.map_canvas import MapCanvas, written
from uso_lib.presentation.charts.map_labels import Label
from uso_lib.presentation.charts.map_legend import class_rows, draw_rows, rows_height, rows_of
from uso_lib.presentation.charts.map_view import Place, View, places_of, view_of

_MAP_HEIGHT_PT = 300.0
_EDGE_PT = 3.0
#: Less than the width of the finest line: all detail that can be seen.
_DETAIL_PT = 0.25
_KEY_PT = 13.0
_BETWEEN_PT = 8.0
_LETTERS = string.ascii_uppercase + "ÅÄÖ"


def draw_region(spec: specs.FigureSpec, result: Everywhere, boundaries: Boundaries) -> Figure:
    """Draw the municipalities of the municipality's region."""
    view = region_view(result, boundaries)
    labels = labels_of(result, view)
    rows = rows_of(class_rows(result), style.WIDTH_PT)
    key = _columns([f"{label.text} {label.entry}" for label in labels if label.entry])
    below = rows_height(rows) + _BETWEEN_PT + (len(key[0]) * _KEY_PT + _BETWEEN_PT if key else 0)
    canvas = MapCanvas(below + view.box[3])
    top = view.box[3]
    draw_classes(canvas, view, result, top=top, width=0.8)
    canvas.outlines([_around(view, view.codes, top)], width=0.5)
    canvas.outlines([_around(view, (result.municipality.code,), top)], width=1.8, casing=0.9)
    for label in labels:
        canvas.name(label.x, label.y + below, label.text, bold=label.bold)
    _draw_key(canvas, key, below - _BETWEEN_PT)
    draw_rows(canvas, rows, rows_height(rows))
    figure = finished(
        spec,
        canvas,
        kind="map",
        subtitle=map_text.region_subtitle(spec.title, result),
        alt=map_text.region_alt(spec.title, result),
    )
    return replace(figure, title=map_text.region_title(spec.title, result.municipality))


@lru_cache(maxsize=64)
def _around(view: View, codes: tuple[str, ...], top: float) -> str:
    """Return the outline of municipalities taken together."""
    return written(view.merged(codes), top)


def region_view(result: Everywhere, boundaries: Boundaries) -> View:
    """Return the region as large as it fits, its height the map's own."""
    codes = tuple(sorted(result.region["area"]))
    width = style.WIDTH_PT - 2 * _EDGE_PT
    largest = view_of(boundaries, codes, (_EDGE_PT, 0.0, width, _MAP_HEIGHT_PT), _DETAIL_PT)
    height = largest.height + 2 * _EDGE_PT
    return view_of(boundaries, codes, (_EDGE_PT, 0.0, width, height), _DETAIL_PT)


def labels_of(result: Everywhere, view: View) -> list[Label]:
    """Return a text for every municipality of a region, none over another as far as letters can help."""
    names = dict(zip(result.region["area"], result.region["name"], strict=True))
    values = map_text.values_of(result)
    own = result.municipality.code
    texts = {code: f"{name}\n{values[code]}" for code, name in names.items()}
    found = {code: places_of(view, code, 2 * map_labels.LINE_PT) for code in names}
    placed = {own: _own_label(view, own, texts[own])}
    others = [code for code in names if code != own]
    tight = [code for code in others if map_labels.inside(texts[code], found[code], []) is None]
    lettered: dict[str, Label] = {}
    for code in sorted(tight, key=lambda one: (_widest(found[one]), one)):  # the least room chooses first
        lettered[code] = _letter(view, code, [*placed.values(), *lettered.values()])
    for code in sorted(set(others) - set(tight), key=lambda one: (-_widest(found[one]), one)):
        taken = [*placed.values(), *lettered.values()]
        made = map_labels.inside(texts[code], found[code], taken)
        if made is None:
            lettered[code] = _letter(view, code, taken)
        else:
            placed[code] = made
    for letter, code in zip(_LETTERS, sorted(lettered, key=lambda one: names[one]), strict=False):
        placed[code] = replace(lettered[code], text=letter, entry=f"{names[code]} {values[code]}")
    return sorted(placed.values(), key=lambda label: (label.entry != "", label.text))


def _letter(view: View, code: str, taken: Sequence[Label]) -> Label:
    """Return the place of a letter, as wide as the widest one."""
    return map_labels.least_covering("M", places_of(view, code, map_labels.LINE_PT), taken)


def _widest(found: Sequence[Place]) -> float:
    return max(place.room for place in found)


def _own_label(view: View, code: str, text: str) -> Label:
    """Return the municipality's own name: inside it, beside the region, or else over its borders."""
    spots = places_of(view, code, 2 * map_labels.LINE_PT)
    fitting = map_labels.inside(text, spots, [], bold=True)
    if fitting is not None:
        return fitting
    outside, free = map_labels.beside(
        text, view.limits_of(code), [], height=view.box[3], rings=view.merged(view.codes), bold=True
    )
    return outside if free else map_labels.label(text, view.centre(code), bold=True)


def _columns(entries: Sequence[str]) -> list[list[str]]:
    """Divide the entries into as many columns as fit, read from above to below."""
    if not entries:
        return []
    widest = text_layout.widest(entries, style.SMALL_PT) + 12
    count = max(1, int(style.WIDTH_PT // widest))
    length = -(-len(entries) // count)
    return [list(entries[start : start + length]) for start in range(0, len(entries), length)]


def _draw_key(canvas: MapCanvas, columns: Sequence[Sequence[str]], top: float) -> None:
    """Write which municipalities the letters are."""
    for number, column in enumerate(columns):
        x = number * style.WIDTH_PT / max(len(columns), 2)
        for line, entry in enumerate(column):
            canvas.text(x, top - _KEY_PT * (line + 0.5), entry, size=style.SMALL_PT)
