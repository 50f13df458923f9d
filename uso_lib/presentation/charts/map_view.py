"""Fit boundaries into a picture: simplified to what can be seen, moved and scaled to points.

Does not draw (map.py, region_map.py, locator.py) and does not read the boundaries (uso_lib/boundaries.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from uso_lib.boundaries import Boundaries, Line, area_km2, joined
from uso_lib.presentation.charts.canvas import Point

#: Left, bottom, width and height of the place for the map, in points.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class View:
    """Show some municipalities as large as a box allows.

    Parameters
    ----------
    codes
        The municipalities shown.
    box
        Their place in the picture; the map is centred in it.
    detail
        How far a drawn line may be from the true one, in points.
    grid
        Points are moved to the nearest multiple of this, which takes fewer digits; 0: nowhere.
    least_pt2
        Islands of a smaller drawn area are left out, but for the greatest part of a municipality.
    """

    boundaries: Boundaries
    codes: tuple[str, ...]
    box: Box
    detail: float = 0.0
    grid: float = 0.0
    least_pt2: float = 0.0

    @cached_property
    def scale(self) -> float:
        """Return points to a metre."""
        (left, down), (right, up) = self._limits
        return float(min(self.box[2] / (right - left), self.box[3] / (up - down)))

    @property
    def height(self) -> float:
        """Return how high the map is drawn, in points."""
        low, high = self._limits
        return float(high[1] - low[1]) * self.scale

    @cached_property
    def rings(self) -> Mapping[str, list[Line]]:
        """Return municipality → its rings in points, the greatest first."""
        return {code: [self._ring(ring) for ring in rings] for code, rings in self._kept.items()}

    def merged(self, codes: Sequence[str]) -> list[Line]:
        """Return the rings around municipalities taken together in points, without the islands left out."""
        drawn = {max(one, ~one) for code in codes for ring in self._kept[code] for one in ring}
        rings = self.boundaries.merged(codes)
        return [self._ring(ring) for ring in rings if max(ring[0], ~ring[0]) in drawn]

    def centre(self, code: str) -> Point:
        """Return a point in the middle of a municipality's greatest part."""
        return _centre(self, code)

    def limits_of(self, code: str) -> tuple[Line, Line]:
        """Return the lower left and the upper right corner of a municipality's greatest part."""
        ring = self.rings[code][0]
        return ring.min(axis=0), ring.max(axis=0)

    def _ring(self, numbers: tuple[int, ...]) -> Line:
        """Return a ring in points; a point is left out that is the one before it, once on the grid."""
        ring = joined(self._arcs, numbers)
        new = np.append(True, np.any(np.diff(ring, axis=0) != 0, axis=1))
        return ring[new] if new.sum() > 3 else ring

    @cached_property
    def _used(self) -> frozenset[int]:
        """Return the arcs of the municipalities shown."""
        rings = (ring for code in self.codes for ring in self.boundaries.areas[code])
        return frozenset(max(number, ~number) for ring in rings for number in ring)

    @cached_property
    def _limits(self) -> tuple[Line, Line]:
        points = np.vstack([self.boundaries.arcs[number] for number in sorted(self._used)])
        return points.min(axis=0), points.max(axis=0)

    @cached_property
    def _arcs(self) -> list[Line]:
        """Return the arcs in points, simplified; those not shown are empty."""
        low, high = self._limits
        spare = np.array(self.box[2:]) - (high - low) * self.scale
        corner = np.array(self.box[:2]) + spare / 2
        return [
            gridded(simplified((arc - low) * self.scale + corner, self.detail), self.grid)
            if number in self._used
            else np.empty((0, 2))
            for number, arc in enumerate(self.boundaries.arcs)
        ]

    @cached_property
    def _kept(self) -> Mapping[str, list[tuple[int, ...]]]:
        """Return municipality → its drawn rings, the greatest first."""
        found = {}
        for code in self.codes:
            rings = self.boundaries.areas[code]
            sizes = {ring: abs(area_km2(joined(self._arcs, ring))) * 1e6 for ring in rings}
            order = sorted(rings, key=lambda ring: -sizes[ring])
            found[code] = [ring for ring in order if ring == order[0] or sizes[ring] > self.least_pt2]
        return found


