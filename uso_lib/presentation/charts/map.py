"""Draw the whole country as a map: municipalities by class, signs for the peers and the network.

Does not cut classes (analysis/everywhere.py); the region is drawn by region_map.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from uso_lib import specs
from uso_lib.analysis.everywhere import Everywhere
from uso_lib.boundaries import Boundaries
from uso_lib.presentation.charts import map_labels, map_text, style
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.map_canvas import (
    GRID_PT,
    MapCanvas,
    ramp,
    written,
    written_on_grid,
)
from uso_lib.presentation.charts.map_legend import class_legend, sign_legend
from uso_lib.presentation.charts.map_view import View

HEIGHT_PT = 348.0
#: Width of the map; the legend stands to the left of it.
_MAP_PT = 204.0
_DETAIL_PT = 1.0
_LEAST_ISLAND_PT2 = 2.0
#: A municipality drawn smaller than this gets a ring around it, to be seen at all.
_SMALL_PT = 6.5
_SIGNS = ("peer", "both", "network")


def draw_country(spec: specs.FigureSpec, result: Everywhere, boundaries: Boundaries) -> Figure:
    """Draw all municipalities by class."""
    view, here = country_view(boundaries), result.municipality
    canvas = MapCanvas(HEIGHT_PT)
    draw_classes(canvas, view, result, top=HEIGHT_PT)
    kinds = draw_marks(canvas, view, roles(result), {here.code: here.name})
    below = class_legend(canvas, result, 1.0, HEIGHT_PT - 4)
    sign_legend(canvas, kinds, map_text.own_label(result), 1.0, below - 12)
    return finished(
        spec,
        canvas,
        kind="map",
        subtitle=map_text.country_subtitle(spec.title, result),
        alt=map_text.country_alt(spec.title, result),
    )


@lru_cache(maxsize=4)
def country_view(boundaries: Boundaries, detail: float = _DETAIL_PT) -> View:
    """Return the whole country at the right edge of a figure, without what is too small to be seen."""
    box = (style.WIDTH_PT - _MAP_PT - 2, 3.0, _MAP_PT, HEIGHT_PT - 6)
    return View(boundaries, tuple(boundaries.areas), box, detail, GRID_PT, _LEAST_ISLAND_PT2)


def draw_classes(
    canvas: MapCanvas, view: View, result: Everywhere, *, top: float, width: float = 0.4
) -> None:
    """Fill the municipalities of a view, those of a class as one shape.

    Parameters
    ----------
    top
        How high the upper edge of the picture is, in the points of the view.
    """
    found = result.table.loc[result.table["area"].isin(view.codes)]
    lacking = found.loc[found["value"].isna(), "area"]
    canvas.hatched([written(view.rings[code], top) for code in lacking])
    paths = _paths(view, top)
    for number, colour in enumerate(ramp(len(result.classes))):
        codes = found.loc[found["class_number"] == number, "area"]
        on_grid = view.grid == GRID_PT
        canvas.areas([paths[code] for code in codes], colour=colour, width=width, on_grid=on_grid)


def write_country(boundaries: Boundaries) -> None:
    """Write the country and find the places of signs once, for the maps of all municipalities that follow."""
    view = country_view(boundaries)
    _paths(view, HEIGHT_PT)
    for code in filter(view.rings.get, view.codes):
        view.centre(code)


@lru_cache(maxsize=32)
def _paths(view: View, top: float) -> Mapping[str, str]:
    """Return municipality → its area, written once for all maps of a view."""
    write = written_on_grid if view.grid == GRID_PT else written
    return {code: write(view.rings[code], top) for code in view.codes}


def roles(result: Everywhere) -> Mapping[str, Sequence[str]]:
    """Return "member", "peer", "network" and "both" → codes, each municipality once."""
    values = result.table
    others = values.loc[~values["is_member"]]
    peers, network = others["is_peer"], others["is_network"]
    return {
        "member": list(values.loc[values["is_member"], "area"]),
        "peer": list(others.loc[peers & ~network, "area"]),
        "network": list(others.loc[network & ~peers, "area"]),
        "both": list(others.loc[peers & network, "area"]),
    }


def draw_marks(
    canvas: MapCanvas,
    view: View,
    marked: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> list[str]:
    """Draw the municipality's thick outline, the others' signs and names; return the kinds of signs drawn.

    Parameters
    ----------
    marked
        As `roles` gives them.
    names
        Municipality → the name written beside it: first the one with the outline. A further one is left out
        where there is no room.
    """
    (member,) = marked["member"]
    low, high = view.limits_of(member)
    canvas.outlines([written(view.merged([member]), canvas.height)], width=1.5, casing=0.8)
    if float(max(high - low)) < _SMALL_PT:
        canvas.ring(tuple((low + high) / 2), radius=_SMALL_PT * 0.75)
        low, high = (low + high - _SMALL_PT * 1.5) / 2, (low + high + _SMALL_PT * 1.5) / 2
    kinds = [kind for kind in _SIGNS if marked[kind]]
    centres = {code: view.centre(code) for kind in kinds for code in marked[kind]}
    for kind in reversed(kinds):
        canvas.signs(kind, [centres[code] for code in marked[kind]])
    taken = [map_labels.room(low, high), *(map_labels.sign(at) for at in centres.values())]
    for code, name in names.items():
        box = (low, high) if code == member else (np.array(centres[code]) - 4, np.array(centres[code]) + 4)
        made, free = map_labels.beside(name, box, taken, height=canvas.height, bold=code == member)
        if free or code == member:
            canvas.name(made.x, made.y, made.text, bold=made.bold)
            taken.append(made)
    return kinds
