"""Cut the rings of areas into arcs that neighbours share, so that a border is stored once.

Does not read files, project or draw: points are pairs of whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[int, int]
#: Points in order, the first not repeated at the end.
Ring = Sequence[Point]


@dataclass(frozen=True)
class Topology:
    """Hold arcs and the areas made of them.

    Parameters
    ----------
    arcs
        Points from end to end; a closed arc (an island, an enclave) ends where it starts.
    areas
        Area → its rings as numbers of arcs in order; ``~number`` (negative) runs the arc backwards.
    """

    arcs: tuple[tuple[Point, ...], ...]
    areas: Mapping[str, tuple[tuple[int, ...], ...]]


def cleaned(points: Sequence[Point]) -> list[Point]:
    """Return a closed line of points as a ring without repeated points and needles; empty when none is left.

    Rounding to whole numbers makes near points one and folds thin corners into a line there and back.
    """
    ring = [point for at, point in enumerate(points) if point != points[at - 1]]
    while len(ring) > 2:
        size = len(ring)
        needle = next((at for at in range(size) if ring[at - 1] == ring[(at + 1) % size]), None)
        if needle is None:
            return ring
        del ring[needle]
        del ring[needle - 1 if needle else -1]
    return []


def cut(areas: Mapping[str, Sequence[Ring]]) -> Topology:
    """Cut the rings of areas at every point where other areas begin to share the border.

    Parameters
    ----------
    areas
        Area → cleaned rings.
    """
    corners = _corners(areas)
    numbers: dict[tuple[Point, ...], int] = {}
    arcs: list[tuple[Point, ...]] = []
    found: dict[str, tuple[tuple[int, ...], ...]] = {}
    for area, rings in areas.items():
        made = []
        for ring in rings:
            numbered = []
            for piece in _pieces(ring, corners):
                if piece not in numbers:
                    numbers[piece[::-1]] = ~len(arcs)
                    numbers[piece] = len(arcs)
                    arcs.append(piece)
                numbered.append(numbers[piece])
            made.append(tuple(numbered))
        found[area] = tuple(made)
    return Topology(tuple(arcs), found)


def _corners(areas: Mapping[str, Sequence[Ring]]) -> set[Point]:
    """Return the points where arcs end: three borders meet there, or one with other owners goes on."""
    owners: dict[frozenset[Point], set[str]] = defaultdict(set)
    ends: dict[Point, set[frozenset[Point]]] = defaultdict(set)
    for area, rings in areas.items():
        for ring in rings:
            for at, point in enumerate(ring):
                edge = frozenset((ring[at - 1], point))
                owners[edge].add(area)
                ends[ring[at - 1]].add(edge)
                ends[point].add(edge)
    return {
        point
        for point, edges in ends.items()
        if len(edges) != 2 or len({frozenset(owners[edge]) for edge in edges}) != 1
    }


def _pieces(ring: Ring, corners: set[Point]) -> list[tuple[Point, ...]]:
    """Return the arcs of a ring in order; a ring without corners is one closed arc from its least point."""
    places = [at for at, point in enumerate(ring) if point in corners]
    first = places[0] if places else min(range(len(ring)), key=lambda at: ring[at])
    turned = [*ring[first:], *ring[:first], ring[first]]
    cuts = [at - first for at in places] or [0]
    cuts.append(len(ring))
    return [tuple(turned[start : end + 1]) for start, end in pairwise(cuts)]