@lru_cache(maxsize=64)
def view_of(
    boundaries: Boundaries,
    codes: tuple[str, ...],
    box: Box,
    detail: float = 0.0,
    grid: float = 0.0,
    least_pt2: float = 0.0,
) -> View:
    """Return a view; the maps of a report share a few, and each is computed once."""
    return View(boundaries, codes, box, detail, grid, least_pt2)


@dataclass(frozen=True)
class Place:
    """Give a place for a text inside an area: its middle and the width there, in points."""

    x: float
    y: float
    room: float


def places(rings: Sequence[Line], height: float) -> list[Place]:
    """Return places for a text of a height inside an area, from below to above.

    At every level the widest stretch is taken that lies inside along the whole height of the text.
    """
    low, high = rings[0][:, 1].min(), rings[0][:, 1].max()
    margin = min(height / 2, (high - low) / 2 * 0.9)
    found = []
    for y in np.linspace(low + margin, high - margin, 11)[1:-1] if high > low else []:
        edges = [stretches(rings, y + shift) for shift in (-height / 2, height / 2) if shift]
        best = (0.0, 0.0)
        for start, end in stretches(rings, y):
            left, right = _narrowed((start, end), edges)
            if right - left > best[1] - best[0]:
                best = (left, right)
        if best[1] > best[0]:
            found.append(Place(sum(best) / 2, float(y), best[1] - best[0]))
    x, y = rings[0][:-1].mean(axis=0)
    return found or [Place(float(x), float(y), 0.0)]


@lru_cache(maxsize=4096)
def places_of(view: View, code: str, height: float) -> list[Place]:
    """Return places for a text of a height inside a municipality; its maps share them."""
    return places(view.rings[code], height)


@lru_cache(maxsize=4096)
def _centre(view: View, code: str) -> Point:
    best = max(places(view.rings[code][:1], 0.0), key=lambda place: place.room)
    return best.x, best.y


def stretches(rings: Sequence[Line], y: float) -> list[tuple[float, float]]:
    """Return the stretches of a level that are inside areas, counted in their rings together."""
    crossings: list[float] = []
    for ring in rings:
        (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
        cut = (y0 <= y) != (y1 <= y)
        crossings += (x0[cut] + (y - y0[cut]) / (y1[cut] - y0[cut]) * (x1[cut] - x0[cut])).tolist()
    crossings.sort()
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def simplified(line: Line, tolerance: float) -> Line:
    """Return a line without the points that lie nearer to it than a tolerance (Ramer, Douglas and Peucker).

    The ends stay, so lines that met still meet; a closed line keeps its farthest point and a third.
    """
    if tolerance <= 0 or len(line) < 3:
        return line
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    if np.array_equal(line[0], line[-1]):
        far = int(np.argmax(np.hypot(*(line - line[0]).T)))
        keep[far] = True
        halves = [(0, far), (far, len(line) - 1)]
        third = max((_farthest(line, *span) for span in halves if span[1] - span[0] > 1), default=None)
        if third is not None:
            keep[third[1]] = True
        kept = np.flatnonzero(keep).tolist()
        spans = list(pairwise(kept))
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distance, at = _farthest(line, first, last)
        if distance > tolerance:
            keep[at] = True
            spans += [(first, at), (at, last)]
    return line[keep]


def gridded(line: Line, grid: float) -> Line:
    """Return a line with its points on a grid, points that fall on the one before left out; the ends stay."""
    if grid <= 0:
        return line
    moved: Line = np.round(line / grid) * grid
    new = np.append(True, np.any(np.diff(moved, axis=0) != 0, axis=1))
    new[-1] = True
    kept: Line = moved[new]
    return kept


def _farthest(line: Line, first: int, last: int) -> tuple[float, int]:
    """Return how far from the straight line between two points the farthest point between them is."""
    step, away = line[last] - line[first], line[first + 1 : last] - line[first]
    length = float(np.hypot(*step))
    across = np.abs(step[0] * away[:, 1] - step[1] * away[:, 0]) / length if length else np.hypot(*away.T)
    at = int(np.argmax(across))
    return float(across[at]), first + 1 + at


def _narrowed(
    stretch: tuple[float, float], levels: Sequence[Sequence[tuple[float, float]]]
) -> tuple[float, float]:
    """Return the part of a stretch that is inside at the other levels too."""
    left, right = stretch
    for level in levels:
        shared = [(max(left, start), min(right, end)) for start, end in level]
        best = max(shared, key=lambda one: one[1] - one[0], default=(left, left))
        if best[1] <= best[0]:
            return left, left
        left, right = best
    return left, right
