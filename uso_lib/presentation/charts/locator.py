"""Draw where the municipality and its peers are: a map of the country without figures.

Does not choose peers and shows no number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from uso_lib import specs
from uso_lib.boundaries import Boundaries
from uso_lib.presentation.charts import map_text, style
from uso_lib.presentation.charts.figure import Figure, finished
from uso_lib.presentation.charts.map import HEIGHT_PT, country_view, draw_marks
from uso_lib.presentation.charts.map_canvas import MapCanvas, written_on_grid
from uso_lib.presentation.charts.map_legend import sign_legend
from uso_lib.presentation.charts.map_view import View
from uso_lib.regions import Municipality

TITLE = "Verrokit kartalla"
_LAND = "#e4e7ea"
#: Only the regions' borders are drawn: coarser than where municipalities are told apart.
_DETAIL_PT = 1.4


def draw_locator(
    municipality: Municipality,
    peers: Sequence[Municipality],
    regions: Mapping[str, Sequence[str]],
    boundaries: Boundaries,
) -> Figure:
    """Draw the country with the municipality and its peers.

    Parameters
    ----------
    regions
        Region → its municipalities' codes; only the regions' borders are drawn.
    """
    view = country_view(boundaries, _DETAIL_PT)
    marked = {
        "member": [municipality.code],
        "peer": [one.code for one in peers],
        "network": [],
        "both": [],
    }
    canvas = MapCanvas(HEIGHT_PT)
    for land in _land(view, _by_region(regions)):
        canvas.areas([land], colour=_LAND, edge=style.AXIS, width=0.4, on_grid=True)
    kinds = draw_marks(canvas, view, marked, {one.code: one.name for one in (municipality, *peers)})
    sign_legend(canvas, kinds, municipality.name, 1.0, HEIGHT_PT - 4)
    spec = specs.FigureSpec(id="peers_locator", kind="map", title=TITLE)
    alt = map_text.locator_alt(municipality, peers)
    return finished(spec, canvas, kind="locator", subtitle="", alt=alt)


def write_land(regions: Mapping[str, Sequence[str]], boundaries: Boundaries) -> None:
    """Write the regions once, for the locators of all municipalities that follow."""
    _land(country_view(boundaries, _DETAIL_PT), _by_region(regions))


def _by_region(regions: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(map(tuple, regions.values()))


@lru_cache(maxsize=1)
def _land(view: View, regions: tuple[tuple[str, ...], ...]) -> list[str]:
    """Return the area of every region, written once for all municipalities."""
    return [written_on_grid(view.merged(region), HEIGHT_PT) for region in regions]
